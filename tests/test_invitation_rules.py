"""The rules for letters, word for word: INV-1 to INV-3, INV-7 to INV-10, SUR-2, each by the test that it names."""

import base64
import re
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings as house
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fairwitness.outreach.actions import (
    forget_empty_batches,
    import_contacts,
    launch_wave,
    spend_link,
    take_upload,
    work_on_upload,
)
from fairwitness.outreach.actions.trying import ask_trial, send_trials
from fairwitness.outreach.addresses import read_address
from fairwitness.outreach.answering import answer_wishes
from fairwitness.outreach.matching import match_of
from fairwitness.outreach.models import (
    Batch,
    Contact,
    Delivery,
    Invitation,
    Source,
    Suppression,
    Wave,
)
from fairwitness.outreach.sending import send_due
from fairwitness.rights.actions import apply_retention
from fairwitness.staff.roles import Role
from tests.desk import colleague, staff_of
from tests.invited import (
    PEOPLE,
    letters,
    make_campaign,
    make_contacts,
    make_invited,
    make_source,
    path_in,
    press,
    words_of,
)

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

DAY = timezone.localdate()
CANARY = "quiet.canary@members.example"
URL = re.compile(r"[a-z+]+://[^\s\"'<>]+")
REMOTE = re.compile(r"<(?:img|link|script|iframe|video|audio|source|object)\b|url\(")


@pytest.fixture
def campaign(centre, settings, tmp_path):
    settings.OUTBOX = tmp_path / "outbox"
    campaign = make_invited(centre, [CANARY, *PEOPLE])
    send_due()
    return campaign


def letter_to(address):
    return next(one for one in letters() if str(one["To"]) == address)


def everything_stored():
    """Each value of each table, as the database gives it to whoever has a copy."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 # our own tables
            for row in cursor.fetchall():
                for value in row:
                    yield (
                        bytes(value)
                        if isinstance(value, bytes | memoryview)
                        else str(value).encode()
                    )


def test_no_address_lies_in_the_database_without_its_source(campaign):
    """INV-1: an address with an empty source is refused by the database itself."""
    statement = (
        "INSERT INTO outreach_contact (id, source_id, batch_id, match, address, language)"
        " VALUES (%s, NULL, %s, %s, %s, 'en')"
    )
    batch = Batch.objects.values_list("pk", flat=True)[0]
    ids = [uuid.uuid4().hex, batch.hex]  # both engines read an id so

    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [*ids, b"m" * 32, b"sealed"])


def test_every_letter_holds_the_sentence_of_its_own_source(centre, campaign, lea):
    """INV-2: invitation and reminder; whose address came twice reads both."""
    guests = "We have your address because you wrote it into our book of guests."
    arabic = "لدينا عنوانك لأنك كتبته في سجل الزوار."
    told = {"sentence": guests, "sentences": {"ar": arabic}}
    other = make_source(centre, code="guests", **told)
    make_contacts(centre, other, [PEOPLE[0], "guest@members.example"])
    launch_wave(campaign, number=2, by=lea)
    launch_wave(make_campaign(centre, other, name="summer"), number=1, by=lea)
    send_due()

    both, own = [], campaign.source.sentence
    for letter in letters():
        words = words_of(letter)
        assert own in words or guests in words
        if own in words and guests in words:
            both.append(str(letter["To"]))

    assert set(both) == {PEOPLE[0]}
    assert own not in words_of(letter_to("guest@members.example"))


def test_who_hears_nothing_for_29_days_is_gone_and_who_left_stays_away(centre, lea):
    """INV-3"""
    source = make_source(centre)
    make_contacts(centre, source)
    left = bytes(Contact.objects.values_list("match", flat=True)[0])
    Suppression.objects.create(match=left, reason="left", since_on=DAY)

    apply_retention(DAY + timedelta(days=29))
    forget_empty_batches()

    assert not Contact.objects.exists()
    assert not Batch.objects.exists()
    assert Suppression.objects.filter(match=left).exists()


@pytest.mark.parametrize(
    "typed",
    [CANARY.upper(), f" {CANARY} ", "\uff51uiet.canary@members.example"],
)
def test_who_left_and_was_erased_is_not_written_to_when_a_list_brings_them(
    campaign, typed, lea
):
    """INV-7: nor does their address lie anywhere, in any of the forms in which text lies."""
    Client().post(path_in(letter_to(CANARY), "leave"))
    Contact.objects.all().delete()

    again = import_contacts(
        f"email\n{typed}\n".encode(), source=Source.objects.get(), by=lea
    )

    assert (again.added, again.suppressed) == (0, 1)
    plain = CANARY.encode()
    forms = {plain, base64.b64encode(plain)[:24], plain.hex().encode()}
    forms |= {CANARY.encode("utf-16-le"), CANARY.encode("utf-16-be"), b"quiet.canary"}
    for value in everything_stored():
        assert not any(form in value for form in forms)


def test_no_mail_of_ours_fetches_anything_or_leads_elsewhere(centre, campaign, lea):
    """INV-8: letters, reminders, the copy, the question, the test letter, in each language."""
    make_contacts(centre, make_source(centre, code="ar"), ["one@members.example"], "ar")
    arabic = make_campaign(centre, Source.objects.get(code="ar"), name="arabic")
    launch_wave(arabic, number=1, by=lea)
    launch_wave(campaign, number=2, by=lea)
    for act in ("copy", "erase"):
        Client().post(path_in(letter_to(CANARY), "mine"), {"act": act})
    ask_trial("trial@elsewhere.example", by=lea, on=DAY)
    send_due()
    answer_wishes()
    send_trials(on=DAY)

    host = urlsplit(house.BASE_URL).netloc
    mails = letters()
    assert len(mails) == 6 + 6 + 1 + 2 + 1
    for mail in mails:
        for part in mail.walk():
            if part.is_multipart():
                continue
            text = str(part.get_content())
            assert part.get_content_type() in {"text/plain", "text/html"}
            assert not REMOTE.search(text)
            assert {urlsplit(url).netloc for url in URL.findall(text)} <= {host}


def pages_from(client, start, most=150):
    """Every page that somebody at the desk comes to by following links, and what it says."""
    waiting, met = [start], set[str]()
    while waiting and len(met) < most:
        address = waiting.pop()
        if address in met:
            continue
        met.add(address)
        page = client.get(address, follow=True)
        content = b"".join(page) if page.streaming else page.content
        yield address, page, content.decode("utf-8", "replace")
        if "html" in page.headers.get("Content-Type", ""):
            found = re.findall(r'href="(/[^"#]*)', page.text)
            waiting += [one.replace("&amp;", "&") for one in found]


@pytest.mark.parametrize("role", Role)
def test_nobody_at_the_desk_comes_to_an_address(centre, campaign, role):
    """INV-9: by any link, with an unlocked key; downloads, headers and redirects included."""
    bad = f"email,name\n{CANARY},Quiet\nnobody,Rowan\nsecond-{CANARY},Q\n".encode()
    lea = staff_of(centre).lea
    brought = take_upload(bad, source=campaign.source, by=lea.user, on=DAY)
    work_on_upload(on=DAY)
    who = lea if role is Role.COORDINATOR else colleague("Kit", role, by=lea.user)

    seen = set()
    for address, page, text in pages_from(who.browser(), reverse("staff:account")):
        seen.add(address)
        told = f"{address} {dict(page.headers)} {text}"
        assert "quiet.canary" not in told, address
        assert "member1@" not in told, address

    if role is Role.COORDINATOR:
        assert reverse("outreach:campaign", args=[campaign.name]) in seen
        assert reverse("outreach:refused_rows", args=[brought.pk]) in seen
        assert reverse("outreach:asked") in seen


def test_the_database_refuses_a_fourth_letter(campaign):
    """INV-10: a fourth wave, and a second letter of the same one."""
    one = Delivery.objects.first()

    for row in (
        Wave(campaign=campaign, number=4, launched_on=DAY),
        Wave(campaign=campaign, number=1, launched_on=DAY),
        Delivery(wave=one.wave, invitation=one.invitation),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


def test_a_forwarded_link_shows_nothing_before_and_after_it_was_used(campaign):
    """SUR-2: no name, nothing of an address, no answer; the second press is answered kindly."""
    address = path_in(letter_to(CANARY))
    before = Client().get(address).text
    spend_link(
        Invitation.objects.get(
            contact=Contact.objects.get(match=match_of(read_address(CANARY)))
        ).pk
    )

    after = Client().get(address)
    again = press(Client(), address)

    assert "made for one person" in before
    assert (after.status_code, again.status_code) == (200, 200)
    assert "That was not me" in after.text
    assert "That was not me" in again.text
    for page in (before, after.text, again.text):
        assert "canary" not in page
