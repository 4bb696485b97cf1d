"""Which language a header such as "العربية (ar)" names, and which way it is written."""

import re
import unicodedata

from fairwitness.surveys.questions import Language

_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*\)\s*$")
_BARE_CODE = re.compile(r"[A-Za-z]{2}")
# Languages that are written from right to left, by ISO 639.
RIGHT_TO_LEFT = frozenset(
    [
        "ar",
        "arc",
        "arz",
        "ckb",
        "dv",
        "fa",
        "glk",
        "he",
        "iw",
        "ks",
        "ku",
        "lrc",
        "mzn",
        "nqo",
        "pnb",
        "prs",
        "ps",
        "sd",
        "syr",
        "ug",
        "ur",
        "uz-arab",
        "yi",
    ]
)
UNKNOWN = "und"  # BCP 47: not determined


def language_of(header: str) -> Language:
    """Return the language of a header; without a code in brackets it gets a private one.

    A heading of two letters is a code itself, as in label::en. Without a code the letters
    of the name say in which direction it is written.
    """
    found = _CODE.search(header)
    if found is None and _BARE_CODE.fullmatch(header):
        return Language(header.lower(), header, direction_of(header))
    if found is None:
        return Language(_private_code(header), header, _direction_of_letters(header))
    code = found.group(1).replace("_", "-").lower()
    name = header[: found.start()].strip() or code
    return Language(code, name, direction_of(code))


def direction_of(code: str) -> str:
    """Return "rtl" or "ltr" for a code of a language."""
    lowered = code.lower()
    is_rtl = lowered in RIGHT_TO_LEFT or lowered.split("-")[0] in RIGHT_TO_LEFT
    return "rtl" if is_rtl else "ltr"


def _direction_of_letters(name: str) -> str:
    is_rtl = any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in name)
    return "rtl" if is_rtl else "ltr"


def _private_code(header: str) -> str:
    if header in {"", "default"}:
        return UNKNOWN
    word = re.sub(r"[^a-z0-9]", "", header.lower())[:8]
    return f"x-{word or header.encode().hex()[:8]}"
