"""What people took back, in a form that outlives a restore: erasures, withdrawals, who left.

Random ids, keyed hashes and signed withdrawals; nobody is named. A backup keeps it beside
the databases, and a restore from an older backup does it all again. It is read without the
models, because a backup is made before the databases are brought up to date.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from django.db.backends.base.base import BaseDatabaseWrapper

VERSION = 1
FORGOTTEN = "forgotten"  # of `Suppression.Reason`, which cannot be asked here


@dataclass(frozen=True)
class Withdrawal:
    """A withdrawn consent, with the words that the reporter signed."""

    consent: uuid.UUID
    on: date
    statement: bytes
    signature: bytes


@dataclass(frozen=True)
class TakenBack:
    """What must not come back: burned slots with their month, facts, withdrawals, addresses."""

    burned: Mapping[uuid.UUID, date | None] = field(default_factory=dict)
    withdrawn: Mapping[uuid.UUID, Withdrawal] = field(default_factory=dict)
    left: Mapping[bytes, tuple[str, date]] = field(default_factory=dict)

    def __or__(self, other: "TakenBack") -> "TakenBack":
        months = {slot: month for slot, month in self.burned.items() if month}
        return TakenBack(
            {**self.burned, **other.burned, **months},
            {**other.withdrawn, **self.withdrawn},
            {**other.left, **self.left, **_forgotten(other), **_forgotten(self)},
        )

    def to_json(self) -> str:
        """As it lies in a file, in the order of the random ids."""
        told = {
            "version": VERSION,
            "burned": {
                str(slot): self.burned[slot] and f"{self.burned[slot]}"
                for slot in sorted(self.burned)
            },
            "withdrawn": [
                {
                    "consent": str(one.consent),
                    "on": one.on.isoformat(),
                    "statement": one.statement.hex(),
                    "signature": one.signature.hex(),
                }
                for _key, one in sorted(self.withdrawn.items())
            ],
            "left": [
                {"match": match.hex(), "reason": reason, "on": on.isoformat()}
                for match, (reason, on) in sorted(self.left.items())
            ],
        }
        return json.dumps(told, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read it back. Errors: ValueError, KeyError, TypeError where it is something else."""
        told: dict[str, Any] = json.loads(text)
        if told["version"] != VERSION:
            raise ValueError("another version")
        return cls(
            {
                uuid.UUID(slot): date.fromisoformat(month) if month else None
                for slot, month in told["burned"].items()
            },
            {
                uuid.UUID(one["consent"]): Withdrawal(
                    uuid.UUID(one["consent"]),
                    date.fromisoformat(one["on"]),
                    bytes.fromhex(one["statement"]),
                    bytes.fromhex(one["signature"]),
                )
                for one in told["withdrawn"]
            },
            {
                bytes.fromhex(one["match"]): (
                    one["reason"],
                    date.fromisoformat(one["on"]),
                )
                for one in told["left"]
            },
        )


def _forgotten(one: TakenBack) -> dict[bytes, tuple[str, date]]:
    """Who was forgotten: that outweighs every other reason not to write."""
    return {match: told for match, told in one.left.items() if told[0] == FORGOTTEN}


def taken_back_in(
    centre: BaseDatabaseWrapper, keystore: BaseDatabaseWrapper
) -> TakenBack:
    """What people took back, as these two databases know it; either may be empty."""
    burned: dict[uuid.UUID, date | None] = {
        _uuid(slot): None for (slot,) in _rows(keystore, "vault_burnedslot", ["slot"])
    }
    for slot, month in _rows(centre, "rights_tombstone", ["slot", "month"]):
        burned[_uuid(slot)] = _day(month)
    withdrawn = {
        _uuid(pk): Withdrawal(_uuid(pk), _day(on), bytes(words), bytes(signature))
        for pk, on, words, signature in _rows(
            centre,
            "intake_consent",
            ["id", "withdrawn_on", "withdrawal", "withdrawal_signature"],
        )
        if on and words and signature
    }
    left = {
        bytes(match): (str(reason), _day(on))
        for match, reason, on in _rows(
            centre, "outreach_suppression", ["match", "reason", "since_on"]
        )
    }
    return TakenBack(burned, withdrawn, left)


def _rows(
    connection: BaseDatabaseWrapper, table: str, columns: list[str]
) -> Iterable[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return []
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table}")  # noqa: S608 # our own names
        return list(cursor.fetchall())


def _uuid(value: object) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
