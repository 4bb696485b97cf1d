"""What a bench found, as numbers. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Any


@dataclass(frozen=True)
class Measured:
    """One result beside its floor, of the same run.

    `client_share` is the part of the machine's processors that the visitors took while the
    house was measured; `bare_ops_per_s` the same requests to a view that does nothing.
    """

    name: str
    database: str
    stored: int
    concurrency: int
    ops_per_s: float
    floor_ops_per_s: float
    ratio: float
    bare_ops_per_s: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    done: int
    troubles: int
    client_share: float

    def as_json(self) -> dict[str, Any]:
        """The result with numbers that can be read."""
        return {
            name: round(told, 3) if isinstance(told, float) else told
            for name, told in asdict(self).items()
        }

    @property
    def line(self) -> str:
        """The result in one line, for people."""
        return (
            f"{self.name:<7} {self.database:<10} {self.stored:>8,} stored  "
            f"{self.concurrency:>2} at once  {self.ops_per_s:>7.1f}/s  "
            f"floor {self.floor_ops_per_s:>7.1f}/s  ratio {self.ratio:.2f}  "
            f"bare {self.bare_ops_per_s:>7.1f}/s  "
            f"p50 {self.p50_ms:.0f}  p95 {self.p95_ms:.0f}  p99 {self.p99_ms:.0f} ms"
        )


def percentile(took: Sequence[float], percent: float) -> float:
    """The smallest value that this part of the values does not exceed (nearest rank); 0 of none."""
    ranked = sorted(took)
    return ranked[max(ceil(len(ranked) * percent / 100), 1) - 1] if ranked else 0.0


def a_second(done: int, seconds: float) -> float:
    """How many were done in a second."""
    return done / seconds if seconds else 0.0
