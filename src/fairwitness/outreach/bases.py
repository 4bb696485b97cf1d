"""Which route lets us write to an address, for what, and what it needs: rows, not code (INV-4).

Those that come with the software stand in bases.toml; a centre adds rows of its own, for its
country, in a file of the same name and shape in its folder.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

from fairwitness.governance.models import Controller
from fairwitness.outreach.models import Basis, Campaign

ELSEWHERE = "XX"
OURS = Path(__file__).with_name("bases.toml")
NAME = "bases.toml"
_YES = frozenset({"yes", "y", "true", "نعم"})
_PARTS = frozenset({"law", "for", "needs", "also", "yes"})

Kind = Campaign.Kind
Table = Mapping[str, Mapping[str, "Rule"]]


class MalformedTable(Exception):
    """A row of the table of routes that nobody can execute. The message names it."""


@dataclass(frozen=True)
class Rule:
    """What one route rests on, the kinds of letters it is for, and what it asks for."""

    law: str
    kinds: frozenset[Kind]
    needs: Mapping[str, str]
    also: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    yes: Mapping[str, bool] = field(default_factory=dict)

    def asks(self, kind: Kind | None = None) -> dict[str, str]:
        """What must be written down, by name; for this kind of letter, or for any."""
        return {**self.needs, **(self.also.get(kind, {}) if kind else {})}

    @property
    def may_ask(self) -> dict[str, str]:
        """What only some kinds of letters need."""
        return {name: ask for more in self.also.values() for name, ask in more.items()}


def country_of_the_centre() -> str:
    """Where the centre is run, or nothing while nobody has said it."""
    return Controller.objects.values_list("country", flat=True).first() or ""


def rule_for(basis: str, country: str) -> Rule | None:
    """The rule of a route in a country, or none where that route does not exist."""
    own = Path(settings.DIR) / NAME
    table = _table(own, own.stat().st_mtime_ns if own.is_file() else 0)
    return table.get(country.upper(), table[ELSEWHERE]).get(basis)


def gaps(
    basis: str, evidence: Mapping[str, str], country: str, *, kind: Kind | None = None
) -> list[str]:
    """What is missing before anybody may be written to by this route; each a sentence.

    Without a kind of letter: before an address may be taken in at all.
    """
    rule = rule_for(basis, country)
    if rule is None:
        return [_("This route does not exist in your country. Choose another.")]
    if kind is not None and kind not in rule.kinds:
        return [
            _("The route “%(route)s” does not serve this kind of letter: %(kind)s.")
            % {"route": Basis(basis).label, "kind": kind.label}
        ]
    asks = rule.asks(kind)
    missing = [
        _("Answer this first: %(question)s.") % {"question": question}
        for name, question in asks.items()
        if not str(evidence.get(name, "")).strip()
    ]
    closed = [
        _("This route is closed unless the answer is yes: %(question)s.")
        % {"question": asks[name]}
        for name in rule.yes
        if name in asks
        and str(evidence.get(name, "")).strip().casefold() not in {*_YES, ""}
    ]
    return missing + closed


def every_row_can_be_executed(**_: Any) -> list[checks.CheckMessage]:
    """Hold the rows of the centre against what a row must say: E001 for one that is not understood."""
    try:
        rule_for("", ELSEWHERE)
    except MalformedTable as wrong:
        hint = f"Mend {NAME} in the centre's folder."
        return [checks.Error(str(wrong), hint=hint, id="outreach.E001")]
    return []


@lru_cache(maxsize=4)
def _table(own: Path, changed: int) -> Table:
    """Our rows, and over them those of the centre; read anew when its file changes."""
    table = {country: dict(rows) for country, rows in read_table(OURS.read_text())}
    if changed:
        for country, rows in read_table(own.read_text("utf-8")):
            table[country] = {**table.get(country, {}), **rows}
    return table


def read_table(text: str) -> Iterator[tuple[str, Mapping[str, Rule]]]:
    """The routes of each country. Error: `MalformedTable`."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise MalformedTable(str(wrong)) from wrong
    for country, rows in told.items():
        if not isinstance(rows, dict):
            raise MalformedTable(f"{country}: no table of routes")
        yield (
            country.upper(),
            {basis: _rule(f"{country}.{basis}", row) for basis, row in rows.items()},
        )


def _rule(name: str, row: Any) -> Rule:
    if name.partition(".")[2] not in Basis.values:
        raise MalformedTable(
            f"{name}: no such route; there are {', '.join(Basis.values)}"
        )
    missing = [one for one in ("law", "for", "needs") if not row.get(one)]
    unknown = sorted(set(row) - _PARTS)
    kinds = [*row.get("for", ()), *row.get("also", {})]
    strange = [str(kind) for kind in kinds if kind not in Kind.values]
    asked = {
        *row.get("needs", {}),
        *(n for one in row.get("also", {}).values() for n in one),
    }
    stray = sorted(set(row.get("yes", {})) - asked)
    for what, found in (
        ("says nothing of", missing),
        ("does not know", unknown),
        ("knows no kind of letters", strange),
        ("wants a yes to what it does not ask:", stray),
    ):
        if found:
            raise MalformedTable(f"{name}: {what} {', '.join(found)}")
    return Rule(
        law=row["law"],
        kinds=frozenset(Kind(kind) for kind in row["for"]),
        needs=row["needs"],
        also=row.get("also", {}),
        yes=row.get("yes", {}),
    )
