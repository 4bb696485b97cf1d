"""A day in a centre, walked through its real pages, with a canary in every field that takes words.

Each hour is a flow that a real centre has; what was typed is known by name afterwards.
"""

import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pyrage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fairwitness import worker
from fairwitness.casework.models import Complaint, Incident
from fairwitness.demo.visitor import Visitor
from fairwitness.demo.world import World
from fairwitness.disclosure import gate
from fairwitness.disclosure.models import Release
from fairwitness.figures.models import Edition
from fairwitness.intake.actions import find_by_receipt
from fairwitness.intake.models import Report
from fairwitness.outreach.actions import launch_wave
from fairwitness.rights.models import SubjectRequest
from fairwitness.surveys.answers import LONGEST_TEXT
from fairwitness.vault.receipt import ReceiptCode
from tests import desk
from tests.canary import Canaries
from tests.invited import letters, make_campaign, make_source, path_in
from tests.watching import Notes, Watching, visitor

OMBUDS = "Ombuds Office"
ADDRESS = "203.0.113.77"
TODAY = timezone.localdate()
YEAR = str(TODAY.year)


def notes_for(canaries: Canaries) -> Notes:
    """Notes that know a canary when it is typed."""
    return Notes(is_ours=lambda text: canaries.mark in str(text))


@dataclass
class Day:
    """A centre, those who come to it, and every string that was typed."""

    centre: World
    canaries: Canaries = field(default_factory=Canaries)
    own: dict[str, set[str]] = field(default_factory=dict)
    codes: list[ReceiptCode] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.notes = notes_for(self.canaries)
        self.staff = desk.staff_of(self.centre)
        self.agent = self.canaries.new("user agent")
        self.canaries.also("IP address", ADDRESS)
        self.desks: dict[str, Watching] = {}

    # Who comes

    def browser(self) -> Watching:
        """A browser that says who it is, as loudly as browsers and proxies can."""
        told = {
            "user-agent": f"Mozilla/5.0 ({self.agent})",
            "sec-ch-ua": self.agent,
            "x-forwarded-for": f"{ADDRESS}, 10.0.0.1",
            "x-real-ip": ADDRESS,
            "forwarded": f"for={ADDRESS}",
            "via": f"1.1 {self.agent}",
            "referer": f"http://testserver/{self.agent}",
        }
        return Watching(self.notes, headers=told, REMOTE_ADDR=ADDRESS)

    def visitor(self) -> Visitor:
        """Somebody from outside."""
        return visitor(self.browser())

    def at_desk(self, name: str) -> Watching:
        """A browser in which one of the staff has signed in and unlocked their key."""
        if name not in self.desks:
            who = getattr(self.staff, name)
            client = self.desks[name] = self.browser()
            assert desk.sign_in(client, who).status_code == 302
            client.post(reverse("staff:unlock"), {"passphrase": who.passphrase})
            self.canaries.also(f"password of {name}", who.password)
            self.canaries.also(f"passphrase of {name}", who.passphrase)
        return self.desks[name]

    def remember(self, client: Client) -> None:
        """Look for the keys in this browser's cookies too: the database must not hold them."""
        for name in ("answer", "draft", "visit", "vault"):
            cookie = client.cookies.get(name)
            if cookie is not None and cookie.value:
                self.canaries.also(f"key in the cookie {name}", cookie.value)

    def remember_code(self, words: list[str] | tuple[str, ...]) -> ReceiptCode:
        """Look for a receipt code too, in words and in digits."""
        code = ReceiptCode.parse(" ".join(words))
        self.codes.append(code)
        number = len(self.codes)
        for shape, told in {
            "words": " ".join(code.words),
            "dashes": "-".join(code.words),
            "fives": " ".join(code.digits),
            "digits": "".join(code.digits),
        }.items():
            self.canaries.also(f"code {number} in {shape}", told)
        return code


# Writing to members


def write_to_members(day: Day) -> list[EmailMessage]:
    """Import a list at the desk, write to everybody on it, and let the worker hand it over."""
    source = make_source(day.centre)
    rows = ["email,language,name"]
    for number in range(1, 6):
        address = f"{day.canaries.new(f'address {number}')}@members.example"
        name = f"Wren {day.canaries.new(f'name {number}').title()}"
        day.own[address] = {f"address {number}", f"name {number}"}
        rows.append(f"{address},en,{name}")
    wrong = day.canaries.new("a row that was refused")
    rows += [f"{wrong} at nowhere,en,{wrong}", f"=cmd({wrong}),en,x", f'"{wrong}']
    file = SimpleUploadedFile("list.csv", "\n".join(rows).encode())
    lea = day.at_desk("lea")
    there = reverse("outreach:source", args=[source.code])
    lea.get(there)
    taken = lea.post(there, {"file": file})
    assert not worker.work_through()
    told = lea.get(taken["location"]).context
    assert told["import"].added == 5
    assert len(told["refused"]) == 3
    sheet = lea.get(taken["location"] + "refused-rows.csv")
    assert sheet.status_code == 200
    campaign = make_campaign(day.centre, source)
    launch_wave(campaign, number=1, by=day.centre.lea.user)
    assert not worker.work_through()
    assert len(letters()) == 5
    return letters()


# Answering


def answer(day: Day, letter: EmailMessage) -> Visitor:
    """Answer by the personal link, with words where none are asked for."""
    guest = day.visitor()
    link = path_in(letter)
    day.canaries.also("key of a personal link", link.rpartition("/")[2])
    guest.open(link)
    guest.send(guest.form(action="/i/"), stray=_stray(day, "landing"))
    wrong = {"about": _stray(day, "a wrong choice"), "act": "continue"}
    guest.send(guest.form(action=guest.at), **wrong)
    assert "Error" in guest.page.content.decode()
    told = {"about": "happened_to_me", "how_many": "one", "stray": _stray(day, "page")}
    guest.walk(told, until="/answer/check/")
    day.remember(guest.client)
    guest.send(guest.form(action="/answer/check/"), stray=_stray(day, "check"))
    return guest


def _stray(day: Day, where: str) -> str:
    return day.canaries.new(f"a field that nobody asked for ({where})")


# Telling


def victims_answers(day: Day, who: str) -> dict[str, Any]:
    """An account in which every field that takes words has some."""
    words = day.canaries.words
    return {
        "young": "no",
        "role": "happened_to_me",
        "what_happened": words(f"{who}: what happened"),
        "when-month": "03",
        "when-year": YEAR,
        "district": "lowmoor",
        "setting": "own_words",
        "setting_own_words": words(f"{who}: setting"),
        "type": ["words", "own_words"],
        "type_own_words": words(f"{who}: type"),
        "grounds": ["disability", "own_words"],
        "grounds_own_words": words(f"{who}: grounds"),
        "told": ["organisation"],
        "what_came": "no_answer",
        "told_more": words(f"{who}: told more"),
    }


def observers_answers(day: Day) -> dict[str, Any]:
    """The same by somebody who saw it, with what shows who it happened to."""
    return {
        **victims_answers(day, "observer"),
        "role": "saw_or_heard",
        "others_know": "yes",
        "others_who": day.canaries.words("observer: who it happened to"),
    }


def tell(day: Day, told: dict[str, Any], guest: Visitor | None = None) -> ReceiptCode:
    """Tell it all, page by page, and send it."""
    teller = guest or _at_first_question(day)
    teller.walk(told, until="/tell/check/")
    code = day.remember_code(teller.code_words)
    day.remember(teller.client)
    teller.send(teller.form(action="/tell/check/"), act="send")
    assert teller.at == "/tell/receipt/"
    teller.client.get(reverse("intake:receipt_file"))
    teller.send(teller.form(action="/tell/receipt/kept/"), kept="yes")
    return code


def _at_first_question(day: Day) -> Visitor:
    teller = day.visitor()
    teller.open("/tell/")
    teller.send(teller.form(action="/tell/"))
    return teller


def hesitate(day: Day) -> None:
    """Type too much, step back, change the language, go away; save, come back, throw away."""
    words = day.canaries.words
    gone = _at_first_question(day)
    gone.walk({"young": "no", "role": "rather_not"}, until="what_happened")
    too_much = words("draft: too long") + "x" * LONGEST_TEXT
    gone.send(gone.form(action=gone.at), what_happened=too_much, act="continue")
    day.remember(gone.client)
    keeps = _at_first_question(day)
    keeps.walk({"young": "no", "role": "rather_not"}, until="what_happened")
    for act in ("back", "save"):
        keeps.open("/tell/form/what_happened/")
        told = words(f"draft: {act}")
        keeps.send(keeps.form(action=keeps.at), what_happened=told, act=act)
    day.remember_code(keeps.page.context["words"])
    speaks = _at_first_question(day)
    speaks.walk({"young": "no", "role": "rather_not"}, until="what_happened")
    told = words("draft: in another language")
    speaks.send(speaks.form(action=speaks.at), what_happened=told, language="ar")
    speaks.open("/tell/delete/")
    speaks.send(speaks.form(action="/tell/delete/"))


# Coming back


def come_back(day: Day, code: ReceiptCode) -> Visitor:
    """Type a code, after a wrong one."""
    reporter = day.visitor()
    reporter.open("/report/")
    wrong = f"{day.canaries.new('a wrong code')} {' '.join(code.words[1:])}"
    reporter.send(reporter.form(action="/report/"), code=wrong)
    reporter.send(reporter.form(action="/report/"), code=" ".join(code.words))
    assert reporter.at == "/report/page/"
    day.remember(reporter.client)
    return reporter


def say_more(day: Day, reporter: Visitor) -> None:
    """Everything that can be typed on the reporter's own page."""
    words = day.canaries.words
    _post(reporter, "me", name=words("identity: name"), contact=words("contact"))
    _post(reporter, "messages", text=words("message from the reporter"))
    _post(reporter, "add", text=words("addition"))
    _post(reporter, "correct", text=words("correction"))
    address = f"{day.canaries.new('news address')}@post.example"
    day.own[address] = {"news address"}
    _post(reporter, "news", address=f"{address} and so on", subject="new", act="set")
    _post(reporter, "news", address=address, subject="new", act="set")
    name = f"{day.canaries.new('name of a file')}.txt"
    file = SimpleUploadedFile(name, words("inside of a file").encode())
    _post(reporter, "evidence", file=file, words=words("what a file is"))
    photograph = SimpleUploadedFile(
        f"{day.canaries.new('name of a photograph')}.jpg",
        b"\xff\xd8" + words("photograph").encode(),
    )
    _post(reporter, "evidence", file=photograph, words=words("what a photograph is"))
    reporter.open("/report/about/")
    about = {"your_gender": "own_words", "your_gender_words": words("own gender")}
    reporter.walk(about, until="/report/page/")
    recipient = day.centre.recipients[OMBUDS]
    _post(reporter, f"who/{recipient.pk}", consent="yes", identity="yes")
    for place in ("sent", "package", "copy", "messages", "count"):
        reporter.open(f"/report/{place}/")
    assert "message from the reporter" in _names(day, reporter)


def _post(reporter: Visitor, place: str, **typed: Any) -> None:
    reporter.open(f"/report/{place}/")
    reporter.at = f"/report/{place}/"
    reporter.page = reporter.client.post(reporter.at, typed, follow=True)
    assert reporter.page.status_code == 200, (place, reporter.page.status_code)


def _names(day: Day, reporter: Visitor) -> set[str]:
    """Whose words stand on the pages that show everything: so the flow did happen."""
    pages = [
        reporter.client.get(f"/report/{place}/").content
        for place in ("sent", "messages", "copy")
    ]
    return {one.split(" (")[0] for one in day.canaries.found_in(b"".join(pages))}


def change_code(day: Day, reporter: Visitor) -> ReceiptCode:
    """Take a new code."""
    reporter.client.post("/report/code/", {"act": "make"})
    reporter.open("/report/code/")
    code = day.remember_code(reporter.page.context["words"])
    reporter.client.post("/report/code/", {"act": "use"})
    return code


def write_too_late(day: Day, code: ReceiptCode) -> None:
    """Write after the visit has ended: the words come back, and go in with the code."""
    late = day.visitor()
    text = day.canaries.words("message after the visit")
    late.page = late.client.post("/report/messages/", {"text": text})
    late.send(late.form(action="/report/messages/"), code=" ".join(code.words))
    late.send(late.form(action="/report/messages/"))
    assert late.at == "/report/messages/"
    assert "message after the visit" in _names(day, late)


def erase(day: Day, reporter: Visitor) -> None:
    """Erase it all."""
    reporter.open("/report/erase/")
    reporter.send(reporter.form(action="/report/erase/"))
    assert "is erased" in reporter.page.content.decode()


# Asking as somebody whom a report names


def ask_of_us(day: Day) -> SubjectRequest:
    """Ask what we hold; first without saying how we can answer."""
    named = day.visitor()
    named.open("/named")
    text = day.canaries.words("request of somebody named")
    form = {"kind": "named", "text": text}
    named.page = named.client.post("/named", form)
    reach = day.canaries.words("how to reach somebody named")
    named.client.post("/named", {**form, "reach": reach})
    asked = SubjectRequest.objects.get()
    page = reverse("rights:asked", args=[asked.pk])
    ada, pia = day.at_desk("ada"), day.at_desk("pia")
    assert text.encode() in ada.post(page, {"reason": "answer"}).content
    ada.post(reverse("rights:hand", args=[asked.pk]), {"to": day.staff.pia.user.pk})
    assert reach.encode() in pia.post(page, {"reason": "answer"}).content
    pia.post(reverse("rights:answer", args=[asked.pk]), {"outcome": "done"})
    return asked


# Working on the case


def work(day: Day, code: ReceiptCode, other: ReceiptCode) -> Incident:
    """Read, open an incident, link, code, complain, answer."""
    report, second = find_by_receipt(code), find_by_receipt(other)
    ada = day.at_desk("ada")
    ada.get(reverse("casework:inbox"))
    for part in ("narrative", "messages", "evidence"):
        there = reverse("casework:open_part", args=[report.pk, part])
        assert ada.post(there, {"reason": "first_reading"}).status_code == 200
    ada.post(reverse("casework:save_file", args=[report.pk, 1]), {"reason": "working"})
    ada.post(reverse("casework:start_incident", args=[report.pk]))
    incident = Incident.objects.get()
    there = reverse("casework:link", args=[second.pk])
    linked = {"code": incident.code, "reason": "people", "teller": "other"}
    ada.post(there, {**linked, "code": day.canaries.new("code of an incident")})
    assert ada.post(there, linked).status_code == 302
    for each in (report, second):
        _code_it(day, each)
    _complain(day, incident)
    answer_page = reverse("casework:answer", args=[report.pk])
    ada.get(answer_page)
    text = day.canaries.words("message to the reporter")
    assert ada.post(answer_page, {"text": text}).status_code == 302
    ada.get(reverse("casework:incident", args=[incident.code]))
    return incident


def _code_it(day: Day, report: Report) -> None:
    ada, there = day.at_desk("ada"), reverse("casework:code", args=[report.pk])
    ada.post(there, {"open": "yes"})
    coded = {
        "type": "words",
        "grounds": ["disability"],
        "month": f"{YEAR}-03",
        "district": "lowmoor",
        "detected_by": "told",
        "status": "counted",
    }
    wrong = ada.post(there, {**coded, "month": day.canaries.new("month of a fact")})
    assert wrong.status_code == 200
    assert ada.post(there, coded).status_code == 302


def _complain(day: Day, incident: Incident) -> None:
    ada, today = day.at_desk("ada"), timezone.localdate().isoformat()
    page = reverse("casework:complain", args=[incident.code])
    ada.get(page)
    put = {
        "institution": day.canaries.words("institution"),
        "put_on": today,
        "known_from": "document",
    }
    ada.post(page, {**put, "put_on": "never"})
    there = ada.post(page, put).headers["Location"]
    step = {"kind": "acknowledged", "on": today, "known_from": "reporter"}
    ada.get(there)
    ada.post(there, {**step, "note": day.canaries.words("note of a step")})
    shown = ada.get(there).content
    assert len(day.canaries.found_in(shown)) == 2
    assert Complaint.objects.count() == 1


def type_at_a_locked_desk(day: Day, report: Report) -> None:
    """Type while the screen has locked; the words wait on the lock page."""
    ada, text = day.at_desk("ada"), day.canaries.words("typed at a locked desk")
    there = reverse("casework:answer", args=[report.pk])
    ada.post(reverse("staff:lock"))
    locked = ada.post(there, {"text": text})
    assert locked.status_code == 423
    code = desk.fresh_code(day.staff.ada)
    opened = ada.post(there, {"text": text, "lock-passcode": code})
    assert opened.status_code == 302


# Passing it on


def pass_on(day: Day, report: Report) -> dict[str, str]:
    """Two hands and the gate pass the case on. Returns what the recipient reads."""
    ben, lea = day.at_desk("ben"), day.at_desk("lea")
    recipient = day.centre.recipients[OMBUDS]
    sections = ["narrative", "identity"]
    ben.get(reverse("disclosure:request", args=[report.pk]))
    ben.post(
        reverse("disclosure:request", args=[report.pk]),
        {"recipient": recipient.pk, "sections": sections},
    )
    asked = Release.objects.get()
    gate.run(once=True)
    ben.post(reverse("disclosure:prepare", args=[asked.pk]))
    looked = lea.post(reverse("disclosure:look", args=[asked.pk]))
    seen = looked.context["form"]["seen"].value()
    approve = reverse("disclosure:approve", args=[asked.pk])
    lea.post(approve, {"name": day.canaries.new("name typed wrong"), "seen": seen})
    lea.post(approve, {"name": OMBUDS, "seen": seen})
    hand = reverse("disclosure:hand_over", args=[asked.pk])
    ben.post(hand, {"name": day.canaries.new("name typed wrong again")})
    ben.post(hand, {"name": OMBUDS})
    sealed = ben.post(reverse("disclosure:download", args=[asked.pk])).content
    plain = pyrage.decrypt(sealed, [day.centre.identities[OMBUDS]])
    with zipfile.ZipFile(io.BytesIO(plain)) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


# Publishing


def publish(day: Day) -> None:
    """Ask for an edition, let the worker build it, publish it, read it."""
    ina, lea = day.at_desk("ina"), day.at_desk("lea")
    month = f"{timezone.localdate():%Y-%m}"
    period = {"period_from": month, "period_to": month}
    wrong = {**period, "period_to": day.canaries.new("month of an edition")}
    assert ina.post(reverse("figures:editions"), wrong).status_code == 200
    assert ina.post(reverse("figures:editions"), period).status_code == 302
    assert not worker.work_through()
    there = reverse("figures:edition", args=[1])
    lea.get(there)
    assert lea.post(there, {"typed": "1"}).status_code == 302
    assert Edition.objects.get().state == Edition.State.PUBLISHED
    day.visitor().open("/figures")


# Going wrong


def go_wrong(day: Day, monkeypatch: Any) -> None:
    """Post words into a bug, a database that fails, a page that is too old, too long, or not there."""
    browser = _at_first_question(day).client
    browser.raise_request_exception = False
    there = "/tell/form/young/"
    words = day.canaries.words

    def break_down(*_walk: object, **_files: object) -> None:
        in_hand = words("in hand when a bug came")
        raise RuntimeError(in_hand)

    with monkeypatch.context() as broken:
        broken.setattr("fairwitness.intake.views.form.Walk.take", break_down)
        failed = browser.post(there, {"young": words("posted into a bug")})
    assert failed.status_code == 500
    with unwritable():
        kept = browser.post(there, {"young": words("posted into a fault")})
    assert kept.status_code == 503
    assert len(day.canaries.found_in(kept.content)) == 1
    strict = Watching(day.notes, enforce_csrf_checks=True)
    too_old = strict.post(there, {"young": words("posted too late")})
    assert too_old.status_code == 403
    too_long = words("posted too long") + "x" * 1_600_000
    assert browser.post(there, {"young": too_long}).status_code == 413
    lost = Client().get(f"/{day.canaries.new('an address that is not there')}")
    assert lost.status_code == 404
    host = f"{day.canaries.new('a host')}.example"
    strange = Client(headers={"host": host}).post("/leave", {"x": words("and a field")})
    assert strange.status_code in {303, 400}
    assert Client().get("/", {"q": words("a query")}).status_code == 200


@contextmanager
def unwritable() -> Iterator[None]:
    """The databases can be read and not written, as on a full disk."""

    def refuse(execute: Any, sql: str, *others: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError("attempt to write a readonly database")
        return execute(sql, *others)

    with ExitStack() as stack:
        for alias in connections:
            stack.enter_context(connections[alias].execute_wrapper(refuse))
        yield
