"""An invented campaign of the training centre: its source, its people, its letters."""

import re
from datetime import date, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from fairwitness.outreach.actions import (
    add_source,
    draft_campaign,
    import_contacts,
    launch_wave,
)
from fairwitness.outreach.letters import letters_to_start_from
from fairwitness.outreach.models import Campaign, Source
from fairwitness.outreach.plain_part import unflowed
from fairwitness.outreach.sending import SendReport, send_due

AGREED = {
    "wording": "Yes, write to me about surveys of the Trust.",
    "agreed_how": "a box on the form for new members",
    "agreed_on": "between March 2024 and June 2026",
}
PEOPLE = [f"member{number}@members.example" for number in range(1, 6)]


def a_source(**other) -> Source:
    """A source that says everything, not saved."""
    told = {
        "code": "members",
        "given_by": "the membership office of the Trust",
        "given_how": "as a file on a sealed stick, by hand",
        "given_on": timezone.localdate() - timedelta(days=3),
        "told": "We may ask you what you meet at our meetings.",
        "sentence": "We have your address because you gave it when you joined the Trust.",
        "sentences": {"ar": "لدينا عنوانك لأنك أعطيته عند انضمامك."},
        "giver_basis": "The members said yes on the form for new members.",
        "basis": "consent",
        "basis_evidence": dict(AGREED),
        "evidence_hash": "ab" * 32,
    }
    return Source(**{**told, **other})


def make_source(centre, **other) -> Source:
    """A source, taken down by the coordinator."""
    return add_source(a_source(**other), by=centre.lea.user, on=timezone.localdate())


def make_contacts(centre, source, people=PEOPLE, language="") -> None:
    """Import people of a source."""
    rows = "".join(f"{address},{language}\n" for address in people)
    import_contacts(
        f"email,language\n{rows}".encode(), source=source, by=centre.lea.user
    )


def a_campaign(centre, source, **other) -> Campaign:
    """A campaign that says everything, not saved."""
    told = {
        "name": "spring",
        "title": "Spring survey",
        "source": source,
        "version": centre.version,
        "audience": "all members of the Trust",
        "audience_size": 5000,
        "way": "all",
        "chosen_how": "everybody on the list of members",
        "place": "the branch",
        "places": {"en": "the branch", "ar": "الفرع"},
        "period_from": date(2026, 1, 1),
        "letter": letters_to_start_from(),
    }
    if "deadline_reason" in other:
        told["deadline_reasons"] = {"ar": "لأن الاجتماع يُعقد حينها."}
    return Campaign(**{**told, **other})


def make_campaign(centre, source, **other) -> Campaign:
    """A campaign, written down by the coordinator."""
    return draft_campaign(a_campaign(centre, source, **other), by=centre.lea.user)


def make_invited(centre, people=PEOPLE, **other) -> Campaign:
    """A campaign whose first letters wait for the worker."""
    source = make_source(centre)
    make_contacts(centre, source, people)
    campaign = make_campaign(centre, source, **other)
    launch_wave(campaign, number=1, by=centre.lea.user)
    campaign.refresh_from_db()
    return campaign


def deliver(**how) -> SendReport:
    """Let the worker hand over what is due."""
    return send_due(**how)


def letters() -> list[EmailMessage]:
    """The letters in the outbox, by address."""
    found = [read(path.read_bytes()) for path in Path(settings.OUTBOX).glob("*.eml")]
    return sorted(found, key=lambda letter: str(letter["To"]))


def read(content: bytes) -> EmailMessage:
    """A letter as a mail program reads it."""
    return BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(content)


def words_of(letter: EmailMessage) -> str:
    """The plain text of a letter, its lines joined again as a mail program joins them."""
    part = letter.get_body(("plain",))
    assert part is not None
    assert part["Content-Type"].params["format"] == "flowed"
    return unflowed(str(part.get_content()))


def path_in(letter: EmailMessage, kind: str = "i") -> str:
    """The path of a link in a letter: "i" opens, "leave" leaves."""
    found = re.search(
        rf"{re.escape(settings.BASE_URL)}(/{kind}/[0-9a-z]{{26}})(?=\s)",
        words_of(letter),
    )
    assert found is not None
    return found[1]


def press(client: Client, path: str, **typed: str) -> Any:
    """Open a page of a link and press its button: what is posted carries the page's mark."""
    page = client.get(path).content.decode()
    found = re.search(r'name="mark" value="([0-9a-f]+)"', page)
    return client.post(path, {**typed, **({"mark": found[1]} if found else {})})


def key_in(letter: EmailMessage, kind: str = "i") -> str:
    """The key of a link in a letter."""
    return path_in(letter, kind).rpartition("/")[2]
