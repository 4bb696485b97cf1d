"""What the reporter's page says: where a report stands, what is next, who has opened it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fairwitness.casework.models import Fact
from fairwitness.front.reporter import Own
from fairwitness.intake import consents
from fairwitness.intake.models import Report
from fairwitness.ledger.models import Entry

OPENED = {
    # Translators: in a list of what staff have done with a report.
    "narrative": gettext_lazy("One of our caseworkers read your account"),
    "messages": gettext_lazy("One of our caseworkers read your messages"),
    "evidence": gettext_lazy("One of our caseworkers opened your files"),
    "identity": gettext_lazy(
        "What you said about yourself was opened, with your consent"
    ),
    "others": gettext_lazy("What tells who it happened to was opened"),
}
SECTION_NAMES = {
    "narrative": gettext_lazy("what you told us"),
    "evidence": gettext_lazy("the files you added"),
    "identity": gettext_lazy("what you said about yourself"),
}


@dataclass(frozen=True)
class Step:
    """One line of what has happened."""

    on: str
    what: str


def long_day(day: date) -> str:
    """A day with its weekday, as a promise names it."""
    return date_format(day, "l j F")


def state_of(own: Own) -> str:
    """Where the report stands, as its reporter reads it."""
    if own.unread():
        return _("We wrote to you")
    return str(Report.State(own.report.state).label)


def next_of(own: Own, *, on: date) -> str:
    """What comes next, and by when."""
    state = Report.State(own.report.state)
    if state is Report.State.FINISHED:
        until = date_format(own.report.expires_on, "F Y")
        return _("You can write to us until %(month)s.") % {"month": until}
    if state is Report.State.NEW:
        by = date.fromisoformat(own.header["read_by"])
        told = _("A caseworker reads it by %(day)s. You need not act.")
        late = _(
            "We promised to read it by %(day)s, and did not. Write to us here, or ring us."
        )
    else:
        by = date.fromisoformat(own.header["answer_by"])
        told = _("We write to you here by %(day)s.")
        late = _(
            "We promised to write by %(day)s, and did not. Write to us here, or ring us."
        )
        if own.report.messages.filter(is_from_reporter=False).exists():
            return _(
                "We go on working on it. When there is something new, we write here."
            )
    return (told if on <= by else late) % {"day": long_day(by)}


def count_of(own: Own) -> str:
    """Whether the report is in the count, and why not."""
    if own.report.is_kept_out_of_count:
        return _("It is not in our count, because you asked us to leave it out.")
    fact = own.fact()
    if fact is None:
        return _("It is not counted yet. A caseworker decides after reading it.")
    if fact.status == Fact.Status.COUNTED:
        return _("It is in our count, without your words and without your name.")
    if fact.status == Fact.Status.PENDING:
        return _("We have not decided yet whether it is in our count.")
    return _(
        "We keep it, and it is not in our count. Write to us if you want to know why."
    )


def openings_of(own: Own) -> list[Step]:
    """Who has opened what, and to whom it was passed; newest first."""
    lines = [
        (entry.day, str(OPENED[section]))
        for entry in own.openings()
        if (section := _section_in(entry)) in OPENED
    ]
    lines += [
        (
            release.released_on,
            _("Passed to %(name)s") % {"name": release.recipient.name},
        )
        for release in own.releases()
        if release.released_on
    ]
    unique = dict.fromkeys(sorted(lines, key=lambda line: line[0], reverse=True))
    return [Step(date_format(day, "j F"), what) for day, what in unique]


def _section_in(entry: Entry) -> str:
    return entry.act.removeprefix("vault.opened.").split(".")[0]


def consent_rows(own: Own, *, on: date) -> list[dict[str, Any]]:
    """Each recipient with what the reporter lets it have today."""
    return [
        {
            "recipient": asked.recipient,
            "is_given": asked.consent is not None and asked.consent.until >= on,
            "until": asked.consent.until if asked.consent else None,
            "sections": named(asked.consent.sections) if asked.consent else "",
            "is_attested": bool(asked.consent and asked.consent.is_attested),
        }
        for asked in own.asked()
    ]


def named(sections: list[str]) -> str:
    """Sections as the reporter knows them."""
    return _(", ").join(
        str(SECTION_NAMES[one]) for one in consents.SECTIONS if one in sections
    )
