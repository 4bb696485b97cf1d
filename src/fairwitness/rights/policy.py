"""Reads the policy, and holds every table and every column against it.

The house does not start while a column stands in no line of `policy.toml`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import checks
from django.db import models

from fairwitness.rights.rules import MalformedRule, Rule, parse

PLACE = Path(__file__).parent / "policy.toml"
ERASE = ("shred", "delete", "with it", "nothing: ")


@dataclass(frozen=True)
class TablePolicy:
    """What one table is for, how long its rows stay, what happens to them, what they hold."""

    label: str
    why: str
    keep: tuple[str, ...]
    erase: str
    holds: Mapping[str, str]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """How long, in the form that a machine executes."""
        return tuple(map(parse, self.keep))


@lru_cache(maxsize=1)
def read_policy() -> Mapping[str, TablePolicy]:
    """The policy, by table."""
    return parse_policy(PLACE.read_text("utf-8"))


def parse_policy(text: str) -> Mapping[str, TablePolicy]:
    """Read a policy from its text."""
    return {
        label: TablePolicy(
            label=label,
            why=told["why"],
            keep=_lines(told["keep"]),
            erase=told["erase"],
            holds=told["holds"],
        )
        for label, told in tomllib.loads(text).items()
    }


def _lines(keep: str | list[str]) -> tuple[str, ...]:
    return (keep,) if isinstance(keep, str) else tuple(keep)


def our_models() -> list[type[models.Model]]:
    """Every table of our own apps."""
    return [
        model
        for app in apps.get_app_configs()
        if app.name.startswith("fairwitness.")
        for model in app.get_models(include_auto_created=True)
    ]


def columns_of(model: type[models.Model]) -> list[str]:
    """The columns of a table, by the names of their fields."""
    return [field.name for field in model._meta.concrete_fields]


def every_column_has_a_policy(**_: Any) -> list[checks.CheckMessage]:
    """Hold the tables of the house against its policy."""
    return list(against(read_policy()))


def against(policy: Mapping[str, TablePolicy]) -> Iterable[checks.CheckMessage]:
    """What is wrong between the tables and a policy: E001 missing, E002 stale, E003 unreadable."""
    standing = {model._meta.label: columns_of(model) for model in our_models()}
    for label, columns in standing.items():
        told = policy.get(label)
        missing = [name for name in columns if told is None or name not in told.holds]
        if missing:
            yield checks.Error(
                f"{label}: {', '.join(missing)} missing from rights/policy.toml",
                hint=_to_paste(label, columns if told is None else missing),
                id="rights.E001",
            )
    for label, told in policy.items():
        stale = [name for name in told.holds if name not in standing.get(label, ())]
        if label not in standing or stale:
            yield checks.Error(
                f"{label}: {', '.join(stale)} stands in rights/policy.toml and nowhere else",
                id="rights.E002",
            )
        yield from _unreadable(told)


def _unreadable(told: TablePolicy) -> Iterable[checks.CheckMessage]:
    for line in told.keep:
        try:
            parse(line)
        except MalformedRule:
            yield checks.Error(
                f"{told.label}: nobody can execute “{line}”", id="rights.E003"
            )
    if not told.erase.startswith(ERASE):
        yield checks.Error(
            f"{told.label}: erase must begin with {', '.join(ERASE)}", id="rights.E003"
        )


def _to_paste(label: str, columns: Iterable[str]) -> str:
    holds = ", ".join(f'{name} = ""' for name in columns)
    return f'["{label}"]\nwhy   = ""\nkeep  = ""\nerase = ""\nholds = {{ {holds} }}'
