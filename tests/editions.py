"""An edition of an invented centre, built once for all tests that look at one."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from fairwitness.figures.edition import EditionSummary, Log, build_edition
from fairwitness.figures.own_work import Kept, Promises, Releases
from fairwitness.figures.plan import Plan
from fairwitness.ledger import tree
from fairwitness.ledger.notes import Signer, checkpoint_text, cosign, sign_note
from fairwitness.vault.receipt import leaf_of
from tests.invented_facts import half_a_year, plan

SIGNER = Signer(bytes(range(32)), "harbour.example")
WITNESS = Signer(bytes([5]) * 32, "eastend.example/witness")
NOTHING_HAPPENED = [bytes([n]) * 32 for n in range(60)]


def log_of(facts: list[dict[str, Any]]) -> Log:
    """A log with a leaf for every report, and for those who met nothing."""
    leaves = [leaf_of(one["seed"]) for one in facts] + NOTHING_HAPPENED
    leaves.sort()
    point = checkpoint_text("harbour.example/counts", len(leaves), tree.root(leaves))
    note = cosign(sign_note(point, SIGNER), WITNESS, time=1_788_000_000)
    return Log(leaves, note, SIGNER.vkeys)


@cache
def usual_log() -> Log:
    """The log of half a year. Its checkpoint was signed once, as checkpoints are."""
    return log_of(half_a_year())


def slim(**changed: Any) -> Plan:
    """A plan with one table of each unit, quickly built."""
    return plan(**{"dimensions": ("district",)} | changed)


def build(out: Path, **changed: Any) -> EditionSummary:
    """Build the edition of half a year; the log and the signature are those of the centre."""
    facts = changed.pop("facts", None) or half_a_year()
    told: dict[str, Any] = {
        "plan": plan(),
        "log": usual_log(),
        "signer": SIGNER,
        "promises": Promises(Kept(170, 180), Kept(150, 160)),
        "releases": Releases(3, 0),
    }
    return build_edition(facts, out=out, **told | changed)


@cache
def published() -> Path:
    """The folder of an edition that nobody changes."""
    folder = Path(mkdtemp(prefix="fairwitness-edition-")) / "4"
    build(folder)
    return folder
