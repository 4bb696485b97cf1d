"""Charts as still pictures: two SVG files each, light and dark, without script (LOOK §8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from fairwitness.figures.canvas import Canvas, Fill
from fairwitness.figures.definitions import DIMENSIONS, Unit
from fairwitness.figures.plan import Plan
from fairwitness.figures.tables import HIDDEN, PROVISIONAL, TRAINING, Table

WIDTH = 680
_MARGIN = 20
_SMALL, _TITLE = 15, 20
_LINE = 21
_LABELS = 234
_VALUES = 46
_BAR, _ROW = 20, 46
_MONTHS_HIGH = 230
_MOST_BARS = 24
_WRAP_LABEL, _WRAP_TEXT = 29, 84
_WHISKER = "Thin lines: what chance alone would do if nothing changed (95 %)."


@dataclass(frozen=True)
class Picture:
    """A chart: its file name, what it shows in words, and the SVG for each ground."""

    name: str
    title: str
    description: str
    svg: Mapping[str, str]


@dataclass(frozen=True)
class _Bar:
    label: str
    count: int | None
    low: float
    high: float
    mark: str


def chart(table: Table, *, plan: Plan) -> Picture | None:
    """The picture of a table of counts; none where the table has no rows to draw."""
    is_time = table.dimension == "month"
    bars = _bars(table, plan)
    if not any(bar.count for bar in bars):
        return None
    if not is_time and not DIMENSIONS[table.dimension].has_order:
        bars = _by_value(bars)
    draw = _columns if is_time and len(bars) <= _MOST_BARS else _rows
    told = _told(table, plan, bars)
    description = _description(table, bars)
    canvas = Canvas(WIDTH)
    height = draw(canvas, bars, top=told.top)
    pictures = canvas.pictures(
        height=_framed(canvas, told, height=height),
        key=table.name,
        title=told.title,
        description=description,
    )
    return Picture(table.name, told.title, description, pictures)


def _bars(table: Table, plan: Plan) -> list[_Bar]:
    """The rows to draw: of months, those that have a place in time."""
    keep = set(plan.months) if table.dimension == "month" else None
    bars = []
    for code, label, count, low, high, mark, _note in table.rows:
        if keep is None or code in keep:
            bars.append(
                _Bar(str(label), _int(count), _float(low), _float(high), str(mark))
            )
    return bars


def _by_value(bars: Sequence[_Bar]) -> list[_Bar]:
    """Shown ones by value; hidden ones at the end in the order of the table, which tells nothing."""
    shown = [bar for bar in bars if bar.count is not None]
    hidden = [bar for bar in bars if bar.count is None]
    return [*sorted(shown, key=lambda bar: -(bar.count or 0)), *hidden]


@dataclass(frozen=True)
class _Told:
    """The words around a chart."""

    title: str
    above: tuple[str, ...]
    below: tuple[str, ...]

    @property
    def top(self) -> int:
        """Where the drawing begins."""
        return _MARGIN + 28 + _LINE * len(self.above) + 16


def _told(table: Table, plan: Plan, bars: Sequence[_Bar]) -> _Told:
    unit = str(table.unit or Unit.REPORTS)
    things = "people affected" if table.unit is Unit.PEOPLE else unit
    where = f"{plan.place}, " if plan.place else ""
    above = f"{where}reports received {plan.during}, n = {table.total:,} {things}"
    below = [_WHISKER]
    if any(bar.mark == PROVISIONAL for bar in bars):
        below.append("Hatched months are not complete: more reports are expected.")
    if any(bar.mark == HIDDEN for bar in bars):
        below.append("[c]: too small to be shown, or hidden to protect such a number.")
    if table.dimension == "month":
        below += _elsewhere(table, plan)
    below += [f"It does not say {said[0].lower()}{said[1:]}" for said in table.says_not]
    below.append(
        f"{plan.controller.name}, edition {plan.number}, published {plan.day}."
    )
    if plan.is_training:
        below.append(TRAINING)
    return _Told(
        _short_title(table),
        tuple(wrap(above[0].upper() + above[1:], _WRAP_TEXT)),
        tuple(line for text in below for line in wrap(text, _WRAP_TEXT)),
    )


def _short_title(table: Table) -> str:
    return table.title.replace("month in which it happened", "month")


def _elsewhere(table: Table, plan: Plan) -> list[str]:
    """The rows of months that have no place in the drawing."""
    rest = [
        f"{str(label).lower()}: {HIDDEN if count is None else count}"
        for code, label, count, *_ in table.rows
        if code not in plan.months
    ]
    breaks = [f"From {b.month} on: {b.reason}." for b in plan.breaks]
    return ([f"Not drawn: {', '.join(rest)}."] if rest else []) + breaks


def _description(table: Table, bars: Sequence[_Bar]) -> str:
    told = [
        f"{bar.label}: {HIDDEN if bar.count is None else bar.count}" for bar in bars
    ]
    return f"{_short_title(table)}. {'; '.join(told)}."


def _rows(canvas: Canvas, bars: Sequence[_Bar], *, top: int) -> int:
    """Horizontal bars from zero, a line each; returns the height."""
    look, left, right = canvas.look, _MARGIN + _LABELS, WIDTH - _MARGIN - _VALUES
    most = _ceiling(bars)
    scale, height = (right - left) / most, _ROW * len(bars)
    for tick in _ticks(most):
        x = left + tick * scale
        canvas.rule(x, top, x, top + height, look.grid)
        canvas.text(x, top + height + 18, f"{tick:,}", look.ink_2, align="center")
    for place, bar in enumerate(bars):
        y = top + _ROW * (place + 0.5)
        lines = wrap(bar.label, _WRAP_LABEL)
        for number, line in enumerate(lines):
            offset = (number - (len(lines) - 1) / 2) * (_LINE - 3)
            canvas.text(left - 12, y + offset, line, look.ink, align="right")
        shown = HIDDEN if bar.count is None else f"{bar.count:,}"
        canvas.text(WIDTH - _MARGIN, y, shown, look.ink, align="right", weight=600)
        end = right if bar.count is None else left + bar.count * scale
        canvas.bar(left, y - _BAR / 2, end, y + _BAR / 2, fill=_fill(bar))
        if bar.count is not None:
            canvas.whisker(left + bar.low * scale, y, left + bar.high * scale, y)
    canvas.rule(left, top, left, top + height, look.edge)
    return height + 30


def _columns(canvas: Canvas, bars: Sequence[_Bar], *, top: int) -> int:
    """Upright bars from zero, in the order of time; returns the height."""
    look, left, right = canvas.look, _MARGIN + 44, WIDTH - _MARGIN
    most = _ceiling(bars)
    scale, bottom = (_MONTHS_HIGH - 24) / most, top + _MONTHS_HIGH
    step = (right - left) / len(bars)
    half = min(26.0, step * 0.32)
    for tick in _ticks(most):
        y = bottom - tick * scale
        canvas.rule(left, y, right, y, look.grid)
        canvas.text(left - 10, y, f"{tick:,}", look.ink_2, align="right")
    for place, bar in enumerate(bars):
        x = left + step * (place + 0.5)
        if place % (1 + (len(bars) - 1) // 12) == 0:
            _month(canvas, x, bottom, bar.label, is_first=place == 0)
        if bar.count is None:
            canvas.bar(x - half, top + 24, x + half, bottom, fill=Fill.HIDDEN)
            canvas.text(x, top + 12, HIDDEN, look.ink, align="center", weight=600)
            continue
        end = bottom - bar.high * scale
        canvas.bar(
            x - half, bottom - bar.count * scale, x + half, bottom, fill=_fill(bar)
        )
        canvas.whisker(x, bottom - bar.low * scale, x, end)
        canvas.text(x, end - 12, f"{bar.count:,}", look.ink, align="center", weight=600)
    canvas.rule(left, bottom, right, bottom, look.edge)
    return _MONTHS_HIGH + 48


def _month(canvas: Canvas, x: float, y: float, label: str, *, is_first: bool) -> None:
    month, year = label.split()
    canvas.text(x, y + 18, month[:3], canvas.look.ink, align="center")
    if is_first or month == "January":
        canvas.text(x, y + 37, year, canvas.look.ink_2, align="center")


def _fill(bar: _Bar) -> Fill:
    if bar.count is None:
        return Fill.HIDDEN
    return Fill.OPEN if bar.mark == PROVISIONAL else Fill.SERIES


def _framed(canvas: Canvas, told: _Told, *, height: int) -> int:
    """Put the words above and below a drawing; return how tall the whole is."""
    look = canvas.look
    canvas.text(_MARGIN, _MARGIN + 8, told.title, look.ink, size=_TITLE, weight=600)
    for number, line in enumerate(told.above):
        canvas.text(_MARGIN, _MARGIN + 36 + _LINE * number, line, look.ink_2)
    below = told.top + height + 22
    for number, line in enumerate(told.below):
        canvas.text(_MARGIN, below + _LINE * number, line, look.ink_2)
    return below + _LINE * len(told.below) + _MARGIN - 8


def _ceiling(bars: Sequence[_Bar]) -> float:
    return max(bar.high for bar in bars if bar.count is not None) * 1.02


def _ticks(most: float) -> list[int]:
    """At most five round numbers from zero."""
    step = 1
    while most / step > 4:  # noqa: PLR2004 - five gridlines with zero
        step = _next_round(step)
    return list(range(0, int(most) + 1, step))


def _next_round(step: int) -> int:
    return step * 2 if str(step)[0] in "15" else step * 5 // 2


def _int(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
