"""What a case looks like on its pages: closed sections, consents, the timeline, what is next."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairwitness.casework.actions import Opened
from fairwitness.casework.headers import Header
from fairwitness.casework.models import Incident, Link, Referral, Step, Task
from fairwitness.casework.why import Linked, Unlinked, Why
from fairwitness.intake.accounts import Told, told
from fairwitness.intake.consents import verified
from fairwitness.intake.models import Consent, Report, Section
from fairwitness.intake.pictures import ShownFile, shown
from fairwitness.ledger.actions import name_of
from fairwitness.ledger.models import Entry

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, repr=False)
class SectionRow:
    """A part of a report on a page: closed, or open on this page alone."""

    key: str
    name: str
    url: str = ""
    size: str = ""
    opened: int = 0
    needs: str = ""
    last_reason: str = ""
    text: tuple[Told, ...] = ()
    content: Opened | None = None
    files: tuple[ShownFile, ...] = ()

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """The short list of reasons."""
        return [(why.value, str(why.label)) for why in Why]

    @property
    def id(self) -> str:
        """Where it stands on the page."""
        return f"part-{self.key}"


@dataclass(frozen=True, repr=False)
class Card:
    """A report as its page, or that of its incident, shows it."""

    report: Report
    letter: str
    header: Header | None
    sections: list[SectionRow]
    consents: list[Consent]
    link: Link | None = None


@dataclass(frozen=True)
class Event:
    """Something that was done about an incident."""

    day: date
    what: str
    who: str = ""
    how: str = ""
    undo_url: str = ""

    @property
    def on(self) -> str:
        """The day as it reads."""
        return date_format(self.day, "j M Y")


@dataclass(frozen=True)
class Opening:
    """What was opened in answering this request, and of which report."""

    report: Report | None = None
    opened: Opened | None = None
    last_reason: str = ""
    address: Callable[[Report, str], str] = field(default=lambda _report, _part: "")


def card_of(
    report: Report,
    *,
    opening: Opening,
    header: Header | None,
    letter: str = "A",
    link: Link | None = None,
) -> Card:
    """Gather a report's closed sections and standing consents; opens nothing."""
    return Card(
        report=report,
        letter=letter,
        header=header,
        sections=list(_sections(report, opening)),
        consents=[
            consent
            for consent in report.consents.filter(withdrawn_on=None).select_related(
                "recipient"
            )
            if verified(consent, report)
        ],
        link=link,
    )


def _sections(report: Report, opening: Opening) -> Iterable[SectionRow]:
    kinds = set(report.sections.values_list("kind", flat=True))
    times = _times_opened(report)
    yield _row(report, "narrative", _("Account"), opening, times)
    if messages := report.messages.count():
        name = ngettext("%(number)d message", "%(number)d messages", messages)
        yield _row(report, "messages", name % {"number": messages}, opening, times)
    if files := report.evidence.count():
        name = ngettext(
            "Evidence: %(number)d file", "Evidence: %(number)d files", files
        )
        yield _row(report, "evidence", name % {"number": files}, opening, times)
    if Section.Kind.IDENTITY in kinds:
        yield SectionRow(
            key=f"identity-{report.pk}",
            name=_("Who told us"),
            needs=_("Sealed twice: opens for a release that the reporter signed for."),
        )
    if Section.Kind.OTHERS in kinds:
        yield SectionRow(
            key=f"others-{report.pk}",
            name=_("The person it happened to"),
            needs=_("Sealed twice: opens only with that person's own consent."),
        )


def _row(
    report: Report,
    part: str,
    name: str,
    opening: Opening,
    times: dict[str, int],
) -> SectionRow:
    is_open = (
        opening.opened is not None
        and opening.report == report
        and opening.opened.section == part
    )
    content = opening.opened if is_open else None
    return SectionRow(
        key=f"{part}-{report.pk}",
        name=name,
        url=opening.address(report, part),
        size=_news(report) if part == "messages" else "",
        opened=times.get(part, 0),
        last_reason=opening.last_reason,
        content=content,
        text=told(report.version_id, content.answers) if content else (),
        files=_files(content),
    )


def _files(content: Opened | None) -> tuple[ShownFile, ...]:
    files = content.files if content else ()
    return tuple(shown(number, one) for number, one in enumerate(files, start=1))


def _news(report: Report) -> str:
    """How many messages of the reporter nobody has read."""
    fresh = report.messages.filter(is_from_reporter=True, is_read=False).count()
    if not fresh:
        return ""
    return ngettext("%(number)d new", "%(number)d new", fresh) % {"number": fresh}


def _times_opened(report: Report) -> dict[str, int]:
    acts = Entry.objects.filter(
        subject=name_of(report), act__startswith="vault.opened."
    ).values_list("act", flat=True)
    times: dict[str, int] = {}
    for act in acts:
        part = act.split(".")[2]
        times[part] = times.get(part, 0) + 1
    return times


def people_who_told(links: Sequence[Link]) -> int:
    """How many independent people told us of an incident, at least."""
    others = [link for link in links[1:] if link.teller == Link.Teller.OTHER]
    return min(len(links), 1) + len(others)


def events_of(incident: Incident, letters: dict[Any, str]) -> list[Event]:
    """What was done about an incident, the newest first."""
    events = [*_link_events(incident, letters), *_work_events(incident, letters)]
    return sorted(events, key=lambda event: event.day, reverse=True)


def _link_events(incident: Incident, letters: dict[Any, str]) -> Iterable[Event]:
    for link in incident.links.select_related("linked_by", "unlinked_by"):
        letter = letters.get(link.report_id, "?")
        standing = link.unlinked_on is None
        yield Event(
            link.linked_on,
            _("linked report %(letter)s: %(reason)s")
            % {"letter": letter, "reason": Linked(link.reason).label},
            link.linked_by.name,
            undo_url=reverse("casework:unlink", args=[link.pk]) if standing else "",
        )
        if link.unlinked_on and link.unlinked_by:
            reason = Unlinked(link.unlink_reason).label
            yield Event(
                link.unlinked_on,
                _("took the link to report %(letter)s back: %(reason)s")
                % {"letter": letter, "reason": reason},
                link.unlinked_by.name,
            )


def _work_events(incident: Incident, letters: dict[Any, str]) -> Iterable[Event]:
    for report_id, letter in letters.items():
        report = Report.objects.filter(pk=report_id).first()
        codings = report.assessments.select_related("coded_by") if report else []
        for coding in codings:
            what = _("coded report %(letter)s") % {"letter": letter}
            yield Event(coding.coded_on, what, coding.coded_by.name)
    for complaint in incident.complaints.all():
        yield Event(complaint.put_on, _("complaint put to an institution"))
    for referral in incident.referrals.select_related("recipient", "referred_by"):
        state = Referral.State(referral.state).label
        what = _("referral to %(name)s: %(state)s") % {
            "name": referral.recipient.name,
            "state": state,
        }
        yield Event(referral.referred_on, what, referral.referred_by.name)
    for task in incident.tasks.exclude(done_on=None).select_related("given_to"):
        if task.done_on:
            what = _("done: %(task)s") % {"task": Task.Kind(task.kind).label}
            undo = reverse("casework:undo_task", args=[task.pk])
            yield Event(task.done_on, what, task.given_to.name, undo_url=undo)


def standing_steps(incident_or_complaint: Any) -> list[Step]:
    """The steps that were not taken back."""
    steps = incident_or_complaint.steps.filter(undone_on=None)
    return list(steps.select_related("recorded_by").order_by("on", "pk"))
