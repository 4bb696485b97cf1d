"""What is wrong with the tables of surveys of an edition, if anything: everything is worked out again."""

from collections.abc import Iterator, Mapping

from fairwitness.figures.intervals import proportion
from fairwitness.figures.survey import narrow_rows
from fairwitness.figures.survey_answers import CAMPAIGNS, FIRST
from fairwitness.figures.verify_tables import Shown, near, whole

_TENTH = 0.051  # of a percent: shares are printed with one digit
_PERCENT = 100
_PARTS = ("", "own_", "calm_")


def survey_problems(
    shown: Mapping[str, Shown], *, least: int
) -> Iterator[tuple[str, str, str]]:
    """Every way in which surveys contradict themselves: table, code and sentence."""
    campaigns = shown.get(CAMPAIGNS)
    if campaigns is None:
        return
    for code, message in _of_campaigns(campaigns, least=least):
        yield campaigns.name, code, message
    yield from _beside_the_first(shown)
    totals = {row["code"]: row for row in campaigns.rows}
    for name, table in shown.items():
        if "own_of" in table.names:
            for code, message in _of_answers(table, totals, least=least):
                yield name, code, message


def _beside_the_first(shown: Mapping[str, Shown]) -> Iterator[tuple[str, str, str]]:
    """The other questions of a campaign stay away where the first one hides something."""
    first = f"survey_{FIRST}"
    rows = shown[first].rows
    whole_ones = {row["campaign"] for row in rows}
    whole_ones -= {row["campaign"] for row in rows if row["count"] == ""}
    for name, table in shown.items():
        if "own_of" in table.names and name != first:
            for campaign in {row["campaign"] for row in table.rows} - whole_ones:
                message = f"beside {first} it lets a number of {campaign} be worked out"
                yield name, "leak", message


def _of_campaigns(table: Shown, *, least: int) -> Iterator[tuple[str, str]]:
    for row in table.rows:
        count, own, passed, calm = (
            whole(row[name]) for name in ("count", "own", "passed_on", "calm")
        )
        parts = [own, passed, calm, None if calm is None else (count or 0) - calm]
        if any(part is not None and 0 < part < least for part in [count, *parts]):
            yield "leak", f"the row {row['code']} shows a number below {least}"
        if own is not None and own + (passed or 0) != count:
            yield "sums", f"the parts of {row['code']} do not add up"
        invited = whole(row["invited"]) or 0
        if row["responded"] and (
            own is None or not near(row["responded"], _share(own, invited), _TENTH)
        ):
            yield "rate", f"{row['code']}: the share of those invited is another"


def _of_answers(
    table: Shown, totals: Mapping[str, Mapping[str, str]], *, least: int
) -> Iterator[tuple[str, str]]:
    for row in table.rows:
        total = totals.get(row["campaign"], {})
        if not total or row["of"] != total["count"]:
            yield "sums", f"the row {row['code']} is of another number of answers"
        for part in _PARTS:
            yield from _of_part(row, part)
        yield from _small(row, least=least)
    lines = [
        (row["campaign"], row["code"], whole(row["count"]), whole(row["of"]) or 0)
        for row in table.rows
    ]
    for code in narrow_rows(lines, least=least):
        yield "leak", f"the hidden row {code} can be worked out"


def _of_part(row: Mapping[str, str], part: str) -> Iterator[tuple[str, str]]:
    """The share of a row, and its margin, from its numbers."""
    number, of = whole(row[part.removesuffix("_") or "count"]), whole(row[f"{part}of"])
    told = row[f"{part}share"]
    if number is None or not of:
        if told:
            yield "rate", f"the row {row['code']} has a share of nothing"
        return
    if number > of or not near(told, _share(number, of), _TENTH):
        yield (
            "rate",
            f"the share in the row {row['code']} is not its count by its total",
        )
    elif part == "own_":
        _value, interval = proportion(number, of)
        ends = (("own_low", interval.low), ("own_high", interval.high))
        if not all(near(row[name], end * _PERCENT, _TENTH) for name, end in ends):
            yield "interval", f"the margin in the row {row['code']} is another"


def _small(row: Mapping[str, str], *, least: int) -> Iterator[tuple[str, str]]:
    count = whole(row["count"])
    for part in ("own", "calm"):
        number = whole(row[part])
        if number is None:
            continue
        if count is None or number > count:
            yield "sums", f"the row {row['code']} has a part that is larger than it"
        elif any(0 < one < least for one in (number, count - number)):
            yield "leak", f"what is left out of the row {row['code']} is below {least}"


def _share(part: int, of: int) -> float:
    return _PERCENT * part / of if of else 0.0
