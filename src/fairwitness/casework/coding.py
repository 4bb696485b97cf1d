"""What a report comes to when it is coded: the codes, checked against the book and one another."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from fairwitness.casework.headers import Header
from fairwitness.casework.models import Fact
from fairwitness.governance import coding as book
from fairwitness.governance.models import Area
from fairwitness.intake.models import Report
from fairwitness.refusal import Refused

_MONTH = re.compile(r"[12][0-9]{3}(-(0[1-9]|1[0-2]))?")
_CODES = {
    "type": book.IncidentType,
    "setting": book.Setting,
    "age_band": book.AgeBand,
    "outcome": book.Outcome,
    "role": book.Role,
}


class NotInTheBook(Refused):
    """A code that the coding book does not have, or that does not go with another."""

    status = 400


@dataclass(frozen=True, repr=False)
class Coding:
    """One report, coded. An empty code means that it is not known. Printing it prints nothing."""

    status: str
    detected_by: str
    month: str = ""  # 2026-03, or 2026 when only the year is known
    district: str = ""
    type: str = ""
    grounds: tuple[str, ...] = ()
    setting: str = ""
    age_band: str = ""
    role: str = ""  # when the reporter did not say
    outcome: str = ""
    reason: str = ""  # why it waits or is not counted

    def __repr__(self) -> str:
        return "[coding]"

    def require_right(self) -> None:
        """Refuse codes that are not in the book. Error: `NotInTheBook`."""
        wrong = [
            name
            for name, codes in _CODES.items()
            if getattr(self, name) and getattr(self, name) not in codes.values
        ]
        wrong += ["grounds"] * bool(set(self.grounds) - set(book.Ground.values))
        wrong += ["status"] * (self.status not in Fact.Status.values)
        wrong += ["detected_by"] * (self.detected_by not in book.DetectedBy.values)
        wrong += ["month"] * bool(self.month and not _MONTH.fullmatch(self.month))
        wrong += ["district"] * (not _is_area(self.district))
        if wrong:
            raise NotInTheBook(_("Choose from the list: %s.") % ", ".join(wrong))
        self._require_reason()

    def _require_reason(self) -> None:
        is_counted = self.status == Fact.Status.COUNTED
        if is_counted and self.reason:
            raise NotInTheBook(_("What is counted needs no reason."))
        if not is_counted and self.reason not in book.Reason.values:
            raise NotInTheBook(_("Say why it waits, or why it is not counted."))

    def as_fact(self, report: Report, header: Header) -> dict[str, Any]:
        """The columns of the fact, but for its three ids. Error: `NotInTheBook`."""
        role = header.role_of_fact or self.role
        if not role:
            raise NotInTheBook(
                _("The reporter did not say who they are: choose who told us.")
            )
        return {
            **asdict(self),
            "grounds": sorted(self.grounds),
            "role": str(role),
            "received_month": f"{report.month:%Y-%m}",
            "expires_month": f"{report.expires_on:%Y-%m}",
            "seed": header.seed.hex(),
        }


def suggested(answers: Mapping[str, Any]) -> dict[str, Any]:
    """How a form for coding begins: with what the reporter chose, where it is in the book."""
    types = _chosen(answers.get("type"), book.IncidentType.values)
    month = str(answers.get("when") or "")
    district = answers.get("district")
    return {
        "type": types[0] if types else "",
        "grounds": _chosen(answers.get("grounds"), book.Ground.values),
        "setting": "".join(_chosen(answers.get("setting"), book.Setting.values)[:1]),
        "month": month if _MONTH.fullmatch(month) else "",
        "district": district
        if isinstance(district, str) and _is_area(district)
        else "",
        "age_band": "".join(_chosen(answers.get("your_age"), book.AgeBand.values)[:1]),
        "outcome": "".join(_chosen(answers.get("what_came"), book.Outcome.values)[:1]),
    }


def _chosen(answer: object, codes: list[str]) -> list[str]:
    told = answer if isinstance(answer, list) else [answer]
    return [code for code in told if code in codes]


def _is_area(code: str) -> bool:
    return not code or Area.objects.filter(pk=code).exists()
