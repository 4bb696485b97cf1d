"""Whatever is killed, wherever: it is done or undone, or goes on by itself.

Each act is killed at every step at which anything changes (`tests/dying.py`), one step later
each time; then somebody does what people do: presses the button again, or starts the worker.
"""

from typing import Any

import pytest
from django.http import HttpResponse

from fairwitness.intake.actions import find_by_receipt
from fairwitness.intake.models import Report, Section
from fairwitness.intake.payloads import unpack
from fairwitness.ledger.models import Entry
from fairwitness.outreach.models import Delivery, Invitation
from fairwitness.outreach.recipients import totals
from fairwitness.outreach.sending import send_due
from fairwitness.surveys import drafts
from fairwitness.surveys.drafts import Journey
from fairwitness.surveys.models import Draft, Pending
from fairwitness.vault import keystore
from fairwitness.vault.models import Slot
from fairwitness.vault.opening import Chest, unwrap_for_reporter
from fairwitness.vault.receipt import ReceiptCode
from tests.dying import deaths, every_so_many, live  # noqa: F401 # a fixture
from tests.invited import deliver, letters, make_invited, path_in, press
from tests.post_office import serve_post_office  # noqa: F401 # a fixture
from tests.walking import STORY, Walker

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(transaction=True, databases=BOTH)

BEGUN = {"young": {"young": "no"}, "what_happened": {"what_happened": STORY}}


def at(step: str) -> Walker:
    """Somebody who has told it all, on this page."""
    teller = Walker()
    teller.begin()
    teller.walk(BEGUN, until=step)
    return teller


def in_browser(contents: dict[str, Any]) -> Walker:
    """Somebody whose browser holds the key of a draft that says this."""
    response, walker = HttpResponse(), Walker()
    drafts.start(Journey.REPORT, contents, response)
    walker.client.cookies.update(response.cookies)
    return walker


def with_code(contents: dict[str, Any]) -> tuple[Walker, ReceiptCode]:
    """Somebody who has typed the same, with a code of their own."""
    code = ReceiptCode.new()
    return in_browser(contents | {"code": code.number}), code


def assert_slots_are_whole() -> None:
    """Every report has a slot of its own, with its key; no other slot is taken."""
    reports = list(Report.objects.values_list("slot", flat=True))
    taken = set(Slot.objects.filter(is_taken=True).values_list("pk", flat=True))
    assert len(reports) == len(set(reports))
    assert taken == set(reports)
    assert all(keystore.key_of(slot) for slot in taken)


def reads_back(code: ReceiptCode) -> bool:
    """Whether a code opens what was told."""
    report = find_by_receipt(code)
    key = unwrap_for_reporter(report.pk, "case", code.read_key)
    chest = Chest(report.pk, report.slot_id, key)
    narrative = report.sections.get(kind=Section.Kind.NARRATIVE)
    told = unpack(chest.open("narrative", bytes(narrative.envelope)))
    return STORY in str(told["answers"])


def test_a_report_is_taken_once_wherever_the_web_dies(centre, every):
    typed = at("check").draft().contents

    def send(who):
        who[0].client.post("/tell/check/", {"act": "send"})

    for number, (teller, code) in deaths(lambda: with_code(typed), send, every=every):
        assert Report.objects.count() - number in {0, 1}
        assert_slots_are_whole()
        teller.post("/tell/check/", act="send")
        assert teller.at == "/tell/receipt/"
        assert reads_back(code)
        assert Report.objects.count() == Pending.objects.count() == number + 1
        assert Entry.objects.filter(act="intake.received").count() == number + 1
        assert_slots_are_whole()


def test_what_was_typed_is_kept_wherever_the_web_dies_while_saving_it(centre, every):
    typed = at("check").draft().contents
    where = "/tell/form/what_happened/"

    def save(who):
        who[0].client.post(where, {"act": "save", "what_happened": STORY})

    for _number, (teller, code) in deaths(lambda: with_code(typed), save, every=every):
        teller.post(where, act="save", what_happened=STORY)
        assert teller.at == "/tell/saved/"
        later = Walker()
        later.come_back(" ".join(code.words))
        later.open(where)
        assert STORY in later.page.content.decode()
        assert later.draft().contents["answers"] == typed["answers"]
        later.post("/tell/delete/")
        assert Draft.objects.filter(journey=Journey.REPORT).count() == 1


def test_who_has_their_code_goes_on_wherever_the_web_dies(centre, every):
    teller = at("check")
    teller.post(act="send")
    sent = teller.draft().contents

    def keep(who):
        who.client.post("/tell/receipt/kept/")

    for _number, person in deaths(lambda: in_browser(sent), keep, every=every):
        person.post("/tell/receipt/kept/")
        assert person.at.startswith("/report/")
        assert not Draft.objects.filter(journey=Journey.REPORT).exclude(
            pk=teller.draft().id
        )


def test_a_link_gives_one_answer_wherever_the_web_dies(centre, every):
    make_invited(centre, [f"member{n}@members.example" for n in range(30)])
    deliver()
    links = iter([path_in(letter) for letter in letters()])

    def begin():
        person = Walker()
        press(person.client, next(links))
        return person

    def answer(person):
        person.client.post("/answer/about/", {"about": "nothing_happened"})

    for number, person in deaths(begin, answer, every=every):
        spent = Invitation.objects.spent().count()
        assert Pending.objects.count() == spent
        assert spent - number in {0, 1}
        person.post("/answer/about/", about="nothing_happened")
        assert person.at == "/answer/thanks/"
        spent = Invitation.objects.spent().count()
        assert Pending.objects.count() == spent == number + 1


def test_no_letter_goes_twice_or_is_lost_wherever_the_worker_dies(
    centre, post_office, every
):
    people = [f"member{number}@members.example" for number in range(1, 13)]
    campaign = make_invited(centre, people)

    def let_wait():
        Delivery.objects.update(state="waiting", reason="")
        Entry.objects.filter(act="outreach.handed_over").delete()
        post_office.taken.clear()

    for _number, _none in deaths(let_wait, lambda _none: send_due(), every=every):
        left = [to for _sender, to, _text in post_office.taken]
        assert len(left) == len(set(left))
        assert totals(campaign).adds_up
        send_due()
        assert_every_letter_has_its_fate(post_office, campaign, people)


def assert_every_letter_has_its_fate(post_office, campaign, people) -> None:
    """Nobody twice; whoever got none is uncertain, and so are some who got one."""
    left = [to for _sender, to, _text in post_office.taken]
    counted = totals(campaign)
    told = Entry.objects.filter(act="outreach.handed_over")
    assert len(left) == len(set(left))
    assert counted.adds_up
    assert counted.waiting == counted.claimed == 0
    assert counted.handed_over + counted.uncertain == len(people)
    assert counted.handed_over <= len(left) <= len(people)
    assert counted.uncertain <= 1
    assert sum(one.count for one in told) == counted.handed_over
