"""Which plain control a question is drawn as."""

from django.utils.translation import gettext as _

from fairwitness.surveys.cleaning import bounds, plain_number
from fairwitness.surveys.questions import FILES, Kind, Question
from fairwitness.surveys.sentences import between

_KINDS = {
    Kind.NOTE: "note",
    Kind.ONE: "one",
    Kind.SEVERAL: "several",
    Kind.MONTH: "month",
    Kind.RANK: "rank",
    Kind.ACKNOWLEDGE: "several",
    **dict.fromkeys(FILES, "file"),
}
TYPES = {Kind.DATE: "date", Kind.TIME: "time", Kind.MOMENT: "datetime-local"}
INPUTMODES = {Kind.INTEGER: "numeric", Kind.DECIMAL: "decimal", Kind.RANGE: "decimal"}
_FOLDED = {
    "minimal",
    "autocomplete",
}  # one choice of a long list, which the browser searches
MOST_STEPS = 11  # a range of more than these is typed


def control_of(question: Question) -> str:
    """Return what a question is drawn as."""
    if question.kind is Kind.RANGE:
        return "one" if len(steps_of(question)) <= MOST_STEPS else "text"
    if question.kind is Kind.ONE and _FOLDED & set(question.appearance.lower().split()):
        return "list"
    return _KINDS.get(question.kind, "text")


def inputmode_of(question: Question) -> str:
    """Return which keys a phone offers."""
    asked = set(question.appearance.lower().split())
    if question.kind is Kind.TEXT and "numbers" in asked:
        return "numeric"
    if question.kind is Kind.TEXT and "url" in asked:
        return "url"
    return INPUTMODES.get(question.kind, "")


def steps_of(question: Question) -> list[str]:
    """The numbers of a range, up to one more than are shown as choices."""
    least, most, step = bounds(question)
    count = min(int((most - least) / step), MOST_STEPS)
    return [plain_number(least + step * number) for number in range(count + 1)]


def hint_of(question: Question) -> str:
    """Return what to write, where the form has no hint of its own."""
    if question.kind is Kind.RANGE and control_of(question) == "text":
        return between(*map(plain_number, bounds(question)[:2]))
    if question.kind is Kind.PLACE:
        return _where(question.parameters.get("shape", ""))
    return ""


def _where(shape: str) -> str:
    if shape in {"geotrace", "geoshape"}:
        # Translators: how a way or an area is typed; the numbers are degrees on a map.
        return _(
            "Write latitude and longitude of each point, one point a line, such as"
            " 52.52, 13.40. We keep them to about a kilometre."
        )
    # Translators: how a place is typed; the numbers are degrees on a map.
    return _(
        "Write latitude and longitude, such as 52.52, 13.40. We keep them to about a"
        " kilometre."
    )
