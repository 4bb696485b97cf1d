"""Invented facts of an invented centre, the same each time."""

import random
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from typing import Any

from fairwitness.figures.definitions import Unit
from fairwitness.figures.plan import Controller, Denominator, Plan
from fairwitness.vault.receipt import CountCode

MONTHS = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")
OWNER = Controller("Harbour Members' Trust", "ZA000000", "1 Quay Street")


def plan(**changed: Any) -> Plan:
    """The plan of edition 4, or one that differs from it."""
    told: dict[str, Any] = {
        "number": 4,
        "period_from": MONTHS[0],
        "period_to": MONTHS[-1],
        "complete_to": "2026-04",
        "published": date(2026, 9, 1),
        "controller": OWNER,
        "place": "Harbour area",
        "denominators": (
            Denominator(
                "Members", "Register", date(2026, 1, 1), "members", 5000, Unit.PEOPLE
            ),
        ),
        "is_training": True,
    }
    return Plan(**told | changed)


def fact(id_: str, **changed: Any) -> dict[str, Any]:
    """One counted report of one incident that happened to one person."""
    return {
        "id": id_,
        "incident": f"incident of {id_}",
        "person": f"person of {id_}",
        "month": "2026-03",
        "received_month": "2026-03",
        "district": "north",
        "type": "words",
        "grounds": ["religion_or_belief"],
        "setting": "street",
        "role": "victim",
        "age_band": "25_to_39",
        "status": "counted",
        "reason": "",
        "outcome": "",
        "detected_by": "told",
        "seed": None,
        **changed,
    }


def count_code(number: int) -> CountCode:
    """The count code of the report of this number."""
    drawn = sha256(b"invented" + number.to_bytes(4)).digest()
    return CountCode(int.from_bytes(drawn) % CountCode.SHAPE.limit)


def half_a_year(reports: int = 214, *, chance: int = 4) -> list[dict[str, Any]]:
    """What a middling centre is told in half a year; the island has few."""
    dice = random.Random(chance)
    told: list[dict[str, Any]] = []
    incidents = 0
    while len(told) < reports:
        incidents += 1
        told += _accounts(dice, incidents, first=len(told))
    return told[:reports]


def _accounts(
    dice: random.Random, incident: int, *, first: int
) -> Iterable[dict[str, Any]]:
    month = dice.choice([*MONTHS, "2025-11"])
    received = max(MONTHS[0], month, dice.choice(MONTHS))
    status = dice.choices(["counted", "pending", "not_counted"], [85, 9, 6])[0]
    reasons = {"not_counted": "elsewhere", "pending": "reporter", "counted": ""}
    same = {
        "incident": f"i{incident}",
        "person": f"p{dice.randint(1, incident)}"
        if dice.random() < 0.1
        else f"p{incident}",
        "month": month,
        "received_month": received,
        "district": dice.choices(
            ["north", "south", "harbour", "west", "island"], [30, 20, 40, 15, 1]
        )[0],
        "type": dice.choices(
            ["words", "threat", "attack", "damage", "exclusion"], [45, 15, 8, 8, 25]
        )[0],
        "grounds": dice.sample(
            ["religion_or_belief", "race_or_origin", "sex", "disability"],
            dice.choice([1, 1, 1, 2]),
        ),
        "setting": dice.choice(
            ["workplace", "school", "street", "transport", "online"]
        ),
        "status": status,
        "reason": reasons[status],
    }
    for told in range(dice.choice([1, 1, 1, 1, 2, 3])):
        role = "victim" if told == 0 and dice.random() < 0.75 else "observer"
        number = first + told
        yield fact(f"r{number}", role=role, seed=count_code(number).seed, **same)
