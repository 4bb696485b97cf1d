"""A canvas for charts: bars, lines and words in pixels, drawn by Vega as one still SVG.

It is drawn once, in the light colours; the dark picture is the same with others.

Every position is stated, so that no font of the machine that builds an edition changes
a byte.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, ClassVar, Literal

import altair as alt
import vl_convert

FONTS = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", '
    '"Noto Sans Hebrew", Arial, sans-serif'
)
SMALL = 15
# Vega's own roles would read every line of the drawing aloud.
_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


@dataclass(frozen=True)
class Look:
    """The colours of one ground."""

    name: str
    ground: str
    ink: str
    ink_2: str
    grid: str
    series: str
    edge: str


LIGHT = Look("light", "#FFFFFF", "#1C2329", "#4A545C", "#DAD7CF", "#17596B", "#6B747B")
DARK = Look("dark", "#1C2328", "#ECE9E2", "#B3BBC0", "#333C43", "#6FC0CF", "#8A949B")
LOOKS = (LIGHT, DARK)
_COLOURS = ("ground", "ink", "ink_2", "grid", "series", "edge")


class Fill(Enum):
    """How a bar is filled: plainly, hatched because it still grows, hatched because it is hidden.

    The two hatchings are drawn in colours that nothing else has, which the finished
    picture replaces by its patterns: Vega has none.
    """

    SERIES = ""
    OPEN = "#010203"
    HIDDEN = "#010204"


@dataclass
class Canvas:
    """What is to be drawn, in the order in which it covers: lines, bars, whiskers, words."""

    width: int
    look: ClassVar[Look] = LIGHT
    _rules: list[dict[str, Any]] = field(default_factory=list)
    _bars: list[dict[str, Any]] = field(default_factory=list)
    _whiskers: list[dict[str, Any]] = field(default_factory=list)
    _texts: dict[tuple[str, int, int], tuple[list[dict[str, Any]], "_Mark"]] = field(
        default_factory=dict
    )

    def rule(self, x: float, y: float, x2: float, y2: float, colour: str) -> None:
        """A thin line."""
        self._rules.append(_box(x, y, x2, y2, colour))

    def bar(self, x: float, y: float, x2: float, y2: float, *, fill: Fill) -> None:
        """A filled box."""
        self._bars.append(_box(x, y, x2, y2, fill.value or self.look.series))

    def whisker(self, x: float, y: float, x2: float, y2: float) -> None:
        """An interval: a line between two short ends across it."""
        along, across = (0, 5) if y == y2 else (5, 0)
        self._whiskers.append(_box(x, y, x2, y2, self.look.ink_2))
        for end, side in ((x, y), (x2, y2)):
            self._whiskers.append(
                _box(
                    end - along,
                    side - across,
                    end + along,
                    side + across,
                    self.look.ink_2,
                )
            )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        colour: str,
        *,
        align: str = "left",
        size: int = SMALL,
        weight: int = 400,
    ) -> None:
        """One line of words, centred on `y`."""
        style = {"align": align, "fontSize": size, "fontWeight": weight}
        mark = _Mark("text", style | {"baseline": "middle"})
        lines, _ = self._texts.setdefault((align, size, weight), ([], mark))
        lines.append(_box(x, y, x, y, colour) | {"text": words})

    def pictures(
        self, *, height: int, key: str, title: str, description: str
    ) -> dict[str, str]:
        """The SVG for each ground. `key` makes its ids unique on a page that holds several."""
        drawn = vl_convert.vegalite_to_svg(self._spec(height))
        opening = re.match(r"<svg[^>]*>", drawn)
        if opening is None:
            raise ValueError("The chart was not drawn.")
        body = _ROLES.sub("", drawn[opening.end() :])
        told = (
            f'width="{self.width}" height="{height}" '
            f'viewBox="0 0 {self.width} {height}" role="img" '
        )
        return {
            look.name: f'<svg xmlns="http://www.w3.org/2000/svg" {told}'
            + _spoken(f"{key}-{look.name}", title, description)
            + _recoloured(body, look, f"{key}-{look.name}")
            + "\n"
            for look in LOOKS
        }

    def _spec(self, height: int) -> dict[str, Any]:
        """The picture as Vega-Lite. What is drawn is named, since Altair copies what it is given."""
        halos = [line | {"colour": self.look.ground} for line in self._whiskers]
        layers = {
            "rules": (self._rules, _Mark("rule", {"strokeWidth": 1})),
            "bars": (self._bars, _Mark("rect", {})),
            "halos": (halos, _Mark("rule", {"strokeWidth": 4.5})),
            "whiskers": (self._whiskers, _Mark("rule", {"strokeWidth": 1.5})),
        }
        for texts in self._texts.values():
            layers[f"texts-{len(layers)}"] = texts
        picture = (
            alt.layer(
                *(mark.of(name) for name, (drawn, mark) in layers.items() if drawn)
            )
            .properties(
                width=self.width,
                height=height,
                padding=0,
                background=self.look.ground,
                autosize=alt.AutoSizeParams(type="none"),
            )
            .configure(font=FONTS, aria=False)
            .configure_view(stroke=None)
        )
        spec: dict[str, Any] = picture.to_dict(validate=False)
        return spec | {"datasets": {name: drawn for name, (drawn, _) in layers.items()}}


@dataclass(frozen=True)
class _Mark:
    """How the things of a layer are drawn; each says where and in which colour."""

    kind: Literal["rect", "rule", "text"]
    style: Mapping[str, Any]

    def of(self, name: str) -> Any:
        """The layer that draws the things of this name."""
        far: list[Any] = [alt.Text("text:N")]
        if self.kind != "text":
            far = [alt.X2("x2"), alt.Y2("y2")]
        return (
            alt.Chart(alt.NamedData(name))
            .mark_text()
            .properties(mark=alt.MarkDef(type=self.kind, **self.style))
            .encode(
                alt.X("x:Q", scale=None, axis=None),
                alt.Y("y:Q", scale=None, axis=None),
                alt.Color("colour:N", scale=None, legend=None),
                *far,
            )
        )


def _box(x: float, y: float, x2: float, y2: float, colour: str) -> dict[str, Any]:
    places = zip(("x", "y", "x2", "y2"), (x, y, x2, y2), strict=True)
    return {name: round(place, 1) for name, place in places} | {"colour": colour}


def _spoken(name: str, title: str, description: str) -> str:
    """What who listens is told of a picture."""
    return (
        f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{html.escape(title)}'
        f'</title><desc id="{name}-d">{html.escape(description)}</desc>'
    )


def _recoloured(body: str, look: Look, name: str) -> str:
    """A drawing in light colours, in the colours of a ground and with its hatchings."""
    colours = {getattr(LIGHT, one): getattr(look, one) for one in _COLOURS}
    body = re.sub("#[0-9A-F]{6}", lambda found: colours.get(found[0], found[0]), body)
    for fill in (Fill.OPEN, Fill.HIDDEN):
        body = body.replace(f'"{fill.value}"', f'"url(#{name}-{fill.name.lower()})"')
    return (
        f"<defs>{_pattern(f'{name}-open', look.series, 2.5)}"
        f"{_pattern(f'{name}-hidden', look.edge, 1)}</defs>{body}"
    )


def _pattern(key: str, colour: str, width: float) -> str:
    return (
        f'<pattern id="{key}" width="7" height="7" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="{width}" height="7" fill="{colour}"/>'
        "</pattern>"
    )
