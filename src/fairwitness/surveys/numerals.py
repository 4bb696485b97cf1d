"""Numbers, dates and times as a language writes them, also one in which our own pages do not speak.

Formats and the names of months are Django's. Digits are those that the language writes by
default in Unicode's CLDR; Arabic has 0 to 9, as our own Arabic pages and codes have them.
The calendar is always the Gregorian one, in which answers are kept.
"""

from datetime import date, time
from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format, get_format, time_format

from fairwitness.surveys.answers import is_number
from fairwitness.surveys.languages import direction_of

# The zero of each script, by code of language; what is not here has 0 to 9.
_ZEROS = {
    "\u06f0": ("fa", "prs", "ps", "ks", "mzn", "lrc", "pnb", "uz-arab", "ur-in"),
    "\u0660": ("ckb", "sd"),
    "\u0966": ("mr", "ne", "sa", "bho"),
    "\u09e6": ("bn", "as", "mni"),
    "\u1040": ("my",),
    "\u0f20": ("dz",),
    "\u07c0": ("nqo",),
    "\u1c50": ("sat",),
    "\U0001e950": ("ff-adlm",),
}
_ZERO_OF = {code: zero for zero, codes in _ZEROS.items() for code in codes}
_ARABIC_ZEROS = {"\u06f0", "\u0660"}
_LATIN_TEXT = "0123456789"
# Languages for which Django names the months of another calendar.
_OTHER_MONTHS = {"ckb"}
_HOUSE_DATE, _HOUSE_MONTH, _HOUSE_TIME = "j F Y", "F Y", "H:i"


def in_digits(text: str, code: str) -> str:
    """Return a text with 0 to 9 written in the digits of a language."""
    return text.translate(_digits(code))


@lru_cache(maxsize=64)
def _digits(code: str) -> dict[int, str]:
    zero = _zero(code)
    return {ord(sign): chr(ord(zero) + int(sign)) for sign in _LATIN_TEXT}


def _zero(code: str) -> str:
    lowered = code.lower()
    return _ZERO_OF.get(lowered) or _ZERO_OF.get(lowered.split("-")[0], "0")


def number_in(written: str, code: str, *, is_grouped: bool = False) -> str:
    """Return a number as rules read it, such as 1234.5, as a language writes it."""
    if not is_number(written):
        return written
    point, group = _separators(code)
    whole, dot, rest = written.partition(".")
    if is_grouped:
        whole = f"{int(whole or '0'):,}".replace(",", group)
    return in_digits(f"{whole}{point if dot else ''}{rest}", code)


@lru_cache(maxsize=64)
def _separators(code: str) -> tuple[str, str]:
    if _zero(code) in _ARABIC_ZEROS:
        return "\u066b", "\u066c"
    if code.split("-", maxsplit=1)[0] == "ar" or not is_known(code):
        return ".", ","
    return (
        str(get_format("DECIMAL_SEPARATOR", lang=_django(code))),
        str(get_format("THOUSAND_SEPARATOR", lang=_django(code))) or "\u00a0",
    )


@lru_cache(maxsize=64)
def is_known(code: str) -> bool:
    """Tell whether dates can be written in a language; else they are in that of the page."""
    lowered = code.lower()
    return lowered.split("-")[0] not in _OTHER_MONTHS and (
        translation.check_for_language(_django(lowered))
    )


def _django(code: str) -> str:
    """The code by which Django knows a language: the whole one, or what stands before its dash."""
    lowered = code.lower()
    base = lowered.split("-")[0]
    return lowered if translation.check_for_language(lowered) else base


def date_in(day: date, code: str) -> str:
    """Return a day in words: 31 March 2026."""
    return _written(day, code, "DATE_FORMAT", _HOUSE_DATE)


def month_in(day: date, code: str) -> str:
    """Return a month in words: March 2026."""
    return _written(day, code, "YEAR_MONTH_FORMAT", _HOUSE_MONTH)


def time_in(clock: time, code: str) -> str:
    """Return a time of the day, by 24 hours: 14:30."""
    told = time_format(clock, _format(_speaking(code), "TIME_FORMAT", _HOUSE_TIME))
    return in_digits(told, code)


def moment_in(day: date, clock: time, code: str) -> str:
    """Return a day and the time of it."""
    return listed(date_in(day, code), time_in(clock, code), code=code)


def listed(*parts: str, code: str) -> str:
    """Return things one behind the other, with the comma of the script."""
    comma = "\u060c" if direction_of(code) == "rtl" else ","
    return f"{comma} ".join(parts)


def months_in(code: str) -> list[tuple[str, str]]:
    """Return the months of a year as numbers and names."""
    with translation.override(_speaking(code)):
        return [
            (f"{number:02}", date_format(date(2000, number, 1), "F"))
            for number in range(1, 13)
        ]


def _speaking(code: str) -> str:
    """The language in which Django says a date for this one."""
    return _django(code) if is_known(code) else translation.get_language() or "en"


def _written(day: date, code: str, wanted: str, house: str) -> str:
    language = _speaking(code)
    with translation.override(language):
        return in_digits(date_format(day, _format(language, wanted, house)), language)


@lru_cache(maxsize=256)
def _format(language: str, wanted: str, house: str) -> str:
    """The format of a language; the house's where it has none of its own, or halves the day."""
    if language in dict(settings.LANGUAGES):
        return house
    found = str(get_format(wanted, lang=language))
    is_plain = found == str(get_format(wanted, lang="en"))
    halves = wanted == "TIME_FORMAT" and not {"H", "G"} & set(found)
    return house if is_plain or halves else found
