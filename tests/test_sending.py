"""Letters: handed over once, each in exactly one state, whatever breaks in between."""

import os
import re
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from email.utils import parseaddr
from html.parser import HTMLParser
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as house
from django.db import connection
from django.utils import timezone

from fairwitness import mail
from fairwitness.governance.models import Controller
from fairwitness.ledger.models import Entry
from fairwitness.outreach.actions import (
    launch_wave,
    pause_campaign,
    resume_campaign,
    spend_link,
)
from fairwitness.outreach.keys import ALPHABET, LENGTH, hash_of, new_key
from fairwitness.outreach.matching import match_key
from fairwitness.outreach.models import (
    Campaign,
    Contact,
    Delivery,
    Invitation,
    Source,
    Suppression,
)
from fairwitness.outreach.recipients import totals
from fairwitness.outreach.returns import MARK_LENGTH, keys_in, return_key
from fairwitness.outreach.sending import (
    AT_ONCE,
    LEASE,
    RegistrationEnded,
    SendReport,
    send_due,
)
from fairwitness.refusal import NotOpen
from fairwitness.vault.models import KeyPair
from tests.invited import (
    PEOPLE,
    key_in,
    letters,
    make_campaign,
    make_contacts,
    make_invited,
    make_source,
    path_in,
    read,
    words_of,
)
from tests.post_office import serve_post_office  # noqa: F401 # a fixture

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

State = Delivery.State


@pytest.fixture
def campaign(centre):
    return make_invited(centre)


def states(campaign):
    """How many letters of the first wave are in which state; nothing is left out or doubled."""
    told = totals(campaign)
    assert told.adds_up
    return {
        name: number
        for name, number in vars(told).items()
        if number and name != "invited"
    }


# Handing over.


def test_every_letter_goes_over_one_line_to_a_real_server(campaign, post_office):
    report = send_due()

    assert report == SendReport(handed_over=5)
    assert sorted(to for _sender, to, _text in post_office.taken) == PEOPLE
    assert post_office.lines == 1
    assert states(campaign) == {"handed_over": 5}


def test_a_second_round_sends_nothing(campaign, post_office):
    send_due()

    assert send_due() == SendReport()
    assert len(post_office.taken) == 5


def test_lines_end_as_mail_servers_want_them(campaign, post_office):
    send_due()

    for _sender, _to, text in post_office.taken:
        assert b"\n" not in text.replace(b"\r\n", b"")
        assert max(map(len, text.split(b"\r\n"))) <= 998


def test_without_a_server_letters_land_whole_in_a_folder(campaign):
    send_due()

    outbox = Path(house.OUTBOX)
    assert len(letters()) == 5
    assert all(path.suffix == ".eml" for path in outbox.iterdir())
    assert {path.stat().st_mode & 0o777 for path in outbox.iterdir()} == {0o600}
    assert outbox.stat().st_mode & 0o777 == 0o700


def test_no_more_letters_leave_than_asked(campaign):
    assert send_due(limit=2).handed_over == 2
    assert states(campaign) == {"handed_over": 2, "waiting": 3}


def test_whoever_was_written_to_has_been_told_on_that_day(campaign):
    send_due()

    assert set(Contact.objects.values_list("told_on", flat=True)) == {
        timezone.localdate()
    }


def test_the_ledger_knows_the_number_of_the_day_only(campaign):
    send_due()

    entry = Entry.objects.get(act="outreach.handed_over")
    assert (entry.subject, entry.count) == ("day", 5)


# What a letter says.


@pytest.fixture
def letter(campaign):
    send_due(limit=1)
    return letters()[0]


def test_its_headers_say_who_writes_and_how_to_leave(letter):
    assert letter["From"].addresses[0].display_name == "Harbour Members' Trust"
    assert letter["From"].addresses[0].addr_spec == "centre@centre.example"
    assert letter["Reply-To"] == "centre@harbour.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["List-Unsubscribe"] == f"<{house.BASE_URL}{path_in(letter, 'leave')}>"
    assert letter["Message-ID"].endswith("@centre.example>")
    assert letter["Precedence"] is None
    assert letter["Date"].datetime.time().isoformat() == "00:00:00"


def test_it_comes_back_to_an_address_that_nobody_can_make_up(letter):
    _name, path = parseaddr(letter["Return-Path"])
    local, _at, domain = path.partition("@")

    assert domain == "centre.example"
    assert local.startswith("b+")
    assert len(local.removeprefix("b+")) == LENGTH + MARK_LENGTH
    assert set(local.removeprefix("b+")) <= set(ALPHABET)
    [key] = keys_in(path, by=return_key(match_key()))
    assert Delivery.objects.filter(bounce_hash=hash_of(key)).exists()


def test_it_says_where_the_address_came_from_and_who_answers_for_it(letter):
    words = words_of(letter)

    assert "because you gave it when you joined the Trust" in words
    assert "Harbour Members' Trust" in words
    assert "ZA000000" in words
    assert "1 Quay Street" in words
    assert words.startswith("Training centre. Nothing here is real.")
    assert "{" not in words


class Seen(HTMLParser):
    """What a mail program would fetch or follow."""

    def __init__(self):
        super().__init__()
        self.tags, self.links, self.texts = set(), [], []
        self.within = ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.within = tag
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        if self.within not in {"style", "title"}:
            self.texts.append(data)


def test_its_html_says_the_same_and_fetches_nothing(letter):
    seen = Seen()
    seen.feed(letter.get_body(("html",)).get_content())

    assert seen.tags == {
        "html", "head", "meta", "title", "style", "body", "div", "bdi", "p", "br", "a",
    }  # fmt: skip
    assert all(link.startswith(f"{house.BASE_URL}/") for link in seen.links)
    # A line of the text that ends in an address is one link in the HTML.
    labels = re.sub(
        rf": {re.escape(house.BASE_URL)}/\S*$", "", words_of(letter), flags=re.M
    )
    assert "".join(" ".join(seen.texts).split()) == "".join(labels.split())
    assert seen.links == re.findall(
        rf"{re.escape(house.BASE_URL)}/\S*", words_of(letter)
    )
    assert not list(letter.iter_attachments())


def test_each_letter_is_in_the_language_of_whoever_gets_it(centre):
    source = make_source(centre)
    make_contacts(centre, source, ["a@members.example"], language="ar")
    launch_wave(make_campaign(centre, source), number=1, by=centre.lea.user)
    send_due()

    [letter] = letters()
    assert letter["Content-Language"] == "ar"
    assert 'dir="rtl"' in letter.get_body(("html",)).get_content()
    assert "لدينا عنوانك" in words_of(letter)


def test_a_deadline_stands_in_the_letter_with_its_reason(centre):
    make_invited(
        centre,
        closes_on=timezone.localdate() + timedelta(days=30),
        deadline_reason="the autumn meeting needs the figures.",
    )
    send_due(limit=1)

    assert "The reason: the autumn meeting needs the figures." in words_of(letters()[0])


def test_a_name_stands_in_the_letter_to_that_person_alone(centre, lea):
    from fairwitness.outreach.actions import import_contacts

    source = make_source(centre)
    content = 'email,name\nann@members.example,"Böhm, Ann"\n'.encode()
    import_contacts(content, source=source, by=lea)
    launch_wave(make_campaign(centre, source), number=1, by=lea)
    send_due()

    [letter] = letters()
    assert letter["To"].addresses[0].display_name == "Böhm, Ann"
    assert letter["To"].addresses[0].addr_spec == "ann@members.example"


def test_an_address_beyond_ascii_is_written_to(centre, post_office):
    make_invited(centre, people=["jürgen@members.example"])

    assert send_due().handed_over == 1
    assert post_office.taken[0][1] == "jürgen@members.example"
    assert "jürgen" in read(post_office.taken[0][2])["To"]


# The keys.


def test_the_three_keys_are_random_and_kept_as_hashes_only(campaign):
    send_due()

    opens = {key_in(letter) for letter in letters()}
    leaves = {key_in(letter, "leave") for letter in letters()}
    assert len(opens | leaves) == 10
    row = Delivery.objects.order_by("pk").first()
    kept = (row.open_hash, row.leave_hash, row.bounce_hash)
    hashes = {bytes(one or b"") for one in kept}
    assert len(hashes) == 3
    assert {len(one) for one in hashes} == {32}


def test_a_key_is_known_however_it_is_typed():
    key = new_key()

    assert len(key) * 5 >= 128
    assert hash_of(f" {key.upper()} ") == hash_of(key)
    assert hash_of(key.replace("0", "O").replace("1", "I")) == hash_of(key)


# What is looked at again.


def test_whoever_left_meanwhile_is_not_written_to(campaign):
    contact = Contact.objects.order_by("pk").first()
    Suppression.objects.create(
        match=contact.match, reason="left", since_on=timezone.localdate()
    )

    send_due()

    assert states(campaign) == {"handed_over": 4, "suppressed": 1}


def test_whoever_was_erased_meanwhile_is_not_written_to(campaign):
    Contact.objects.order_by("pk").first().delete()

    send_due()

    assert states(campaign) == {"handed_over": 4, "refused": 1}


def test_nothing_leaves_after_the_deadline(centre):
    campaign = make_invited(
        centre, closes_on=timezone.localdate(), deadline_reason="the meeting is then."
    )
    Campaign.objects.update(closes_on=timezone.localdate() - timedelta(days=1))

    send_due()

    assert states(campaign) == {"refused": 5}


def test_nothing_leaves_by_a_route_that_is_not_shown_any_more(campaign):
    Source.objects.update(basis_evidence={})

    send_due()

    assert states(campaign) == {"refused": 5}
    assert set(Delivery.objects.values_list("reason", flat=True)) == {"route"}


def test_nothing_leaves_after_the_registration_has_ended(campaign):
    Controller.objects.update(
        registration_ends_on=timezone.localdate() - timedelta(days=1)
    )

    with pytest.raises(RegistrationEnded):
        send_due()

    assert states(campaign) == {"waiting": 5}


def test_nothing_leaves_while_the_centre_is_not_open(campaign):
    KeyPair.objects.filter(purpose="triage").update(signatures=[])

    with pytest.raises(NotOpen):
        send_due()


def test_a_paused_campaign_waits_and_goes_on(campaign, lea):
    pause_campaign(campaign, by=lea)
    assert send_due() == SendReport()

    resume_campaign(campaign, by=lea)
    assert send_due().handed_over == 5


def test_without_the_mailers_own_key_nothing_is_touched(campaign, settings):
    (settings.SECRETS / "mailer.key").unlink()

    with pytest.raises(NotOpen, match="not on this machine"):
        send_due()

    assert states(campaign) == {"waiting": 5}


def test_a_letter_that_was_swapped_in_the_database_is_refused(campaign):
    one, other = Contact.objects.order_by("pk")[:2]
    Contact.objects.filter(pk=one.pk).update(address=other.address)

    send_due()

    assert states(campaign) == {"handed_over": 4, "refused": 1}


# Reminders.


def test_only_those_are_reminded_whose_link_nobody_spent(campaign, lea):
    send_due()
    spend_link(Invitation.objects.order_by("pk").first().pk)
    launch_wave(campaign, number=2, by=lea)

    send_due()

    assert len(letters()) == 9
    assert sum("still open" in letter["Subject"] for letter in letters()) == 4


def test_whoever_answers_before_the_reminder_leaves_gets_none(campaign, lea):
    send_due()
    launch_wave(campaign, number=2, by=lea)
    spend_link(Invitation.objects.order_by("pk").first().pk)

    send_due()

    assert totals(campaign, wave=2).refused == 1
    assert len(letters()) == 9


def test_a_reminder_opens_the_same_invitation(campaign, lea, client):
    send_due()
    launch_wave(campaign, number=2, by=lea)
    send_due()
    [first, second] = [
        letter for letter in letters() if letter["To"] == "member1@members.example"
    ]

    spend_link(_invitation_of(first))

    assert _invitation_of(first) == _invitation_of(second)


def _invitation_of(letter):
    return Delivery.objects.get(open_hash=hash_of(key_in(letter))).invitation_id


# When something breaks.


def test_a_full_mailbox_is_tried_again_later(campaign, post_office):
    post_office.answers["member2@members.example"] = "452 4.2.2 Mailbox full"

    assert send_due() == SendReport(handed_over=4, later=1)
    assert states(campaign) == {"handed_over": 4, "waiting": 1}
    assert send_due() == SendReport()

    del post_office.answers["member2@members.example"]
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert send_due().handed_over == 1


def test_it_is_not_tried_for_ever(campaign, post_office):
    post_office.answers = dict.fromkeys(PEOPLE, "451 4.7.1 Try again later")
    moment = timezone.now()
    for _round in range(9):
        with time_machine.travel(moment):
            send_due()
        moment += timedelta(days=2)

    assert states(campaign) == {"refused": 5}


def test_an_address_that_does_not_exist_is_never_written_to_again(
    campaign, post_office
):
    post_office.answers["member2@members.example"] = (
        "550 5.1.1 <member2@members.example> no such user"
    )

    send_due()

    assert states(campaign) == {"handed_over": 4, "bounced": 1}
    assert Suppression.objects.get().reason == "bounced"
    assert Delivery.objects.get(state=State.BOUNCED).reason == "550 5.1.1"


def test_a_letter_that_a_server_does_not_like_says_nothing_about_the_address(
    campaign, post_office
):
    post_office.answers["member2@members.example"] = "550 5.7.1 Not from you"
    post_office.after_text["member3@members.example"] = "554 5.6.0 Not such a text"

    send_due()

    assert states(campaign) == {"handed_over": 3, "refused": 2}
    assert not Suppression.objects.exists()


def test_a_server_that_does_not_know_us_leaves_everything_waiting(
    campaign, post_office
):
    post_office.to_sender = "550 5.7.1 You may not send"

    assert send_due() == SendReport()
    assert states(campaign) == {"waiting": 5}


def test_no_server_leaves_everything_waiting(campaign, settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    assert send_due() == SendReport()
    assert states(campaign) == {"waiting": 5}


def test_a_line_that_breaks_before_the_text_loses_nothing(campaign, post_office):
    post_office.answers["member2@members.example"] = "421 4.3.2 Going down"

    report = send_due()

    assert report.uncertain == 0
    assert states(campaign).get("waiting", 0) + report.handed_over == 5


def test_a_line_that_breaks_after_the_text_leaves_one_letter_uncertain(
    campaign, post_office
):
    post_office.after_text["member2@members.example"] = "hang up"
    while send_due().handed_over:
        continue

    assert states(campaign)["uncertain"] == 1
    post_office.after_text.clear()
    send_due()
    assert states(campaign) == {"handed_over": 4, "uncertain": 1}
    assert "member2@members.example" not in {
        to for _from, to, _text in post_office.taken
    }


def test_what_a_dead_process_had_claimed_is_uncertain_and_stays_so(campaign):
    some = Delivery.objects.order_by("pk").values("pk")[:2]
    Delivery.objects.filter(pk__in=list(some.values_list("pk", flat=True))).update(
        state=State.CLAIMED, lease_until=timezone.now() + LEASE
    )

    assert send_due() == SendReport(handed_over=3)
    with time_machine.travel(timezone.now() + LEASE + timedelta(seconds=1)):
        assert send_due() == SendReport(uncertain=2)
        assert send_due() == SendReport()

    assert states(campaign) == {"handed_over": 3, "uncertain": 2}


def test_a_fault_of_ours_leaves_one_letter_in_doubt_and_writes_down_the_rest(
    campaign, monkeypatch
):
    whole, seen = mail.Folder.hand_over, []

    def fail_at_the_third(self, letter, **to):
        seen.append(letter)
        if len(seen) == 3:
            raise RuntimeError
        whole(self, letter, **to)

    monkeypatch.setattr(mail.Folder, "hand_over", fail_at_the_third)

    with pytest.raises(RuntimeError):
        send_due()

    assert states(campaign) == {"handed_over": 2, "claimed": 1, "waiting": 2}


WORKER = """
import os
import django
django.setup()
from django.conf import settings
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ["PORT"])
settings.EMAIL_USE_TLS = False
from fairwitness.outreach.sending import send_due
send_due()
"""


@pytest.mark.django_db(transaction=True, databases=["default", "keystore"])
def test_a_worker_that_is_killed_writes_to_nobody_twice_and_loses_nobody(
    centre, post_office, settings
):
    campaign = make_invited(
        centre, people=[f"m{number}@members.example" for number in range(14)]
    )
    post_office.holds = threading.Event()
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env={**os.environ, **_same_databases(settings), "PORT": str(post_office.port)},
    )
    assert post_office.has_text.wait(60)

    worker.send_signal(signal.SIGKILL)
    worker.wait(30)
    post_office.holds.set()

    assert states(campaign) == {"claimed": AT_ONCE, "waiting": 14 - AT_ONCE}
    assert send_due() == SendReport(handed_over=13, uncertain=1)
    assert states(campaign) == {"handed_over": 13, "uncertain": 1}
    addresses = [to for _sender, to, _text in post_office.taken]
    assert len(addresses) == len(set(addresses))


def _same_databases(settings):
    """The environment of a second process on the databases of this test."""
    from django.db import connections

    def address(alias):
        told = connections[alias].settings_dict
        if connections[alias].vendor == "sqlite":
            return f"sqlite:///{told['NAME']}"
        host = told["HOST"] or told.get("OPTIONS", {}).get("host", "")
        return f"postgresql://{told['USER']}@/{told['NAME']}?host={host}"

    return {
        "DATABASE_URL": address("default"),
        "KEYSTORE_URL": address("keystore"),
        "FAIRWITNESS_SECRETS": str(settings.SECRETS),
        "DJANGO_SETTINGS_MODULE": "fairwitness.settings",
    }


def test_a_printed_carrier_of_keys_shows_none():
    from fairwitness.outreach.letters import Keys

    keys = Keys.new()

    assert keys.open not in repr(keys)


def test_a_status_never_holds_the_words_of_a_server():
    assert mail._status(550, b"5.1.1 <ann@members.example> unknown") == "550 5.1.1"
    assert mail._status(550, "ann@members.example unknown") == "550"
    assert connection.vendor in {"sqlite", "postgresql"}
