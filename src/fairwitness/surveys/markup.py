"""Texts of questionnaires with a little markup: emphasis, lists, line breaks; nothing else gets through.

XLSForm texts are Markdown with stray HTML. The library reads both; only these few elements are
written, and every sign in between is escaped. Links stay as they were typed: nobody is led away.
"""

import re
from functools import lru_cache

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

_SIGNS = re.compile(r"[*_<#\\\n]|^\s*(?:[-+]|\d+\.)\s", re.MULTILINE)
_INLINE = ("emphasis", "escape", "html_inline", "newline")
_BLOCK = ("list", "heading", "html_block")


def _reader(*rules: str) -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": True, "breaks": True}).enable(list(rules))
    for dropped in ("html_inline", "html_block"):
        reader.add_render_rule(dropped, lambda *_token: "")
    for edge in ("heading_open", "heading_close"):
        tag = "<p><strong>" if edge.endswith("open") else "</strong></p>"
        reader.add_render_rule(edge, lambda *_token, tag=tag: tag)
    return reader


_LINE, _TEXT = _reader(*_INLINE), _reader(*_INLINE, *_BLOCK)


@lru_cache(maxsize=512)
def line(text: str) -> SafeString | str:
    """A label or a hint, with emphasis."""
    if not _SIGNS.search(text):
        return text
    return SafeString(_LINE.renderInline(_bare(text)))  # the library escapes


@lru_cache(maxsize=512)
def paragraphs(text: str) -> SafeString:
    """A note, with paragraphs, emphasis and lists."""
    return SafeString(_TEXT.render(text))


@lru_cache(maxsize=512)
def plain(text: str) -> str:
    """A label without its markup, for headings that are read out and repeated."""
    if not _SIGNS.search(text):
        return text
    (whole,) = _LINE.parseInline(_bare(text))
    kept = {"text": "", "text_special": "", "softbreak": " ", "hardbreak": " "}
    return "".join(
        each.content or kept[each.type]
        for each in whole.children or ()
        if each.type in kept
    ).strip()


def _bare(text: str) -> str:
    """A text without the signs of a heading."""
    return re.sub(r"^\s*#{1,6}\s+", "", text, flags=re.MULTILINE)


def split(text: str) -> tuple[str, str]:
    """The heading of a note, and what stands below it: a long note has its first line above."""
    first, _end, rest = text.strip().partition("\n")
    return plain(first), rest.strip()
