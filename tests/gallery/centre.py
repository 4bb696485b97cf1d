"""An invented centre, as the templates see one."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest


@dataclass(frozen=True)
class Line:
    """A help line."""

    name: str
    number: str
    tel: str
    hours: str


@dataclass(frozen=True)
class Language:
    """A language in its own name."""

    code: str
    name: str
    dir: str


LANGUAGES = (Language("en", "English", "ltr"), Language("ar", "العربية", "rtl"))
LINES = (
    Line("Night Line", "0300 000 001", "+443000000001", "day and night"),
    Line("Harbour Advice", "0300 000 002", "+443000000002", "weekdays 9 to 5"),
)


@dataclass(frozen=True)
class Centre:
    """What every page may know about the centre."""

    name: str = "Harbour Members' Trust"
    quiet_name: str = "Form"
    registration: str = "ZA000000"
    emergency_number: str = "999"
    exit_url: str = "/elsewhere"
    is_training: bool = False
    helplines: tuple[Line, ...] = LINES
    languages: tuple[Language, ...] = field(default=LANGUAGES)


def centre(request: HttpRequest) -> dict[str, Any]:
    """Give the templates the invented centre, in the language that the address asks for."""
    chosen = request.GET.get("language", "en")
    return {
        "centre": Centre(is_training="training" in request.GET),
        "language": next(one for one in LANGUAGES if one.code == chosen),
    }
