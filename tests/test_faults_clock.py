"""The clock jumps, a day or many years, both ways: nothing is erased for it, nobody is kept out for long."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from fairwitness import cli, worker
from fairwitness.governance import readiness
from fairwitness.intake.models import Report
from fairwitness.ledger.models import Checkpoint, Entry
from fairwitness.outreach.models import Delivery
from fairwitness.outreach.sending import LEASE, send_due
from fairwitness.staff.actions import is_code_right, recognise
from fairwitness.surveys.models import Draft
from tests.desk import fresh_code, staff_of
from tests.invited import PEOPLE, make_invited
from tests.walking import Walker

BOTH = ["default", "keystore"]
pytestmark = pytest.mark.django_db(databases=BOTH)

# Noon of the day on which the centre was founded: keys and notices begin with it.
NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
A_DAY, A_YEAR, AGES = timedelta(days=1), timedelta(days=365), timedelta(days=24 * 365)
far = pytest.mark.parametrize("jump", [A_YEAR, AGES, -A_YEAR], ids=str)


@pytest.fixture
def clock(time_machine):
    """A clock that stands at noon, and can be set."""

    def set_to(moment: datetime) -> None:
        time_machine.move_to(moment, tick=False)
        readiness.forget()

    set_to(NOW)
    return set_to


@pytest.fixture
def kept(centre, clock):
    """A centre that has a report and a draft, and whose worker has had a day."""
    Walker().tell()
    teller = Walker()
    teller.begin()
    worker.work_through()
    return teller


def what_is_kept() -> tuple[int, int]:
    """Reports and drafts."""
    return Report.objects.count(), Draft.objects.filter(journey="report").count()


@far
def test_a_clock_that_is_years_away_erases_and_takes_nothing(kept, clock, jump):
    before, entries = what_is_kept(), Entry.objects.count()

    clock(NOW + jump)
    failed = worker.work_through()
    page = Client().get("/tell/")

    assert {"retention", "responses", "ledger"} <= failed
    assert not failed & {"chain", "slots", "order", "files"}
    assert (what_is_kept(), Entry.objects.count()) == (before, entries)
    assert page.status_code == 503
    assert "clock" in {one.code for one in readiness.missing()}


@far
def test_a_clock_that_was_set_right_again_is_all_that_was_needed(kept, clock, jump):
    clock(NOW + jump)
    worker.work_through()

    clock(NOW + A_DAY)
    failed = worker.work_through()

    assert failed == set()
    assert Entry.objects.filter(act="rights.retention_applied").count() == 2
    kept.open("/tell/form/")
    assert kept.page.status_code == 200


@pytest.mark.parametrize("jump", [A_DAY, -A_DAY], ids=["forth", "back"])
def test_a_day_more_or_less_stops_nothing(kept, clock, jump):
    before = what_is_kept()

    clock(NOW + jump)
    there = worker.work_through()
    clock(NOW)
    back = worker.work_through()

    assert there == back == set()
    assert what_is_kept() == before
    assert Walker().tell()


def test_marks_of_days_to_come_keep_no_job_from_its_day(kept, clock):
    clock(NOW + 20 * A_DAY)
    worker.work_through()

    clock(NOW + A_DAY)
    worker.work_through()

    days = Entry.objects.filter(act="worker.responses").values_list("day", flat=True)
    assert NOW.date() + A_DAY in set(days)


def test_who_was_away_for_long_says_what_day_it_is(kept, clock, capsys):
    clock(NOW + 100 * A_DAY)
    assert not readiness.is_open()
    day = timezone.localdate()

    wrong = cli.main(["clock", "--is", str(day - A_DAY)])
    assert not readiness.is_open()
    right = cli.main(["clock", "--is", str(day)])

    assert (wrong, right) == (1, 0)
    assert f"says {day}" in capsys.readouterr().err
    assert Checkpoint.objects.order_by("-size")[0].day == day
    assert "clock" not in {one.code for one in readiness.missing()}
    assert "retention" not in worker.work_through()


@pytest.mark.parametrize("jump", [A_DAY, A_YEAR], ids=["a day", "a year"])
def test_a_letter_that_rests_until_next_year_rests_no_longer_than_it_should(
    centre, clock, jump
):
    make_invited(centre)
    Delivery.objects.update(lease_until=NOW + jump + timedelta(days=2))

    clock(NOW)
    report = send_due()

    assert report.handed_over == len(PEOPLE)


@pytest.mark.parametrize("jump", [A_YEAR, -A_YEAR], ids=["forth", "back"])
def test_a_letter_in_the_hands_of_nobody_is_uncertain_whatever_the_clock_said(
    centre, clock, jump
):
    make_invited(centre)
    Delivery.objects.update(state="claimed", lease_until=NOW + jump + LEASE)

    report = send_due()

    assert (report.uncertain, report.handed_over) == (len(PEOPLE), 0)


@pytest.mark.parametrize("jump", [A_DAY, A_YEAR], ids=["a day", "a year"])
def test_who_signed_in_while_the_clock_was_ahead_is_let_in_again(centre, clock, jump):
    ada = staff_of(centre).ada
    clock(NOW + jump)
    typed = fresh_code(ada)
    assert is_code_right(ada.user, code=typed, at=timezone.now())

    clock(NOW)
    typed = fresh_code(ada)

    assert is_code_right(ada.user, code=typed, at=timezone.now())
    assert not is_code_right(ada.user, code=typed, at=timezone.now())


def test_who_had_to_wait_while_the_clock_was_ahead_waits_no_year(centre, clock):
    ada = staff_of(centre).ada
    clock(NOW + A_YEAR)
    for _try in range(5):
        recognise(ada.user.name, password="wrong", code="0", at=timezone.now())

    clock(NOW)

    assert recognise(
        ada.user.name,
        password=ada.password,
        code=fresh_code(ada),
        at=timezone.now(),
    )


@pytest.mark.parametrize("jump", [A_DAY, -A_DAY, A_YEAR, -A_YEAR], ids=str)
def test_a_screen_locks_whichever_way_the_clock_jumps(centre, clock, jump):
    ada = staff_of(centre).ada
    browser = Client()
    browser.post(
        "/desk/sign-in",
        {"name": ada.user.name, "password": ada.password, "passcode": fresh_code(ada)},
    )
    assert browser.get("/desk/inbox").status_code == 200

    clock(NOW + jump)
    page = browser.get("/desk/inbox")

    is_out = page.status_code == 302
    assert is_out or page.status_code == 423


@pytest.mark.parametrize("jump", [A_DAY, -A_DAY], ids=["forth", "back"])
def test_a_code_is_not_shown_for_longer_because_the_clock_jumped(centre, clock, jump):
    teller = Walker()
    teller.tell()
    assert "words" in teller.page.context

    clock(NOW + jump)
    teller.open("/tell/receipt/")

    assert "words" not in teller.page.context


def test_what_is_no_day_is_said_in_words(capsys):
    with pytest.raises(SystemExit):
        cli.main(["clock", "--is", "tomorrow"])

    assert "tomorrow is no day; write it as 2026-11-22" in capsys.readouterr().err
