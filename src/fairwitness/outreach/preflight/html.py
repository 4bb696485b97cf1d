"""What an HTML part of a letter says, where it leads, and what it fetches. Pure."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from fairwitness.outreach.preflight.finding import Passage, Place
from fairwitness.outreach.preflight.links import Link

_BREAKS = {
    "address", "article", "blockquote", "dd", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "li", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
}  # fmt: skip
_ACTIVE = {
    "script", "form", "iframe", "frame", "object", "embed", "applet", "base", "link", "audio", "video", "source",
}  # fmt: skip
_SILENT = {"script", "style", "title", "head"}
_REMOTE = re.compile(
    r"url\(\s{0,20}['\"]?\s{0,20}((?:https?:)?//[^\s'\")]{1,2000})|@import\s{1,20}['\"]?([^\s'\";]{1,2000})",
    re.I,
)
_NEAR = ("cid:", "data:")
MOST = 2_000  # links, pictures and the like that are told of


@dataclass(frozen=True)
class Seen:
    """What stands in an HTML part."""

    text: Passage
    links: tuple[Link, ...]
    pictures: tuple[tuple[str, Place], ...]
    active: tuple[tuple[str, Place], ...]
    language: str


def read_html(html: str, *, part: str) -> Seen:
    """Read an HTML part. Places are those of its source. Nothing that is written there stops it."""
    reader = _Reader(part)
    reader.feed(_calm(html))
    reader.close()
    return Seen(
        text=Passage(part, "".join(reader.pieces), source=tuple(reader.source)),
        links=tuple(reader.links[:MOST]),
        pictures=tuple(reader.pictures[:MOST]),
        active=tuple(reader.active[:MOST]),
        language=reader.language,
    )


def _calm(html: str) -> str:
    """Without what the library reads again and again: comments, declarations, tags without an end.

    Their signs become spaces, so that every place stays where it was.
    """
    blank = re.sub(r"<[!?][^<>]*>?", _blank, _without_comments(html))
    return re.sub(r"<(?=[^<>]*(?:<|\Z))", " ", blank)


def _without_comments(html: str) -> str:
    """Comments as spaces; one without an end ends at its own beginning."""
    pieces, at = [], 0
    while (begun := html.find("<!--", at)) >= 0:
        end = html.find("-->", begun + 4)
        if end < 0:
            break
        pieces += [html[at:begun], re.sub(r"[^\n]", " ", html[begun : end + 3])]
        at = end + 3
    return "".join([*pieces, html[at:]])


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found.group())


@dataclass
class _Open:
    href: str
    at: Place
    shown: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Gathers text, links, pictures and whatever fetches or runs."""

    def __init__(self, part: str) -> None:
        super().__init__(convert_charrefs=True)
        self.part = part
        self.pieces: list[str] = []
        self.length = 0
        self.source: list[tuple[int, int, int]] = []
        self.links: list[Link] = []
        self.pictures: list[tuple[str, Place]] = []
        self.active: list[tuple[str, Place]] = []
        self.language = ""
        self.opened: _Open | None = None
        self.silent = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """See what begins here."""
        told = {name: value or "" for name, value in attrs}
        line, column = self.getpos()
        at = Place(self.part, line, column + 1)
        if tag == "html" and not self.language:
            self.language = told.get("lang", "").lower()
        if tag in _ACTIVE:
            self.active.append((f"<{tag}>", at))
        self._fetched(tag, told, at)
        if tag in {"a", "area"} and told.get("href"):
            self._close_link()
            self.opened = _Open(told["href"], at)
        if tag in {"script", "style"}:
            self.silent = tag
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        """See what ends here."""
        if tag == "a":
            self._close_link()
        if tag == self.silent:
            self.silent = ""
        self._break(tag)

    def handle_data(self, data: str) -> None:
        """Take the words, each line with its place."""
        line, column = self.getpos()
        if self.silent == "style":
            self._remote(data, Place(self.part, line, column + 1))
        if self.silent:
            return
        if self.opened is not None:
            self.opened.shown.append(data)
        for number, written in enumerate(data.split("\n")):
            words = " ".join(written.split())
            if words:
                begun = len(written) - len(written.lstrip())
                self.source.append(
                    (self.length, line + number, (0 if number else column) + begun + 1)
                )
                space = (
                    " "
                    if written[-1:].isspace() or data.endswith("\n") or "\n" in data
                    else ""
                )
                self._add(f"{words}{space}")
            elif written and self.pieces and not self.pieces[-1].endswith((" ", "\n")):
                self._add(" ")

    def close(self) -> None:
        """Take what is still open."""
        super().close()
        self._close_link()

    def _add(self, words: str) -> None:
        if not self.source:
            self.source.append((0, 1, 1))
        self.pieces.append(words)
        self.length += len(words)

    def _break(self, tag: str) -> None:
        if tag == "br":
            self._add("\n")
        elif tag in _BREAKS:
            self._add("\n\n")

    def _close_link(self) -> None:
        if self.opened is not None:
            shown = " ".join("".join(self.opened.shown).split())
            self.links.append(Link(self.opened.href, self.opened.at, shown))
            self.opened = None

    def _fetched(self, tag: str, told: dict[str, str], at: Place) -> None:
        sources = [
            told.get("src", ""),
            told.get("background", ""),
            told.get("poster", ""),
            told.get("srcset", ""),
        ]
        for source in sources:
            if (
                source
                and tag not in _ACTIVE
                and not source.strip().lower().startswith(_NEAR)
            ):
                self.pictures.append((source.strip(), at))
        self._remote(told.get("style", ""), at)
        for name in told:
            if name.startswith("on") and len(name) > len("on"):
                self.active.append((name, at))
        if tag == "meta" and told.get("http-equiv", "").lower() == "refresh":
            self.active.append(("<meta refresh>", at))

    def _remote(self, style: str, at: Place) -> None:
        for found in _REMOTE.finditer(style):
            self.pictures.append((found[1] or found[2], at))
