"""Which warnings of the check somebody let stand, and which still wait for a reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from fairwitness.outreach.models import Campaign, KeptWarning
from fairwitness.outreach.preflight.finding import Finding


@dataclass(frozen=True)
class Told:
    """A finding, with the reason for which it stands, if somebody gave one."""

    finding: Finding
    kept: KeptWarning | None = None

    @property
    def reason(self) -> str:
        """Why it stands, or nothing."""
        return self.kept.reason if self.kept else ""

    @property
    def by(self) -> str:
        """Who let it stand, or nobody."""
        return self.kept.kept_by.name if self.kept else ""

    @property
    def is_open(self) -> bool:
        """Whether letters wait for it."""
        return self.finding.level == "STOP" or self.kept is None

    def as_json(self) -> dict[str, str] | None:
        """The reason as the command line prints it."""
        return {"by": self.by, "reason": self.reason} if self.kept else None


def with_reasons(campaign: Campaign, findings: Iterable[Finding]) -> list[Told]:
    """The findings of a campaign, each with its reason. A reason holds for the same words alone."""
    rows = KeptWarning.objects.filter(campaign=campaign).select_related("kept_by")
    kept = {row.mark: row for row in rows}
    return [
        Told(one, kept.get(one.mark) if one.level == "LOOK" else None)
        for one in findings
    ]
