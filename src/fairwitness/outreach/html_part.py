"""The HTML of a letter: the same words, one style of link, no image, nothing that is fetched.

Sizes stand beside each element and hold in every mail program; colours stand in the head
and follow light and dark. A program that throws them away shows its own.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path

from django.conf import settings

from fairwitness.governance.context import Language

FONTS = (
    "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans Arabic',"
    "'Noto Sans Hebrew',Arial,sans-serif"
)
_WAY = re.compile(r"(?P<label>[^:\n]{1,120}): (?P<url>https?://\S+)")


@dataclass(frozen=True)
class Words:
    """What a letter says, in paragraphs; on a training centre with a line above it."""

    body: str
    foot: str
    banner: str = ""

    @property
    def text(self) -> str:
        """All of it as plain text."""
        return "\n\n".join(filter(None, [self.banner, self.body, self.foot])) + "\n"


def html_of(words: Words, *, subject: str, language: str) -> str:
    """The HTML part. A line that is nothing but a label and an address of ours becomes one link."""
    way = Language.of(language).dir
    size, line, small = (
        ("20px", "1.75", "18px") if way == "rtl" else ("18px", "1.5", "16px")
    )
    banner = _paragraph(
        [words.banner], more='class="banner" ', style="padding:8px 12px;"
    )
    body = "".join(_paragraphs(words.body))
    foot = "".join(_paragraphs(words.foot, apart=True))
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{way}">\n<head>\n'
        '<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        '<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{escape(subject)}</title>\n<style>\n{_colours()}</style>\n</head>\n"
        '<body style="margin:0;padding:0;">\n'
        f'<div class="letter" lang="{language}" dir="{way}" style="box-sizing:border-box;'
        f"max-width:576px;margin:0 auto;padding:24px 16px;font-family:{FONTS};"
        f'font-size:{size};line-height:{line};">\n'
        f"{banner}{body}"
        f'<div class="foot" style="margin:24px 0 0;padding:16px 0 0;font-size:{small};">\n'
        f"{foot}</div>\n</div>\n</body>\n</html>\n"
    )


@lru_cache(maxsize=1)
def _colours() -> str:
    return Path(__file__).with_name("letter.css").read_text()


def _paragraphs(text: str, *, apart: bool = False) -> list[str]:
    """Each paragraph; within it a line of its own for each link that has a label.

    With `apart` each line runs in its own direction: names and postal addresses.
    """
    made = []
    for paragraph in filter(None, text.split("\n\n")):
        plain: list[str] = []
        for line in paragraph.split("\n"):
            found = _WAY.fullmatch(line)
            if found is None or not _is_ours(found["url"]):
                plain.append(line)
                continue
            made += [_paragraph(plain, apart=apart), _way(found["label"], found["url"])]
            plain = []
        made.append(_paragraph(plain, apart=apart))
    return made


def _paragraph(
    lines: list[str], *, more: str = "", style: str = "", apart: bool = False
) -> str:
    if not any(lines):
        return ""
    written = [_linked(escape(line)) for line in lines]
    if apart:
        written = [f"<bdi>{line}</bdi>" for line in written]
    told = "<br>\n".join(written)
    return f'<p {more}style="{style}margin:0 0 16px;">{told}</p>\n'


def _way(label: str, url: str) -> str:
    """A link that a finger finds: 48 pixels high at least."""
    link = f'<a href="{escape(url)}" style="display:inline-block;padding:12px 0;">{escape(label)}</a>'
    return f'<p style="margin:0;">{link}</p>\n'


def _linked(text: str) -> str:
    ours = rf"{re.escape(settings.BASE_URL)}/[\w/-]*"
    return re.sub(ours, lambda found: f'<a href="{found[0]}">{found[0]}</a>', text)


def _is_ours(url: str) -> bool:
    return url.startswith(f"{settings.BASE_URL}/")
