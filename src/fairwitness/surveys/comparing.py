"""What is different between two versions of a questionnaire, in words for those who write it.

Questions are the same when they have the same name; options when they have the same code
at the same question.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from fairwitness.surveys.questions import (
    SILENT,
    Choice,
    Form,
    Group,
    Media,
    Question,
    Texts,
    in_language,
)
from fairwitness.surveys.wording import short, spell_out, title_of


@dataclass(frozen=True, slots=True)
class Line:
    """One difference: what it is about, in which language, and how it was and is."""

    about: str
    before: str = ""
    after: str = ""
    language: str = ""  # of the texts, as a code
    is_rule: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One question or group, with what is different about it."""

    key: str
    title: str
    what: str  # question, group or calculation
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that is different; all empty when nothing is."""

    whole: tuple[Line, ...]
    added: tuple[Told, ...]
    removed: tuple[Told, ...]
    changed: tuple[Told, ...]

    @property
    def is_same(self) -> bool:
        """Whether the two ask the same in the same words."""
        return not (self.whole or self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Reworded:
    """An option whose code stayed and whose words did not."""

    key: str
    question: str
    code: str
    before: str
    after: str
    language: str


Place = Group | Question


def compare(before: Form, after: Form) -> Comparison:
    """Return what was added, removed and changed from one version to the other."""
    old, new = _places(before), _places(after)
    moved = _moved(
        [key for key in old if key in new], [key for key in new if key in old]
    )
    changed = []
    for key, one in new.items():
        if key in old:
            lines = (*_lines(old[key], one, before, after), *moved.get(key, ()))
            if lines:
                changed.append(_told(key, one, after, lines))
    return Comparison(
        whole=tuple(_whole(before, after)),
        added=tuple(
            _told(key, one, after) for key, one in new.items() if key not in old
        ),
        removed=tuple(
            _told(key, one, before) for key, one in old.items() if key not in new
        ),
        changed=tuple(changed),
    )


def reworded(earlier: Sequence[Form], after: Form) -> tuple[Reworded, ...]:
    """Return the options that had other words when they were last offered; `earlier` oldest first.

    Answers are kept as codes: an option that means something else needs a code of its own.
    """
    known: dict[tuple[str, str], Texts] = {}
    for form in earlier:
        known |= {
            (question.key, choice.name): choice.label
            for question, choice in _options(form)
        }
    found = []
    for question, choice in _options(after):
        last = known.get((question.key, choice.name), {})
        for code in last.keys() & choice.label.keys():
            was, now = last[code].plain, choice.label[code].plain
            if was != now:
                title = title_of(question, after)
                found.append(Reworded(question.key, title, choice.name, was, now, code))
    return tuple(sorted(found, key=lambda one: (one.key, one.code, one.language)))


def _options(form: Form) -> Iterator[tuple[Question, Choice]]:
    for question in form.questions:
        for choice in _offered(question, form):
            yield question, choice


def _offered(question: Question, form: Form) -> tuple[Choice, ...]:
    source = question.choices
    return form.lists.get(source.list_name, ()) if source else ()


def _places(form: Form) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for each, _above in form.walk():
        key = each.key if isinstance(each, Question) else each.path.split("/", 2)[2]
        found[key if isinstance(each, Question) else f"{key}/"] = each
    return found


def _told(key: str, one: Place, form: Form, lines: Iterable[Line] = ()) -> Told:
    what = "question"
    if isinstance(one, Group):
        what = "repeat" if one.is_repeat else "group"
    elif one.kind in SILENT:
        what = "calculation"
    return Told(key.rstrip("/"), title_of(one, form), what, tuple(lines))


def _moved(old: list[str], new: list[str]) -> dict[str, tuple[Line, ...]]:
    """What stands elsewhere among what is in both, by key."""
    kept: set[str] = set()
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        kept.update(new[block.b : block.b + block.size])
    found: dict[str, tuple[Line, ...]] = {}
    for number, key in enumerate(new):
        if key not in kept:
            after = new[number - 1].rstrip("/") if number else ""
            where = f"behind {after}" if after else "at the beginning"
            found[key] = (Line("It stands elsewhere now", "", where),)
    return found


def _whole(before: Form, after: Form) -> Iterator[Line]:
    """What is different about the form as a whole."""
    if before.title != after.title:
        yield Line("Title", before.title, after.title)
    old = {each.code: each.name for each in before.languages}
    new = {each.code: each.name for each in after.languages}
    for code in new.keys() - old.keys():
        yield Line("Language added", "", new[code])
    for code in old.keys() - new.keys():
        yield Line("Language taken out", old[code], "")
    if before.default_language != after.default_language:
        yield Line("First language", before.default_language, after.default_language)
    yield from _files(before, after)


def _files(before: Form, after: Form) -> Iterator[Line]:
    """Files of the same name that hold something else; those that came or went are named below."""
    lists = {file: name for name, file in after.sources.items()}
    for file, digest in after.beside.items():
        if before.beside.get(file, digest) == digest:
            continue
        name = lists.get(file, "")
        old, new = (
            _by_name(before.lists.get(name, ())),
            _by_name(after.lists.get(name, ())),
        )
        told = [
            f"{count} {what}"
            for count, what in (
                (len(new.keys() - old.keys()), "added"),
                (len(old.keys() - new.keys()), "taken out"),
                (
                    sum(old[one] != new[one] for one in new.keys() & old.keys()),
                    "changed",
                ),
            )
            if count
        ]
        rows = f": {', '.join(told)}" if told else ""
        yield Line(
            f"What the file {file} holds",
            f"{len(old)} rows" if old else "something else",
            f"{len(new)} rows{rows}" if new else "what it holds now",
        )


def _by_name(choices: tuple[Choice, ...]) -> dict[str, Choice]:
    return {one.name: one for one in choices}


def _lines(old: Place, new: Place, before: Form, after: Form) -> Iterator[Line]:
    for about, name in _TEXTS:
        yield from _text_lines(about, getattr(old, name, {}), getattr(new, name, {}))
    yield from _media_lines("", old.media, new.media)
    for about, name in _PLAIN:
        was, now = _said(getattr(old, name, "")), _said(getattr(new, name, ""))
        if was != now:
            yield Line(about, was, now)
    for about, name in _RULES:
        first, then = _rule(old, name), _rule(new, name)
        if first != then:
            was = spell_out(first, before, at=old.path)
            now = spell_out(then, after, at=new.path)
            if was != now:
                yield Line(about, was, now, is_rule=True)
    if isinstance(old, Question) and isinstance(new, Question):
        yield from _option_lines(_offered(old, before), _offered(new, after), after)


_TEXTS = (
    ("The words", "label"),
    ("The hint", "hint"),
    ("Why we ask", "purpose"),
    ("What is said when the answer is not taken", "constraint_message"),
    ("What is said when the answer is missing", "required_message"),
)
MOST_OF_OPTIONS = 60  # differences of one question's options that are told one by one
_MEDIA = {
    "image": "The picture",
    "big-image": "The larger picture",
    "audio": "The sound",
    "video": "The film",
}
_PLAIN = (
    ("What kind of answer it takes", "kind"),
    ("Which part it belongs to", "part"),
    ("Which sealed section the answer goes into", "section"),
    ("What the answer is asked for", "asked_for"),
    ("Whether figures may be coded from it", "fact"),
    ("Where the journey stops", "stop"),
    ("How it looks", "appearance"),
    ("What stands in it beforehand", "default"),
    ("Further settings", "parameters"),
)
_RULES = (
    ("When it is asked", "relevant"),
    ("Which answers are taken", "constraint"),
    ("When an answer is needed", "required"),
    ("When it cannot be changed", "readonly"),
    ("How it is worked out", "calculate"),
    ("What is worked out for it beforehand", "default_rule"),
    ("How often it stands there", "repeat_count"),
    ("Which choices are offered", "filter"),
)


def _rule(one: Place, name: str) -> str:
    if name != "filter":
        return str(getattr(one, name, ""))
    source = one.choices if isinstance(one, Question) else None
    return source.rule if source else ""


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, dict):
        return ", ".join(f"{name} {told}" for name, told in sorted(value.items()))
    return str(value)


def _text_lines(about: str, old: Texts, new: Texts) -> Iterator[Line]:
    for code in dict.fromkeys((*old, *new)):
        was = old[code].plain if code in old else ""
        now = new[code].plain if code in new else ""
        if was != now:
            yield Line(about, was, now, language=code)


def _media_lines(of: str, old: Media, new: Media) -> Iterator[Line]:
    """Which file is shown in each language."""
    for what, about in _MEDIA.items():
        was, now = old.get(what, {}), new.get(what, {})
        for code in dict.fromkeys((*was, *now)):
            if was.get(code) != now.get(code):
                words = f"{about}{of}"
                yield Line(words, was.get(code, ""), now.get(code, ""), language=code)


def _option_lines(
    old: tuple[Choice, ...], new: tuple[Choice, ...], form: Form
) -> Iterator[Line]:
    """What is different about the options; of a list without end, its beginning."""
    lines = _choice_lines(old, new, form)
    yield from islice(lines, MOST_OF_OPTIONS)
    more = sum(1 for _line in lines)
    if more:
        yield Line(f"And {more} more differences in the options")


def _choice_lines(
    old: tuple[Choice, ...], new: tuple[Choice, ...], form: Form
) -> Iterator[Line]:
    was = {choice.name: choice for choice in old}
    now = {choice.name: choice for choice in new}
    for name, choice in now.items():
        if name not in was:
            yield Line("Option added", "", _option(choice, form))
        else:
            yield from _text_lines(
                f"The words of the option {name}", was[name].label, choice.label
            )
            yield from _media_lines(
                f" of the option {name}", was[name].media, choice.media
            )
            if dict(was[name].columns) != dict(choice.columns):
                yield Line(
                    f"When the option {name} is offered",
                    _said(dict(was[name].columns)),
                    _said(dict(choice.columns)),
                )
    for name, choice in was.items():
        if name not in now:
            yield Line("Option retired", _option(choice, form), "")
    common = [name for name in now if name in was]
    if common != [name for name in was if name in now]:
        yield Line("The order of the options is another one")


def _option(choice: Choice, form: Form) -> str:
    found = in_language(choice.label, form.default_language, form.default_language)
    return f"{short(found[1].plain)} ({choice.name})" if found else choice.name
