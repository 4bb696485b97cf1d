"""Two hundred invented members, the list they came on, and the campaign that writes to them."""

import hashlib
from datetime import date, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.conf import settings

from fairwitness.demo.world import World
from fairwitness.outreach.actions import (
    add_source,
    draft_campaign,
    import_contacts,
    launch_wave,
)
from fairwitness.outreach.letters import letters_to_start_from
from fairwitness.outreach.models import Basis, Campaign, Source
from fairwitness.outreach.outcomes import Way
from fairwitness.outreach.sending import send_due

CONTACTS = 200
ARABIC_EVERY = 5
FIRST = [
    "Ari",
    "Bo",
    "Cleo",
    "Dara",
    "Emre",
    "Fay",
    "Gil",
    "Hana",
    "Ivo",
    "Juno",
    "Kit",
    "Lumi",
    "Max",
    "Nour",
    "Oda",
    "Pim",
    "Quin",
    "Rumi",
    "Sol",
    "Tove",
]
LAST = [
    "Vale",
    "Marsh",
    "Reed",
    "Thorn",
    "Lake",
    "Finch",
    "Stone",
    "Wells",
    "Moss",
    "Field",
]
TURNED_DOWN = "not an address"


def write_list(place: Path, *, contacts: int = CONTACTS) -> Path:
    """A members' list as an organisation would export it, with one row that cannot be taken."""
    rows = ["email,language,name"]
    for number in range(contacts):
        name = f"{FIRST[number % 20]} {LAST[number // 20]}"
        language = "ar" if number % ARABIC_EVERY == ARABIC_EVERY - 1 else "en"
        rows.append(f"member-{number + 1:03}@members.example,{language},{name}")
    rows.append(f"{TURNED_DOWN},en,Nobody")
    file = place / "members.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


def take_contacts(world: World, file: Path, *, on: date) -> Source:
    """Import the list with its source."""
    source = Source(
        code="members-2026",
        given_by="Harbour Members' Trust",
        given_how="its own list of members, exported by the membership office",
        given_on=on - timedelta(days=10),
        told="When they joined, members were told that the Trust may ask them about its "
        "meetings, and how to say no.",
        sentence="We have your address because you gave it to Harbour Members' Trust when you joined.",
        sentences={
            "ar": "عنوانك لدينا لأنك أعطيته لجمعية Harbour Members' Trust عند انضمامك."
        },
        giver_basis="The Trust runs the centre; the list is its own, kept for membership.",
        translated={
            "ar": {
                "given_by": "جمعية Harbour Members' Trust",
                "given_how": "قائمة أعضائها، أخرجها مكتب العضوية",
                "told": "عند الانضمام قيل للأعضاء إن الجمعية قد تسألهم عن اجتماعاتها، وكيف يرفضون.",
                "giver_basis": "الجمعية هي التي تدير المركز، والقائمة قائمتها، تُحفظ من أجل العضوية.",
            }
        },
        basis=Basis.GENUINE_RESEARCH,
        basis_evidence={
            "purpose": "To find out what members meet at meetings, so that it can be changed.",
            "promotes_nothing": "yes",
            "weighed": "Three letters at most, each with a way out; members expect to be asked.",
        },
        evidence_hash=hashlib.sha256(file.read_bytes()).hexdigest(),
    )
    lea = world.members["Lea"].user
    add_source(source, by=lea, on=on)
    import_contacts(file, source=source, by=lea, on=on)
    return source


def run_campaign(world: World, source: Source, *, on: date) -> Campaign:
    """Draft the campaign, launch it, and let the worker hand over every letter."""
    campaign = launch_campaign(world, source, on=on)
    while send_due(limit=CONTACTS).handed_over:
        pass
    return campaign


def launch_campaign(
    world: World, source: Source, *, on: date, people: int = CONTACTS
) -> Campaign:
    """Draft the campaign and launch it: the letters wait for the worker."""
    lea = world.members["Lea"].user
    campaign = Campaign(
        name="autumn-survey",
        title="Autumn survey",
        source=source,
        version=world.version,
        audience="All members of Harbour Members' Trust",
        audience_size=people,
        way=Way.ALL,
        chosen_how="Everybody on the list of members was written to.",
        place="the meetings of Harbour Members' Trust",
        places={"ar": "اجتماعات جمعية Harbour Members' Trust"},
        period_from=date(on.year, 1, 1),
        closes_on=on + timedelta(days=38),
        deadline_reason="The winter meeting needs the figures.",
        deadline_reasons={"ar": "لأن اجتماع الشتاء يحتاج إلى الأرقام."},
        letter=letters_to_start_from(),
    )
    draft_campaign(campaign, by=lea)
    launch_wave(campaign, number=1, by=lea, on=on)
    return campaign


def letters() -> list[EmailMessage]:
    """The letters in the outbox, oldest file name first."""
    parser = BytesParser(policy=policy.default)
    return [
        parser.parsebytes(file.read_bytes())
        for file in sorted(settings.OUTBOX.glob("*.eml"))
    ]


def link_in(letter: EmailMessage, kind: str = "i") -> str:
    """The personal link of a letter, or its way out, as its reader would take it out."""
    body = letter.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    return next(
        word for word in text.split() if word.startswith(f"{settings.BASE_URL}/{kind}/")
    )
