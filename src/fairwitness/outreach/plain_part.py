"""The plain text of a letter: lines of 72 columns that narrow screens may join again (RFC 3676). Pure."""

import textwrap

COLUMNS = 72
FLOWED = {"format": "flowed"}
_STUFFED = (" ", ">", "From ")


def flowed(text: str) -> str:
    """Break long lines softly: a line that ends in a space goes on in the next. No word is broken."""
    return "".join(f"{_stuffed(line)}\n" for line in _lines(text))


def unflowed(text: str) -> str:
    """The text as it was before its lines were broken."""
    pieces: list[str] = []
    for line in text.splitlines():
        words = line.removeprefix(" ")
        pieces.append(words)
        if not words.endswith(" ") or words == "-- ":
            pieces.append("\n")
    return "".join(pieces)


def _lines(text: str) -> list[str]:
    lines = []
    for line in text.splitlines():
        *soft, last = textwrap.wrap(
            line.rstrip(),
            COLUMNS - 1,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
        lines += [*(f"{part} " for part in soft), last]
    return lines


def _stuffed(line: str) -> str:
    return f" {line}" if line.startswith(_STUFFED) else line
