"""The page about mail that arrives: looked up at once, a test letter sent like every other and read back."""

import mailbox
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from fairwitness import worker
from fairwitness.cli import doctor
from fairwitness.ledger.models import Entry
from fairwitness.outreach import sender as sending
from fairwitness.outreach.actions import suppress_address
from fairwitness.outreach.actions.checking import (
    NotOurLetter,
    check_records,
    read_back,
)
from fairwitness.outreach.actions.trying import (
    MOST_A_DAY,
    CannotTry,
    ask_trial,
    send_trials,
    take_trial,
)
from fairwitness.outreach.checked import MailCheck, TrialLetter
from fairwitness.outreach.models import Suppression
from fairwitness.outreach.preflight import house
from fairwitness.outreach.preflight.dns import NoResolver
from fairwitness.outreach.sender import NothingToLookUp
from fairwitness.outreach.tray import ReturnedMail
from fairwitness.refusal import NotAllowed
from fairwitness.rights.actions import apply_retention
from fairwitness.vault.models import KeyPair
from tests.desk import at_desk, text_of
from tests.invited import make_campaign, make_contacts, make_source
from tests.post_office import serve_post_office  # noqa: F401 # a fixture
from tests.test_mail_records import WELL
from tests.test_returned import dsn
from tests.zone import Hanging, Unreachable, Zone, a_good_zone

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

STEPS = ("spf", "dkim", "dmarc", "return", "name")
MINE = "lea@elsewhere.example"


@pytest.fixture
def day(centre):
    """Today, in a centre."""
    return timezone.localdate()


@pytest.fixture
def real(centre, settings):
    """A centre with a domain and a mail server of its own."""
    settings.IS_TRAINING = False
    settings.MAIL_FROM, settings.EMAIL_HOST = "c@harbour.test", "mail.harbour.test"
    settings.DKIM_SELECTOR = "k1"
    return settings


@pytest.fixture
def zone(real, monkeypatch):
    """The DNS that the page asks."""
    found = a_good_zone()
    monkeypatch.setattr(sending, "resolver_of_this_machine", lambda _server: found)
    monkeypatch.setattr(
        "fairwitness.outreach.actions.checking.names_of_now", lambda: found
    )
    return found


def page(user, name="mail", *args) -> str:
    return text_of(at_desk(user).get(reverse(f"outreach:{name}", args=args)))


def trial() -> TrialLetter:
    return TrialLetter.objects.get()


# Records


def test_the_overview_looks_nothing_up_and_says_what_is_set(zone, lea):
    zone.txt = None  # who asks it fails

    text = page(lea)

    assert text.count("not looked at yet") == 6
    assert "mail.harbour.test:587" in text
    assert "b+…@harbour.test" in text
    assert "a mail server of your own" in text
    assert "Check now" in text


def test_one_button_looks_everything_up_and_the_day_is_kept(zone, lea, day):
    del zone.txt["_dmarc.harbour.test"]

    answer = at_desk(lea).post(reverse("outreach:check_mail"), {"step": "dmarc"})

    assert answer.headers["Location"] == reverse("outreach:mail_step", args=["dmarc"])
    kept = dict(MailCheck.objects.values_list("step", "verdict"))
    assert kept == {**dict.fromkeys(STEPS, "stands"), "dmarc": "missing"}
    assert set(MailCheck.objects.values_list("checked_on", flat=True)) == {day}
    text = page(lea, "mail_step", "dmarc")
    assert "FW164" in text
    assert "v=DMARC1; p=quarantine</textarea>" in text
    assert page(lea).count("Looked up on") == 5
    assert Entry.objects.filter(act="outreach.mail_checked").count() == 1


def test_what_was_found_of_another_domain_is_not_shown(zone, real, lea, day):
    check_records(by=lea, on=day)

    zone_of_another = page(lea)
    real.MAIL_FROM = "c@quay.test"

    assert zone_of_another.count("not looked at yet") == 1
    assert page(lea).count("not looked at yet") == 6


@pytest.mark.parametrize("step", STEPS)
def test_each_record_can_be_copied_without_a_script(zone, lea, day, step):
    before = page(lea, "mail_step", step)
    check_records(by=lea, on=day)
    after = page(lea, "mail_step", step)

    for text in (before, after):
        assert "readonly" in text
        assert 'type="button" data-copy=' in text
        assert text.count(" hidden>Copy") == text.count("data-copy=")
    assert "Looked up on" in after


def test_a_provider_names_what_to_include(zone, lea, real):
    real.EMAIL_HOST = "smtp.provider.test"
    there = reverse("outreach:mail_step", args=["spf"])

    bare = page(lea, "mail_step", "spf")
    made = text_of(at_desk(lea).get(there, {"carrier": "_SPF.provider.test"}))
    wrong = text_of(at_desk(lea).get(there, {"carrier": "include:x y"}))

    assert "v=spf1" not in bare
    assert "v=spf1 include:_spf.provider.test -all" in made
    assert "Type the name alone" in wrong
    assert "nothing for you to do" in page(lea, "mail_step", "name")
    assert "your provider shows it" in page(lea, "mail_step", "dkim")


def test_a_record_that_stands_is_changed_and_not_doubled(zone, lea, day):
    zone.txt["harbour.test"] = ("v=spf1 ip4:8.8.8.8 ~all",)
    check_records(by=lea, on=day)

    text = page(lea, "mail_step", "spf")

    assert "v=spf1 ip4:8.8.8.8 a:mail.harbour.test ~all" in text
    assert "takes the place of the record that stands" in text
    assert "FW191" in text


@pytest.mark.parametrize("names", [Zone(), Unreachable()])
def test_a_resolver_that_answers_nothing_breaks_no_page(zone, lea, day, names):
    check_records(by=lea, on=day, names=names)

    for step in STEPS:
        assert "Looked up on" in page(lea, "mail_step", step)
    assert "Looked up on" in page(lea)


def test_a_resolver_that_hangs_holds_the_page_up_for_a_moment(zone, lea, day):
    names = Hanging()

    check_records(by=lea, on=day, names=names, seconds=0.3)
    names.is_over.set()

    assert "no answer came in time" in page(lea, "mail_step", "spf")
    assert MailCheck.objects.get(step="spf").verdict == "unknown"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"IS_TRAINING": True}, "A training centre looks nothing up"),
        ({"EMAIL_HOST": ""}, "Set EMAIL_HOST first"),
        ({"MAIL_FROM": "c@centre.example"}, "nobody owns centre.example"),
        ({"MAIL_FROM": "c@localhost"}, "nobody owns localhost"),
    ],
)
def test_what_cannot_be_looked_up_is_said_kindly(zone, lea, day, real, change, words):
    for name, value in change.items():
        setattr(real, name, value)

    refused = at_desk(lea).post(reverse("outreach:check_mail"))

    assert refused.status_code == 409
    assert words in text_of(refused)
    assert words in page(lea)
    assert "Check now" not in page(lea)
    with pytest.raises(NothingToLookUp):
        check_records(by=lea, on=day)


def test_without_the_library_the_page_says_what_to_install(zone, lea, monkeypatch):
    monkeypatch.setattr(
        sending, "resolver_of_this_machine", lambda _server: NoResolver()
    )

    assert "pip install fairwitness[letters]" in page(lea)
    refused = at_desk(lea).post(reverse("outreach:check_mail"))
    assert refused.status_code == 409


def test_only_those_who_run_campaigns_see_it_and_use_it(zone, ada, day):
    client = at_desk(ada)
    for name in ("mail", "mail_letter", "mail_bring"):
        assert client.get(reverse(f"outreach:{name}")).status_code == 403
    for act in (
        lambda: check_records(by=ada, on=day),
        lambda: ask_trial(MINE, by=ada, on=day),
        lambda: read_back(b"", by=ada, on=day),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_step_that_is_not_there_is_no_page(lea):
    there = reverse("outreach:mail_step", args=["nothing"])

    assert at_desk(lea).get(there).status_code == 404


def test_the_campaign_leads_to_the_record_that_holds_it_back(
    centre, zone, lea, monkeypatch
):
    source = make_source(centre)
    make_contacts(centre, source)
    zone.txt = {}
    make_campaign(centre, source)
    monkeypatch.setattr(house, "the_resolver", lambda: zone)
    text = page(lea, "campaign", "spring")

    assert f'href="{reverse("outreach:mail_step", args=["spf"])}"' in text


def test_the_doctor_says_whether_anybody_looked(zone, lea, day):
    assert "nobody looked" in doctor._mail().what
    check_records(by=lea, on=day)
    assert doctor._mail().level == "ok"
    check_records(by=lea, on=day, names=Zone())
    told = doctor._mail()
    assert (told.level, "spf, dkim, dmarc, return, name" in told.what) == ("look", True)


# A test letter


def test_a_test_letter_leaves_as_every_letter_does(centre, post_office, lea, day):
    at_desk(lea).post(reverse("outreach:mail_letter"), {"address": MINE})
    sealed = bytes(trial().envelope or b"")

    assert worker.work_through(worker.LETTERS) == set()

    [(back, to, content)] = post_office.taken
    letter = message_from_bytes(content)
    assert to == MINE
    assert MINE.encode() not in sealed
    assert back.startswith("b+")
    assert back.endswith("@centre.example")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/leave/" in letter["List-Unsubscribe"]
    assert letter["Subject"] == "A test letter from Harbour Members' Trust"
    assert (trial().state, trial().envelope) == ("left", None)
    assert "has left" in page(lea, "mail_letter")
    assert send_trials(on=day) == 0


@pytest.mark.parametrize(
    ("answer", "state", "reason"),
    [
        ("550 5.1.1 not here", "not_taken", "550 5.1.1"),
        ("450 4.2.0 later", "not_taken", "450 4.2.0"),
    ],
)
def test_a_test_letter_that_is_not_taken_says_why(
    centre, post_office, lea, day, answer, state, reason
):
    post_office.answers[MINE] = answer
    ask_trial(MINE, by=lea, on=day)

    send_trials(on=day)

    assert (trial().state, trial().reason) == (state, reason)
    assert reason in page(lea, "mail_letter")


def test_a_line_that_breaks_leaves_a_test_letter_uncertain(
    centre, post_office, lea, day
):
    post_office.after_text[MINE] = "hang up"
    ask_trial(MINE, by=lea, on=day)

    send_trials(on=day)

    assert trial().state == "uncertain"


def test_a_mail_server_that_is_away_is_named(centre, settings, lea, day):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    ask_trial(MINE, by=lea, on=day)

    send_trials(on=day)

    assert "did not answer" in trial().reason


@pytest.mark.parametrize("typed", ["nobody", "a@b@c", "a b@c.example"])
def test_what_is_no_address_gets_no_test_letter(centre, lea, typed):
    answer = at_desk(lea).post(reverse("outreach:mail_letter"), {"address": typed})

    text = text_of(answer)
    assert "No letter can be sent to this address." in text
    assert "<title>Error:" in text
    assert not TrialLetter.objects.exists()


def test_who_left_gets_no_test_letter_either(centre, lea, day):
    suppress_address(MINE, reason=Suppression.Reason.LEFT, by=lea, on=day)

    with pytest.raises(CannotTry, match="never to be written to"):
        ask_trial(MINE, by=lea, on=day)


def test_test_letters_are_no_way_to_write_to_many(centre, lea, day):
    for number in range(MOST_A_DAY):
        ask_trial(f"l{number}@elsewhere.example", by=lea, on=day)

    with pytest.raises(CannotTry, match="tomorrow"):
        ask_trial(MINE, by=lea, on=day)
    ask_trial(MINE, by=lea, on=day + timedelta(days=1))


def test_without_a_mailbox_nothing_is_sent_to_ourselves(centre, lea, day):
    with pytest.raises(CannotTry, match="FAIRWITNESS_RETURNS"):
        ask_trial("", by=lea, on=day)
    refused = at_desk(lea).post(reverse("outreach:mail_to_ourselves"))
    assert refused.status_code == 409


def test_no_test_letter_is_asked_for_without_the_mailers_key(centre, lea, day):
    KeyPair.objects.filter(purpose=KeyPair.Purpose.MAILER).update(signatures=[])

    answer = at_desk(lea).post(reverse("outreach:mail_letter"), {"address": MINE})

    assert "key" in text_of(answer)
    assert not TrialLetter.objects.exists()


def test_a_letter_to_ourselves_makes_the_round_by_itself(
    centre, post_office, settings, tmp_path, lea
):
    settings.RETURNS_MAILDIR = str(tmp_path / "returned")
    box = mailbox.Maildir(settings.RETURNS_MAILDIR)
    at_desk(lea).post(reverse("outreach:mail_to_ourselves"))
    worker.work_through(worker.LETTERS)
    [(back, to, content)] = post_office.taken
    assert back == to

    box.add(f"Return-Path: <{back}>\r\n".encode() + content)
    box.add(b"Subject: a\r\n\r\nHelp.\r\n")
    [job] = [one for one in worker.JOBS if one.name == "returned"]
    worker.work_through((job,))

    assert trial().state == "came_back"
    assert not list(mailbox.Maildir(settings.RETURNS_MAILDIR))
    assert ReturnedMail.objects.get().letter is None
    told = MailCheck.objects.get(step="back")
    assert [one["code"] for one in told.findings] == ["FW195", "FW120", "FW196"]
    text = page(lea, "mail_letter")
    assert "came back, and was read" in text
    assert "The letter is not signed" in text or "without a signature" in text


def test_a_report_about_a_test_letter_is_about_nobody(centre, post_office, lea, day):
    ask_trial(MINE, by=lea, on=day)
    send_trials(on=day)
    [(back, _to, _content)] = post_office.taken

    assert take_trial(dsn(back, "5.1.1"), on=day)

    assert (trial().state, trial().reason) == ("not_there", "5.1.1")
    assert not Suppression.objects.exists()


def test_what_only_names_a_test_letter_is_left_for_people(
    centre, post_office, lea, day
):
    ask_trial(MINE, by=lea, on=day)
    assert not take_trial(b"To: nobody\r\n\r\n", on=day)
    send_trials(on=day)
    [(back, _to, _content)] = post_office.taken
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = MINE, back, "Who is this?"
    mail.set_content("I did not expect it.")

    assert not take_trial(mail.as_bytes(), on=day)
    assert not take_trial(f"To: {back}\r\n".encode() + b"--x\r\n" * 3_000, on=day)
    assert trial().state == "left"


def test_a_letter_that_is_brought_back_is_read_and_not_kept(zone, lea):
    client, there = at_desk(lea), reverse("outreach:mail_bring")
    file = SimpleUploadedFile("mail.eml", WELL.encode())

    answer = client.post(there, {"file": file})

    assert answer.headers["Location"] == reverse("outreach:mail_letter")
    text = page(lea, "mail_letter")
    assert "DMARC passed" in text
    assert "elsewhere.test" not in text
    spoiled = WELL.replace("spf=pass", "spf=fail")
    client.post(there, {"source": f"\n{spoiled}"})
    text = page(lea, "mail_letter")
    assert "The receiver found SPF: fail." in text
    assert "to be mended" in page(lea)
    assert "somebody@" not in str(MailCheck.objects.values())


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "Choose a file, or copy the source below."),
        ({"source": "   "}, "Choose a file, or copy the source below."),
        ({"source": "hello"}, "cannot be read as a letter"),
        ({"source": WELL.replace("@harbour.test>\nTo", "@quay.test>\nTo")}, "quay.test"),
        ({"source": "x" * 400_001}, "400000"),
    ],
)  # fmt: skip
def test_what_is_not_our_letter_is_sent_back(zone, lea, sent, words):
    answer = at_desk(lea).post(reverse("outreach:mail_bring"), sent)

    text = text_of(answer)
    assert words in text
    assert "<title>Error:" in text
    assert not MailCheck.objects.exists()


def test_a_letter_of_somebody_else_is_refused(zone, lea, day):
    with pytest.raises(NotOurLetter):
        read_back(b"Subject: a\r\n\r\nb", by=lea, on=day)


def test_test_letters_are_forgotten_after_a_week(centre, lea, day):
    ask_trial(MINE, by=lea, on=day)

    apply_retention(day + timedelta(days=6))
    assert TrialLetter.objects.exists()
    apply_retention(day + timedelta(days=9))

    assert not TrialLetter.objects.exists()
