"""`edition.json`, which names every file by its hash, and `edition.sig`, which signs it."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fairwitness.figures.definitions import in_force
from fairwitness.figures.plan import Plan
from fairwitness.figures.shape import ANY_KEY, fits
from fairwitness.figures.tables import TRAINING, Table
from fairwitness.ledger.notes import Checkpoint, Signer, sign_note
from fairwitness.refusal import Refused

FORMAT = "fairwitness/edition/1"
MANIFEST = "edition.json"
SIGNATURE = "edition.sig"
KEYS = "keys.txt"
LEAVES = "log/leaves.txt"
CHECKPOINT = "log/checkpoint"
LOG_KEYS = "log/keys.txt"
_BUILT_WITH = ("altair", "duckdb", "typst", "vl-convert-python")
_SIGNED = re.compile(
    rf"{re.escape(FORMAT)}\nedition (?P<number>[1-9][0-9]*)\nsha256 (?P<digest>[0-9a-f]{{64}})\n"
    rf"(?:{re.escape(TRAINING)}\n)?"
)


_COUNT = (int, None)
_SHAPE = {
    "number": int,
    "training": bool,
    "period": {"from": str, "to": str},
    "plan": {
        "least": int,
        "denominators": [
            {
                "counts": str,
                "value": (int, float),
                "dimension": (str, None),
                "code": (str, None),
            }
        ],
    },
    "tables": {
        ANY_KEY: {
            "unit": (str, None),
            "dimension": (str, None),
            "rows": int,
            "total": _COUNT,
            "adds_up": bool,
            "hidden": [str],
            "hidden_together": _COUNT,
            "tags": bool,
        }
    },
    "log": (None, {"size": int, "root": str}),
    "files": {ANY_KEY: {"sha256": str}},
}
_NAME = re.compile("[a-z_]+")


class BadEdition(Refused):
    """A folder is not an edition, or not one that can be followed by another."""


@dataclass(frozen=True)
class Previous:
    """The edition before: its number, and the SHA-256 of its edition.json."""

    number: int
    digest: str


def manifest(
    tables: Iterable[Table],
    *,
    plan: Plan,
    tagged: Iterable[str],
    checkpoint: Checkpoint | None,
    previous: Previous | None,
    written: Mapping[str, bytes],
) -> dict[str, Any]:
    """What edition.json says."""
    has_tags = set(tagged)
    log = checkpoint and {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
    }
    controller = plan.controller
    return {
        "format": FORMAT,
        "training": plan.is_training,
        "notice": TRAINING if plan.is_training else None,
        "number": plan.number,
        "title": plan.title,
        "published": plan.published.isoformat(),
        "controller": {
            "name": controller.name,
            "registration": controller.registration,
            "contact": controller.contact,
        },
        "period": plan.as_mapping().pop("period"),
        "plan": plan.as_mapping(),
        "definitions": in_force(plan.dimensions),
        "tables": {table.name: _described(table, has_tags) for table in tables},
        "log": log,
        "previous": previous and {"number": previous.number, "sha256": previous.digest},
        "built_with": {name: version(name) for name in _BUILT_WITH},
        "files": {
            path: {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
            for path, content in sorted(written.items())
        },
    }


def _described(table: Table, has_tags: set[str]) -> dict[str, Any]:
    return {
        "title": table.title,
        "unit": str(table.unit) if table.unit else None,
        "dimension": table.dimension or None,
        "rows": len(table.rows),
        "total": table.total,
        "adds_up": table.adds_up,
        "hidden": list(table.hidden),
        "hidden_together": table.hidden_together,
        "total_only": table.is_total_only,
        "withheld": table.is_withheld,
        "tags": table.name in has_tags,
        "sentence": table.sentence,
        "says": list(table.says),
        "says_not": list(table.says_not),
    }


def signed_text(manifest_bytes: bytes, *, number: int, is_training: bool) -> str:
    """The text that `edition.sig` signs."""
    digest = sha256(manifest_bytes).hexdigest()
    said = f"{TRAINING}\n" if is_training else ""
    return f"{FORMAT}\nedition {number}\nsha256 {digest}\n{said}"


def read_signed(text: str) -> tuple[int, str] | None:
    """The number and the digest that a signed text names, or nothing."""
    match = _SIGNED.fullmatch(text)
    return (int(match["number"]), match["digest"]) if match else None


def sign_edition(folder: Path, *, signer: Signer) -> str:
    """Sign the edition that lies in a folder; returns what was written to `edition.sig`.

    A signature is made once and kept: its ML-DSA line would be another one each time.
    """
    content = (folder / MANIFEST).read_bytes()
    told = json.loads(content)
    text = signed_text(content, number=told["number"], is_training=told["training"])
    note = sign_note(text, signer)
    (folder / SIGNATURE).write_text(note, encoding="utf-8")
    return note


def keys_text(vkeys: Sequence[str], *, is_training: bool) -> str:
    """A file of published keys, a line each."""
    head = ["# Public keys, as in signed notes (C2SP): name+id+key"]
    if is_training:
        head.append(f"# {TRAINING}")
    return "\n".join([*head, *vkeys]) + "\n"


def leaves_text(leaves: Iterable[bytes], *, is_training: bool) -> str:
    """The leaves of the log in their order, a line of hex each."""
    head = ["# Leaves of the log of sendings (RFC 6962), in their order"]
    if is_training:
        head.append(f"# {TRAINING}")
    return "\n".join([*head, *(leaf.hex() for leaf in leaves)]) + "\n"


def lines_of(text: str) -> list[str]:
    """The lines of a file without its comments."""
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def read_manifest(folder: Path) -> dict[str, Any]:
    """The edition.json of a folder; BadEdition when there is none that can be read."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
    except OSError:
        raise BadEdition(f"There is no {MANIFEST} in {folder.name}.") from None
    except ValueError:
        raise BadEdition(f"The {MANIFEST} in {folder.name} is damaged.") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise BadEdition(f"The {MANIFEST} in {folder.name} is not one of an edition.")
    if not fits(told, _SHAPE) or not all(map(_NAME.fullmatch, told["tables"])):
        raise BadEdition(f"The {MANIFEST} in {folder.name} is not whole.")
    return told
