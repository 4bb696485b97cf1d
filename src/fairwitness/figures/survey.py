"""What was answered to surveys: with the answers that came by passed-on links, and without.

Three numbers stand beside each other: all answers (`count`), those by a link of one's own
(`own`), and those outside of the weeks in which a crowd answered at once (`calm`). Only
`own` has a margin of error, and only `own` is set against those who were invited: whom a
link reached by being passed on, nobody knows.

A number from 1 to 4 is hidden, and so is what would give one away. What was left out is a
number too, so a column is shown for a campaign when none of its differences is small.
Who met nothing is asked nothing more, so the other questions would give away what the
first one hides: they are shown for a campaign where it hides nothing, and where neither
those who skipped a question nor those who answered it unasked are few.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from fairwitness.figures.attack import Published, seen_from_outside
from fairwitness.figures.definitions import NOT_STATED, Dimension
from fairwitness.figures.intervals import Answers, share
from fairwitness.figures.plan import Plan
from fairwitness.figures.suppression import may_split, protect
from fairwitness.figures.survey_answers import (
    ASKED_MORE,
    CAMPAIGN_COLUMNS,
    CAMPAIGNS,
    COLUMNS,
    FIRST,
    NO_ANSWER,
    NUMBERS,
    PERCENT,
    QUESTIONS,
    Asked,
    Cell,
)
from fairwitness.figures.tables import HIDDEN, Table, Value, note, row

_SPLIT = "own_of", "own", "own_share", "own_low", "own_high"
_CALM = "calm_of", "calm", "calm_share"


def survey_tables(asked: Sequence[Asked], plan: Plan) -> list[Table]:
    """Every table of the surveys of a period; none when nobody was asked."""
    told = [one for one in asked if one.answered]
    if not told:
        return []
    return [
        _campaigns(told, plan),
        *(_by(question, told, plan) for question in QUESTIONS),
    ]


def _totals(one: Asked) -> Cell:
    cell = Cell()
    for answer in one.answered:
        cell.add(answer)
    return cell


def is_told(number: int, *, least: int) -> bool:
    """Whether a number may be printed."""
    return number == 0 or number >= least


def _may_show(total: Cell, plan: Plan, part: Callable[[Cell], int]) -> bool:
    rest = total.count - part(total)
    return all(is_told(number, least=plan.least) for number in (part(total), rest))


def _campaigns(asked: Sequence[Asked], plan: Plan) -> Table:
    """How many answered each campaign, by which links, and of how many invited."""
    rows, hidden, says = [], [], []
    for one in asked:
        total = _totals(one)
        numbers: dict[str, Value] = dict.fromkeys((*NUMBERS, "responded"))
        numbers |= {"invited": one.invited, "burst_days": one.burst_days}
        more = "More answers can come." if one.is_open else ""
        if not is_told(total.count, least=plan.least):
            hidden.append(one.code)
            rows.append(_campaign_row(one, None, numbers, HIDDEN, more, plan))
            continue
        if _may_show(total, plan, lambda cell: cell.own):
            numbers["own"] = total.own
            numbers["passed_on"] = total.count - total.own
            if one.is_whole and one.invited >= total.own:
                numbers["responded"] = _percent(total.own, one.invited)
        if _may_show(total, plan, lambda cell: cell.calm):
            numbers["calm"] = total.calm
        if not one.is_whole:
            more = f"{more} Other answers belong to other editions.".strip()
        rows.append(_campaign_row(one, total.count, numbers, "", more, plan))
        says.append(_said_of(one, total.count, numbers))
    return Table(
        name=CAMPAIGNS,
        title="Answers to surveys, by how they came",
        columns=CAMPAIGN_COLUMNS,
        rows=tuple(rows),
        hidden=tuple(sorted(hidden)),
        sentence=(
            f"{HIDDEN}: not shown, because a part of it is below {plan.least} or belongs "
            "to another edition. A day of a crowd "
            "has at least 20 answers and at least five times as many as the middle day; "
            "its whole week is left out, because no answer knows its day."
        ),
        says=tuple(says),
        says_not=(
            "What those think who did not answer.",
            "Whom the passed-on answers stand for: they are in no share of those invited.",
        ),
    )


def _campaign_row(
    one: Asked,
    count: int | None,
    numbers: Mapping[str, Value],
    mark: str,
    more: str,
    plan: Plan,
) -> tuple[Value, ...]:
    return row(
        CAMPAIGN_COLUMNS,
        code=one.code,
        label=one.title,
        count=count,
        **numbers,
        mark=mark,
        note=note(more, is_training=plan.is_training),
    )


def _said_of(one: Asked, count: int, numbers: Mapping[str, Value]) -> str:
    said = f"{one.title}: {count:,} answers"
    if numbers["own"] is not None:
        said += f", {numbers['own']:,} of them by a link of one's own"
    if numbers["responded"] is not None:
        said += f" ({numbers['responded']} % of {one.invited:,} who were invited)"
    if numbers["passed_on"]:
        said += f" and {numbers['passed_on']:,} by links that were passed on"
    if one.burst_days:
        days = "day" if one.burst_days == 1 else "days"
        said += f"; a crowd answered at once on {one.burst_days} {days}"
    return f"{said}."


@dataclass
class _Part:
    """The rows of one campaign in a table, and what is said of them."""

    rows: list[tuple[Value, ...]] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    total: int = 0
    hidden_together: int = 0
    sentence: str = ""
    says: str = ""


def _by(question: Dimension, asked: Sequence[Asked], plan: Plan) -> Table:
    """One question of all campaigns, each protected for itself."""
    parts = [_part(question, one, plan, alone=len(asked) == 1) for one in asked]
    rows = tuple(line for part in parts for line in part.rows)
    return Table(
        name=f"survey_{question.name}",
        title=f"Answers to surveys by {question.label}",
        columns=COLUMNS,
        rows=rows,
        total=sum(part.total for part in parts) if rows else None,
        hidden=tuple(sorted(code for part in parts for code in part.hidden)),
        hidden_together=sum(part.hidden_together for part in parts) if rows else None,
        is_total_only=not rows,
        sentence=" ".join(
            dict.fromkeys(part.sentence for part in parts if part.sentence)
        ),
        says=tuple(part.says for part in parts if part.says),
        says_not=(
            "How often it happens to everybody: who answers is not like who does not.",
            "Anything of those to whom a link was passed on: they chose themselves.",
        ),
    )


def _sides(question: Dimension, one: Asked) -> list[Cell]:
    """Who is asked more and who is not, by whether they answered this: four numbers."""
    sides = {(is_asked, has): Cell() for is_asked in (0, 1) for has in (0, 1)}
    for answer in one.answered:
        is_asked = answer.answers.get(FIRST) in ASKED_MORE
        has = answer.answers.get(question.name) is not None
        sides[is_asked, has].add(answer)
    return list(sides.values())


def _may_stand_beside(question: Dimension, one: Asked, plan: Plan) -> bool:
    """Whether a question shows nothing of what the first one says, beside it."""
    if question.name == FIRST:
        return True
    first = {
        code: [cell.count] for code, cell in _cells(QUESTIONS[0], one, plan).items()
    }
    choice = protect(first, totals=[len(one.answered)], least=plan.least)
    return not choice.hidden and all(
        is_told(side.count, least=plan.least) for side in _sides(question, one)
    )


def _cells(question: Dimension, one: Asked, plan: Plan) -> dict[str, Cell]:
    own = plan.labels.get("district", {}) if question.name == "area" else {}
    cells: dict[str, Cell] = {}
    for answer in one.answered:
        code = answer.answers.get(question.name) or NOT_STATED
        cells.setdefault(code, Cell()).add(answer)
    known = [*own, *question.codes]
    last = [NOT_STATED] if NOT_STATED in cells else []
    others = sorted(cells.keys() - {*known, NOT_STATED})
    order = [code for code in known if code in cells] + others + last
    return {code: cells[code] for code in order}


def _part(question: Dimension, one: Asked, plan: Plan, *, alone: bool) -> _Part:
    cells, total = _cells(question, one, plan), _totals(one)
    if total.count < plan.fewest:
        few = f"{one.title}: not shown, with fewer than {plan.fewest} answers."
        return _Part(sentence=few)
    if not _may_stand_beside(question, one, plan):
        beside = "beside the first question it would let a hidden number be worked out."
        return _Part(sentence=f"{one.title}: not shown, because {beside}")
    counts = {code: [cell.count] for code, cell in cells.items()}
    choice = protect(counts, totals=[total.count], least=plan.least)
    if choice.is_total_only:
        return _Part(sentence=f"{one.title}: {choice.sentence}")
    sides = [] if question.name == FIRST else _sides(question, one)
    rows = {**cells, **{f"-{place}": side for place, side in enumerate(sides)}}
    shows = {
        "own": _splits(rows, choice.hidden, plan, lambda cell: cell.own),
        "calm": _splits(rows, choice.hidden, plan, lambda cell: cell.calm),
    }
    labels = plan.labels.get("district") if question.name == "area" else {}
    part = _Part(total=total.count, sentence=choice.sentence)
    for code, cell in cells.items():
        label = NO_ANSWER if code == NOT_STATED else question.label_of(code, labels)
        is_hidden = code in choice.hidden
        part.rows.append(
            row(
                COLUMNS,
                code=f"{one.code}/{code}",
                label=label if alone else f"{one.title}: {label}",
                campaign=one.code,
                **_numbers(cell, total, shows, is_hidden=is_hidden),
                mark=HIDDEN if is_hidden else "",
                note=note(is_training=plan.is_training),
            )
        )
        if is_hidden:
            part.hidden.append(f"{one.code}/{code}")
            part.hidden_together += cell.count
    part.says = _compared(
        one, total, [cells[c] for c in cells.keys() - choice.hidden], shows
    )
    if not shows["own"]:
        part.sentence = (
            f"{part.sentence} {one.title}: without passed-on links it is not shown, "
            f"because what would be left out of a row is below {plan.least}."
        ).strip()
    return part


def _splits(
    cells: Mapping[str, Cell],
    hidden: frozenset[str],
    plan: Plan,
    part: Callable[[Cell], int],
) -> bool:
    """Whether a part of each row may stand beside it: what is left out is never small."""
    rows = {code: [part(cell), cell.count - part(cell)] for code, cell in cells.items()}
    return may_split(rows, hidden=hidden, least=plan.least)


def _numbers(
    cell: Cell, total: Cell, shows: Mapping[str, bool], *, is_hidden: bool
) -> dict[str, Value]:
    numbers: dict[str, Value] = dict.fromkeys(("count", "share", *_SPLIT, *_CALM))
    numbers["of"] = total.count
    if is_hidden:
        return numbers
    numbers |= {"count": cell.count, "share": _percent(cell.count, total.count)}
    if shows["own"] and total.own:
        value, interval = share(cell.own, total.own, answers=Answers.INVITED)
        numbers |= {
            "own": cell.own,
            "own_of": total.own,
            "own_share": round(value * PERCENT, 1),
            "own_low": round(interval.low * PERCENT, 1),
            "own_high": round(interval.high * PERCENT, 1),
        }
    if shows["calm"] and total.calm:
        numbers |= {
            "calm": cell.calm,
            "calm_of": total.calm,
            "calm_share": _percent(cell.calm, total.calm),
        }
    return numbers


def _compared(
    one: Asked, total: Cell, shown: Iterable[Cell], shows: Mapping[str, bool]
) -> str:
    """How much the shares change when passed-on answers are left out."""
    if not shows["own"] or not total.own or total.own == total.count:
        return ""
    furthest = max(
        (abs(cell.count / total.count - cell.own / total.own) for cell in shown),
        default=0.0,
    )
    points = ceil(furthest * PERCENT)
    word = "point" if points == 1 else "points"
    return (
        f"{one.title}: without the answers by passed-on links no share that is shown "
        f"changes by more than {points} percentage {word}."
    )


def _percent(part: int, of: int) -> float:
    return round(PERCENT * part / of, 1) if of else 0.0


def narrow_rows(
    lines: Iterable[tuple[str, str, int | None, int]], *, least: int
) -> Iterator[str]:
    """Hidden rows that somebody could work out, by their code.

    A line is the campaign, the code, its number (nothing when hidden), and how many
    answers the campaign has.
    """
    printed: Counter[str] = Counter()
    hidden: dict[str, list[str]] = {}
    totals: dict[str, int] = {}
    for campaign, code, count, of in lines:
        totals[campaign] = of
        if count is None:
            hidden.setdefault(campaign, []).append(code)
        else:
            printed[campaign] += count
    for campaign, codes in hidden.items():
        together = totals[campaign] - printed[campaign]
        published = Published(tuple(codes), (together,), (totals[campaign],))
        for bounds in seen_from_outside(published):
            if bounds.width < least:
                yield str(bounds.cell)
