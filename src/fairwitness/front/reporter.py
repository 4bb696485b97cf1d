"""A report in its reporter's hands: what their code opens, and what has become of it.

This is the one module of this app that may open what is sealed, and only with a code.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from fairwitness.casework.models import Fact
from fairwitness.disclosure.models import Release
from fairwitness.governance.models import Recipient
from fairwitness.intake.actions import UnknownCode, find_by_receipt
from fairwitness.intake.models import Consent, Report, Section
from fairwitness.intake.payloads import File, unpack, unpack_file
from fairwitness.ledger.actions import name_of
from fairwitness.ledger.actors import REPORTER
from fairwitness.ledger.models import Entry
from fairwitness.surveys import drafts
from fairwitness.surveys.drafts import Journey, OpenDraft
from fairwitness.vault.opening import Chest, recorded, unwrap_for_reporter
from fairwitness.vault.receipt import CountCode, ReceiptCode
from fairwitness.vault.report_keys import fact_id

OBSERVERS = {"third_party", "helper"}


@dataclass(frozen=True)
class Asked:
    """A recipient of the closed list, and what the reporter lets it have."""

    recipient: Recipient
    consent: Consent | None


@dataclass(frozen=True)
class Told:
    """A message, opened."""

    text: str
    kind: str
    day: date
    is_mine: bool


@dataclass(frozen=True, repr=False)
class Own:
    """A report with the code that opens it. Printing it prints nothing of it."""

    report: Report
    code: ReceiptCode
    visit: OpenDraft = field(repr=False)

    def __repr__(self) -> str:
        return "<a report and its code>"

    def chest(self, part: str = "case") -> Chest:
        """The sealed part of the report that the code opens."""
        key = unwrap_for_reporter(self.report.pk, part, self.code.read_key)
        return Chest(self.report.pk, self.report.slot_id, key)

    @cached_property
    def case(self) -> Chest:
        """The account, the messages, the files."""
        return self.chest()

    @cached_property
    def header(self) -> dict[str, Any]:
        """What stands above the account."""
        found = self._section(Section.Kind.HEADER, self.case)
        return found or {}

    @property
    def is_observer(self) -> bool:
        """Whether they tell of what happened to somebody else."""
        return self.header.get("role") in OBSERVERS

    @property
    def count_code(self) -> CountCode:
        """The six words that prove counting: those of the code the report came with."""
        return CountCode.parse(self.header["count_code"])

    def _section(self, kind: Section.Kind, chest: Chest) -> dict[str, Any] | None:
        row = self.report.sections.filter(kind=kind).first()
        return unpack(chest.open(kind.value, bytes(row.envelope))) if row else None

    def narrative(self) -> dict[str, Any]:
        """The account as it was told."""
        return self._section(Section.Kind.NARRATIVE, self.case) or {"answers": {}}

    def identity(self) -> dict[str, Any]:
        """What they said about who they are; empty when they said nothing."""
        found = self._section(Section.Kind.IDENTITY, self.chest("identity"))
        return found["answers"] if found else {}

    def sent(self) -> dict[str, dict[str, Any]]:
        """Everything that was sent, by section; the ledger has the line."""
        with recorded("own", self.report, by=REPORTER):
            found = {"narrative": self.narrative()["answers"]}
            if self.report.sections.filter(kind=Section.Kind.OTHERS).exists():
                others = self._section(Section.Kind.OTHERS, self.chest("others"))
                found["others"] = others["answers"] if others else {}
            if identity := self.identity():
                found["identity"] = identity
        return found

    def messages(self) -> list[Told]:
        """What was written both ways, oldest first; the ledger has the line."""
        with recorded("messages.own", self.report, by=REPORTER):
            return [
                Told(
                    text=said["text"],
                    kind=said.get("kind", "message"),
                    day=date.fromisoformat(said["day"]),
                    is_mine=row.is_from_reporter,
                )
                for row in self.report.messages.order_by("number")
                for said in [unpack(self.case.open("messages", bytes(row.envelope)))]
            ]

    def files(self) -> list[File]:
        """The files that were added."""
        return [
            unpack_file(self.case.open("evidence", bytes(row.envelope)))
            for row in self.report.evidence.all()
        ]

    @property
    def fact_id(self) -> str:
        """The id under which statistics know this report."""
        return fact_id(self.case.key)

    def fact(self) -> Fact | None:
        """What figures say of this report, once it is coded."""
        return Fact.objects.filter(pk=self.fact_id).first()

    def unread(self) -> int:
        """How many messages to the reporter are new."""
        return self.report.messages.filter(
            is_from_reporter=False, is_read=False
        ).count()

    def asked(self) -> list[Asked]:
        """Every recipient of the closed list, with the consent that stands for it today."""
        standing = {
            consent.recipient_id: consent
            for consent in self.report.consents.filter(withdrawn_on=None)
        }
        return [
            Asked(recipient, standing.get(recipient.pk))
            for recipient in Recipient.objects.standing()
        ]

    def releases(self) -> list[Release]:
        """To whom it was passed."""
        passed = Release.objects.filter(
            report=self.report, state=Release.State.RELEASED
        )
        return list(passed.select_related("recipient").order_by("released_on", "pk"))

    def openings(self) -> list[Entry]:
        """Which of us opened it, day by day, newest first."""
        opened = Entry.objects.filter(
            subject=name_of(self.report), act__startswith="vault.opened."
        )
        return list(opened.exclude(by=REPORTER.actor_id).order_by("-day", "act"))

    @property
    def sections_to_give(self) -> list[str]:
        """What can be passed on with this reporter's consent, as far as it is there."""
        here = ["narrative"]
        if self.report.evidence.exists():
            here.append("evidence")
        if self.report.sections.filter(kind=Section.Kind.IDENTITY).exists():
            here.append("identity")
        return here


def own_report(request: HttpRequest, *, to_change: bool = False) -> Own | None:
    """The report of this visit, or none when the visit is over or its code opens nothing."""
    visit = drafts.load(request, Journey.VISIT, to_change=to_change)
    if visit is None or "code" not in visit.contents:
        return None
    code = ReceiptCode(visit.contents["code"])
    try:
        return Own(find_by_receipt(code), code, visit)
    except UnknownCode:
        return None


def languages() -> list[tuple[str, str]]:
    """The languages in which we can write, in their own names."""
    return [
        (code, settings.LANGUAGE_NAMES.get(code, code))
        for code, _n in settings.LANGUAGES
    ]
