"""A centre in which something of everything has happened, and the browsers of those in it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from fairwitness.casework.actions import refer
from fairwitness.casework.models import Incident
from fairwitness.demo.story import follow, work_through
from fairwitness.demo.world import World
from fairwitness.disclosure.actions import request_release
from fairwitness.figures.models import Edition
from fairwitness.governance.actions import ask_question
from fairwitness.governance.models import Notice
from fairwitness.intake.actions import give_consent
from fairwitness.intake.models import Report
from fairwitness.rights.actions import ask_hold, receive_request, record_breach
from fairwitness.rights.models import SubjectRequest
from fairwitness.vault.receipt import ReceiptCode
from tests.desk import staff_of
from tests.invited import deliver, key_in, letters, make_invited, press
from tests.makers import Kept, keep, lay_down
from tests.walking import Walker

STAFF = ("lea", "ada", "ben", "ina", "pia")

# Which row an address speaks of, by the name that the address gives it.
ROWS = {
    "recipient": "governance.Recipient",
    "recipient_id": "governance.Recipient",
    "name_id": "staff.User",
    "line_id": "governance.Helpline",
    "processor_id": "governance.Processor",
    "key_id": "governance.RecipientKey",
    "question_id": "governance.Question",
    "report_id": "intake.Report",
    "link_id": "casework.Link",
    "task_id": "casework.Task",
    "referral_id": "casework.Referral",
    "complaint_id": "casework.Complaint",
    "step_id": "casework.Step",
    "release_id": "disclosure.Release",
    "request_id": "rights.SubjectRequest",
    "to_tell_id": "rights.ToTell",
    "hold_id": "rights.Hold",
    "breach_id": "rights.Breach",
}


@dataclass
class LivedIn:
    """The centre, the code of one reporter, the keys of one letter, and who sits where."""

    world: World
    code: str
    link: str
    leave: str
    browsers: dict[str, dict[str, str]] = field(default_factory=dict)

    def browser(self, who: str, **options: Any) -> Client:
        """A browser that holds what this person's browser holds; it keeps errors to itself."""
        client = Client(raise_request_exception=False, **options)
        for name, held in self.browsers[who].items():
            client.cookies[name] = held
        return client

    def part(self, page: str, name: str) -> str:
        """What truly stands in this place of an address, or nothing where nothing does."""
        if name in ROWS:
            kind: type[Model] = apps.get_model(ROWS[name])
            row = kind._base_manager.first()
            return str(row.pk) if row else ""
        app = page.partition(":")[0]
        return {
            "hash_of": Notice.objects.get(language="en").hash,
            "number": "1",
            "key": self.leave if page == "outreach:leave" else self.link,
            "section": "narrative",
            "before": "new",
            "to": "accepted",
            "name": "edition.json" if page == "front:edition_file" else "spring",
            "code": _code_in(app),
            "step": {"outreach": "pause", "reporter": "age"}.get(app, "role"),
        }.get(name, "")


def _code_in(app: str) -> str:
    if app == "casework":
        return Incident.objects.values_list("code", flat=True)[0]
    return {"governance": "reports", "outreach": "members"}.get(app, "")


@pytest.fixture(scope="session")
def kept_life(kept_centre, django_db_blocker, tmp_path_factory) -> Kept[LivedIn]:
    """Live in a centre once."""

    def live() -> LivedIn:
        return live_in(lay_down(kept_centre, before=kept_centre.made))

    with django_db_blocker.unblock():
        return keep(live, place=tmp_path_factory.mktemp("life"))


@pytest.fixture
def lived(db, kept_life) -> LivedIn:
    """A centre in which something of everything has happened."""
    life: LivedIn = kept_life.made
    return replace(life, world=lay_down(kept_life, before=life.world))


def live_in(world: World) -> LivedIn:
    """Let something of everything happen, and seat everybody in front of their browser."""
    today = timezone.localdate()
    make_invited(world, people=["anna@members.example", "noor@members.example"])
    deliver()
    letter = letters()[0]
    rana = Walker()
    code = rana.tell()
    rana.come_back(code)
    _work(world, code=code, on=today)
    _publish(world, on=today)
    lived = LivedIn(world, code, key_in(letter), key_in(letter, "leave"))
    tess, anna = Walker(), Walker()
    tess.begin()
    press(anna.client, f"/i/{lived.link}")
    seats = {"nobody": Client(), "rana": rana.client}
    seats |= {"tess": tess.client, "anna": anna.client}
    cast = vars(staff_of(world))
    seats |= {name: cast[name].browser() for name in STAFF}
    seats["locked"] = cast["ada"].browser(unlocked=False)
    for who, client in seats.items():
        lived.browsers[who] = {
            name: morsel.value for name, morsel in client.cookies.items()
        }
    return lived


def _work(world: World, *, code: str, on: date) -> None:
    report = Report.objects.get()
    member = world.members["Ada"]
    incident = work_through([report], by=member, on=on)[0]
    follow(incident, by=member, on=on)
    ombuds = world.recipients["Ombuds Office"]
    refer(incident, recipient=ombuds, by=member.user, on=on)
    receipt = ReceiptCode.parse(code)
    some = ("narrative",)
    give_consent(report, recipient=ombuds, sections=some, code=receipt, on=on)
    ben = world.ben.user
    request_release(report, recipient=ombuds, sections=some, by=ben, on=on)
    later = on + timedelta(days=30)
    why = "The tribunal asked us to keep it."
    ask_hold(report, reason=why, review_on=later, by=member.user, on=on)
    kind = SubjectRequest.Kind.NAMED
    receive_request(kind, text="I was not there.", reach="0300 000 007", on=on)
    known_at: datetime = timezone.now()
    record_breach("A laptop was left on a train.", aware_at=known_at, by=world.pia.user)
    ask_question("Who pays you?", on=on)


def _publish(world: World, *, on: date) -> None:
    folder = settings.EDITIONS / "1"
    (folder / "tables").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>x</title><b>1</b>")
    (folder / "edition.json").write_text("{}")
    (folder / "tables" / "by_month.csv").write_text("month,count\n")
    Edition.objects.create(
        number=1,
        period_from="2026-01",
        period_to="2026-06",
        state=Edition.State.PUBLISHED,
        digest=b"\x01" * 32,
        drafted_by=world.ina.user,
        drafted_on=on,
        published_by=world.pia.user,
        published_on=on,
    )
