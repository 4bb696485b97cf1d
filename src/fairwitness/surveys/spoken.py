"""In which language a text is shown, and which pictures, sound and film stand beside it."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html

from fairwitness.design.shapes import Medium
from fairwitness.surveys.languages import direction_of
from fairwitness.surveys.questions import Media, Texts, in_language
from fairwitness.surveys.walks import Walk

_KINDS = {"image": "picture", "audio": "sound", "video": "film"}


def here() -> str:
    """The language of the page."""
    return translation.get_language() or ""


def language_of_texts(texts: Texts, walk: Walk, *, around: str = "") -> dict[str, str]:
    """The language of a text that is not that of what is around it, for `lang` and `dir`."""
    around = around or here()
    wanted = walk.occasion.language or here()
    found = in_language(texts, wanted, walk.form.default_language)
    if found is None or found[0] == around:
        return {"lang": "", "direction": ""}
    return {"lang": found[0], "direction": direction_in(found[0], walk)}


def direction_in(code: str, walk: Walk) -> str:
    """Which way a language is written; the form knows it of one without a code, by its name."""
    known = {each.code: each.direction for each in walk.form.languages}
    return known.get(code) or direction_of(code)


def marked(text: str, code: str, walk: Walk, *, around: str = "") -> str:
    """A text with the mark of its language, where that is not the one of what is around it."""
    if not text or not code or code == (around or here()):
        return text
    return format_html(
        '<span lang="{}" dir="{}">{}</span>', code, direction_in(code, walk), text
    )


def missing_in(texts: Texts, walk: Walk) -> str:
    """The name of the language in which a text is shown, where the chosen one has none."""
    wanted = walk.occasion.language
    found = in_language(texts, wanted, walk.form.default_language)
    if found is None or found[0] == wanted:
        return ""
    if any(each.code == found[0] for each in walk.form.languages):
        return walk.form.language(found[0]).name
    return str(translation.get_language_info(found[0])["name_local"])  # our own words


def media_beside(media: Media, words: str, walk: Walk) -> tuple[Medium, ...]:
    """What is shown beside a text in the language of the page, else in that of the form.

    `words` stand for it where it is not seen or heard. A file that is missing, as in a
    preview, is there by its name alone.
    """
    if not media:
        return ()
    names = {what: _name_of(each, walk) for what, each in media.items()}
    large = names.get("big-image", "")
    names.setdefault("image", large)
    shown = []
    for what, kind in _KINDS.items():
        name = names.get(what, "")
        if name in walk.form.beside:
            larger = _address(large, walk) if what == "image" else ""
            shown.append(Medium(kind, _address(name, walk), words or name, larger))
        elif name:
            shown.append(Medium("missing", "", name))
    return tuple(shown)


def _name_of(names: Mapping[str, str], walk: Walk) -> str:
    """The file of the language that is spoken, else of the first one, else any."""
    wanted, first = walk.occasion.language, walk.form.default_language
    return next(names[code] for code in (wanted, first, *names) if code in names)


def _address(name: str, walk: Walk) -> str:
    digest = walk.form.beside.get(name, "")
    return reverse("surveys:enclosure", args=[digest]) if digest else ""
