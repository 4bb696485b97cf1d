"""How fast letters leave, when none does, and when a campaign stops by itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.ledger.models import Entry
from fairwitness.outreach import pace
from fairwitness.outreach.actions import resume_campaign, set_pace, try_again
from fairwitness.outreach.actions.fates import look_at_failures, stop_campaign
from fairwitness.outreach.in_hand import Mark, in_hand, left_behind
from fairwitness.outreach.models import Delivery, Suppression
from fairwitness.outreach.sending import SendReport, send_due
from fairwitness.outreach.speed import MailDay, Pace
from fairwitness.refusal import NotAllowed
from tests.desk import staff_of
from tests.invited import make_invited
from tests.post_office import serve_post_office  # noqa: F401 # a fixture

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

State = Delivery.State
CROWD = [f"member{number}@members.example" for number in range(24)]


@pytest.fixture
def campaign(centre):
    return make_invited(centre, CROWD)


@pytest.fixture
def desk(centre):
    return staff_of(centre).lea.browser(unlocked=False)


def states():
    """How many letters are in which state."""
    found = list(Delivery.objects.values_list("state", flat=True))
    return {state: found.count(state) for state in sorted(set(found))}


hours = st.integers(0, 23)


@given(hours, hours)
def test_quiet_hours_are_as_many_as_lie_between_their_ends(begins, ends):
    wish = Pace(quiet_from=begins, quiet_until=ends)
    quiet = [hour for hour in range(24) if pace.is_quiet(wish, hour)]

    assert len(quiet) == (ends - begins) % 24
    assert ends not in quiet


@given(st.integers(1, 10_000), st.none() | st.integers(1, 100_000), st.integers(0, 400))
def test_no_day_has_more_than_twice_the_day_before_or_more_than_the_cap(
    first, cap, days
):
    wish = Pace(first_day=first, per_day=cap)
    today = pace.cap_of_day(wish, days_before=days)
    tomorrow = pace.cap_of_day(wish, days_before=days + 1)

    assert today is not None
    assert tomorrow is not None
    assert today <= tomorrow <= 2 * today
    assert cap is None or tomorrow <= cap


@given(st.integers(1, 50), st.floats(0, 1_000))
def test_what_is_claimed_together_leaves_soon_or_is_one_letter(left, seconds):
    together = pace.lot(left, seconds=seconds)

    assert 1 <= together <= pace.MOST_TOGETHER
    assert together == 1 or together * seconds / left <= pace.SOON + 1e-6


def test_no_letter_leaves_in_quiet_hours(campaign, lea, time_machine):
    night = timezone.now().replace(hour=23)
    time_machine.move_to(night, tick=False)
    set_pace(Pace(quiet_from=20, quiet_until=8), by=lea)

    assert send_due() == SendReport()
    assert states() == {"waiting": 24}
    time_machine.move_to(night + timedelta(hours=9), tick=False)
    assert send_due().handed_over == 24


def test_each_day_takes_twice_as_many_as_the_last(campaign, lea, time_machine):
    noon = timezone.now().replace(hour=12)
    set_pace(Pace(first_day=3, per_day=11), by=lea)
    left = []
    for day in range(4):
        time_machine.move_to(noon + timedelta(days=day), tick=False)
        left.append(send_due().handed_over)
        assert send_due() == SendReport()

    assert left == [3, 6, 11, 4]
    assert (
        list(MailDay.objects.order_by("day").values_list("letters", flat=True)) == left
    )


def test_letters_leave_no_faster_than_was_said(campaign, lea, monkeypatch):
    rests: list[float] = []
    monkeypatch.setattr("time.sleep", rests.append)
    set_pace(Pace(per_second=5), by=lea)

    send_due(limit=4)

    assert len(rests) == 4
    assert all(0.05 < rest <= 0.2 for rest in rests)


def test_only_who_runs_campaigns_sets_the_pace(campaign, centre):
    with pytest.raises(NotAllowed):
        set_pace(Pace(per_day=5), by=centre.ada.user)


def test_a_pace_says_both_ends_of_the_quiet_hours(campaign, lea):
    with pytest.raises(ValidationError):
        set_pace(Pace(quiet_from=20), by=lea)
    with pytest.raises(IntegrityError), transaction.atomic():
        Pace.objects.create(quiet_from=20, quiet_until=24)


@pytest.mark.parametrize("answer", ["554 5.7.1 Blocked", "550 5.1.1 No such user"])
def test_a_server_that_refuses_everybody_stops_the_campaign_and_marks_nobody(
    campaign, lea, post_office, answer
):
    post_office.answers = dict.fromkeys(CROWD, answer)

    report = send_due()

    campaign.refresh_from_db()
    assert not report.has_line
    assert states() == {"waiting": 24}
    assert campaign.state == "paused"
    assert "refused 5 letters one after the other" in campaign.stopped_because
    assert not Suppression.objects.exists()
    assert Entry.objects.filter(act="outreach.stopped").count() == 1
    post_office.answers.clear()
    resume_campaign(campaign, by=lea)
    assert send_due().handed_over == 24
    campaign.refresh_from_db()
    assert campaign.stopped_because == ""


def test_a_list_of_which_too_many_do_not_exist_stops_the_campaign(
    centre, lea, post_office
):
    people = [f"m{number}@members.example" for number in range(60)]
    campaign = make_invited(centre, people)
    post_office.answers = dict.fromkeys(people[::3], "550 5.1.1 No such user")
    while send_due(limit=1).handed_over or states().get("waiting") == 60:
        continue
    for _round in range(60):
        campaign.refresh_from_db()
        if campaign.state == "paused":
            break
        send_due(limit=1)

    assert "could not be delivered" in campaign.stopped_because
    assert states()["bounced"] == pace.FEWEST_FAILURES
    resume_campaign(campaign, by=lea)
    assert not look_at_failures(campaign.pk)


def test_complaints_stop_the_campaign(campaign):
    send_due()
    some = Delivery.objects.values_list("pk", flat=True)[:2]
    Delivery.objects.filter(pk__in=list(some)).update(state=State.COMPLAINED)

    assert look_at_failures(campaign.pk)
    campaign.refresh_from_db()
    assert "2 people complained" in campaign.stopped_because


def test_what_a_server_refused_can_be_tried_again(campaign, lea, post_office):
    post_office.after_text[CROWD[3]] = "554 5.6.0 Not such a text"
    post_office.answers[CROWD[4]] = "550 5.1.1 No such user"
    send_due()
    assert states() == {"bounced": 1, "handed_over": 22, "refused": 1}
    post_office.after_text.clear()

    assert try_again(campaign, by=lea) == 1

    send_due()
    assert states() == {"bounced": 1, "handed_over": 23}


def test_a_file_of_a_living_process_is_left_alone_and_that_of_another_start_counts_nothing(
    tmp_path, monkeypatch
):
    letter, until = Delivery().pk, timezone.now()
    with in_hand(tmp_path) as hand:
        hand.claimed([letter], until=until)
        with left_behind(tmp_path) as found:
            assert found == []
        [place] = tmp_path.glob("*.letters")
        copy = place.with_name("gone.letters")
        hand.mark(Mark.BEGUN, letter)
        copy.write_bytes(place.read_bytes() + b"taken ")
    with left_behind(tmp_path) as found:
        assert [(one.letter, one.until, one.mark) for one in found] == [
            (letter, until, Mark.BEGUN)
        ]
    assert list(tmp_path.iterdir()) == []
    copy.write_text(f"another start\nclaimed {letter} {until.isoformat()}\n")
    with left_behind(tmp_path) as found:
        assert found == []


def test_the_desk_says_why_a_campaign_stopped_and_tries_again(
    campaign, desk, lea, post_office
):
    post_office.after_text[CROWD[3]] = "554 5.6.0 Not such a text"
    send_due()
    address = reverse("outreach:campaign", args=[campaign.name])
    assert "Try them again" in desk.get(address).content.decode()

    desk.post(reverse("outreach:again", args=[campaign.name]))

    assert states() == {"handed_over": 23, "waiting": 1}
    Delivery.objects.filter(state=State.WAITING).update(
        lease_until=timezone.now() + timedelta(minutes=5)
    )
    stop_campaign(campaign.pk, because="Nobody took them.")
    page = desk.get(address).content.decode()
    assert "It stopped by itself." in page
    assert "Nobody took them." in page
    assert "A mail server asked to wait." in page


def test_the_pace_is_set_at_the_desk(campaign, desk):
    desk.post(reverse("outreach:pace"), {"per_day": "500", "quiet_from": "20"})
    assert not Pace.objects.exists()

    told = {"per_day": "500", "quiet_from": "20", "quiet_until": "8"}
    desk.post(reverse("outreach:pace"), told)

    assert Pace.objects.get().per_day == 500
    assert 'value="500"' in desk.get(reverse("outreach:pace")).content.decode()
