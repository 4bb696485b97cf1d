"""Which route lets us write to an address, and what it needs: rows of bases.toml, not code (INV-4)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

ELSEWHERE = "XX"
_YES = frozenset({"yes", "y", "true", "نعم"})


@dataclass(frozen=True)
class Rule:
    """What one route rests on and asks for."""

    law: str
    appeals: bool
    needs: Mapping[str, str]
    yes: Mapping[str, bool] = field(default_factory=dict)


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("bases.toml").read_text())


def rule_for(basis: str, country: str) -> Rule | None:
    """The rule of a route in a country, or none where that route does not exist."""
    table = _table()
    row = table.get(country.upper(), table[ELSEWHERE]).get(basis)
    return Rule(**row) if row else None


def gaps(basis: str, evidence: Mapping[str, str], country: str) -> list[str]:
    """What is missing before anybody may be written to by this route; each a sentence."""
    rule = rule_for(basis, country)
    if rule is None:
        return [_("This route does not exist in your country. Choose another.")]
    missing = [
        _("Answer this first: %(question)s.") % {"question": question}
        for name, question in rule.needs.items()
        if not str(evidence.get(name, "")).strip()
    ]
    closed = [
        _("This route is closed unless the answer is yes: %(question)s.")
        % {"question": rule.needs[name]}
        for name in rule.yes
        if str(evidence.get(name, "")).strip().casefold() not in {*_YES, ""}
    ]
    return missing + closed
