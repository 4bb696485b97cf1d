"""What a form asks to look like: what is drawn, what is drawn plainly, and what does nothing here."""

import re
from collections.abc import Iterator

from fairwitness.surveys.checking.finding import Finding, Level
from fairwitness.surveys.checking.outline import Outline
from fairwitness.surveys.checking.structure import meant
from fairwitness.surveys.checking.workbook import Row

# What changes a page here.
_DRAWN = {
    *("field-list", "multiline", "month-year", "minimal", "autocomplete"),
    *("numbers", "url", "thousands-sep", "new", "new-front", "new-rear"),
}
# Where things stand on a wide screen, and how a page goes on by itself: the plain page serves as well.
_PLAIN = {
    *("columns", "columns-pack", "columns-flex", "no-buttons", "compact", "horizontal"),
    *("horizontal-compact", "vertical", "likert", "label", "list-nolabel", "table-list"),
    *("quick", "quickcompact", "no-calendar", "no-ticks", "no-collapse", "page", "comments"),
    *("hide-input", "analog-scale", "show-scale", "other"),
}  # fmt: skip
_NUMBERED = re.compile(r"(?:columns|compact|quickcompact|w)-?[0-9]+")
_WHOLE_DATE = "a whole date is asked for"
_GREGORIAN = "dates are asked for in the Gregorian calendar"
_FILE = "a file is asked for"
_LIST = "the choices stand in a list"
# What a person would miss, and what stands there instead.
_INSTEAD = {
    "year": _WHOLE_DATE,
    **dict.fromkeys(
        ("ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian",
         "buddhist"),
        _GREGORIAN,
    ),
    **dict.fromkeys(("signature", "draw", "annotate", "selfie"), _FILE),
    **dict.fromkeys(("map", "maps", "placement-map", "quick-map"), "places are typed or chosen"),
    "image-map": _LIST,
    **dict.fromkeys(
        ("picker", "rating", "distress"), "the numbers stand in a list, or one is typed"
    ),
    "counter": "a number is typed",
    "bearing": "degrees are typed: nothing is measured",
    **dict.fromkeys(
        ("masked", "hidden-answer"),
        "what is typed can be seen: a hidden field would be offered to the browser's store of passwords",
    ),
    "printer": "nothing is printed",
}  # fmt: skip
_CALLS = re.compile(
    r"\b(?:ex:[^\s(]*|search|printer:[^\s(]*)\s*(?:\([^)]*\))?", re.IGNORECASE
)


def appearance_findings(outline: Outline) -> Iterator[Finding]:
    """Warnings for appearances that do nothing here, and for those that nobody knows."""
    for entry in outline.entries:
        written = entry.row["appearance"]
        for call in _CALLS.findall(written):
            yield _says(
                outline, entry.row, call.split("(")[0].strip(), "no other program is asked"
            )  # fmt: skip
        for word in dict.fromkeys(_CALLS.sub(" ", written).lower().split()):
            if word in _INSTEAD:
                yield _says(outline, entry.row, word, _INSTEAD[word])
            elif word not in _DRAWN | _PLAIN and not _NUMBERED.fullmatch(word):
                known = sorted({*_DRAWN, *_PLAIN, *_INSTEAD})
                yield outline.survey.says(
                    "unknown-appearance",
                    f"There is no appearance “{word}”: the plain question is drawn.",
                    f"{meant(word, known)}Correct it, or take it out.",
                    row=entry.row,
                    at="appearance",
                    level=Level.WARNING,
                )


def _says(outline: Outline, row: Row, word: str, instead: str) -> Finding:
    return outline.survey.says(
        "plain-here",
        f"“{word}” does nothing here: {instead}.",
        "Leave it for other software, or ask in another way.",
        row=row,
        at="appearance",
        level=Level.WARNING,
    )
