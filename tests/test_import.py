"""A list comes in whole: it goes on after a crash, nobody stands twice, whoever left stays away."""

import csv
import io
import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from email_validator import EmailNotValidError, validate_email
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairwitness.ledger.models import Entry
from fairwitness.outreach.actions import (
    Overtaken,
    arrival,
    forget_address,
    forget_empty_batches,
    import_contacts,
    laying_down,
    open_refused,
    suppress_address,
    take_upload,
    uploads,
    work_on_upload,
)
from fairwitness.outreach.addresses import Matcher, NotAnAddress, read_address
from fairwitness.outreach.arriving import Import, RefusedRow, RefusedSheet, Upload
from fairwitness.outreach.models import Batch, Contact, Suppression
from fairwitness.outreach.provenance import provenance_of, sources_of
from fairwitness.outreach.recipients import may_be_written_to
from fairwitness.outreach.rows import REASONS, told
from fairwitness.outreach.sealing import BatchKey
from fairwitness.outreach.sheets import NotAContactList
from fairwitness.refusal import NotAllowed
from fairwitness.rights.actions import apply_retention
from fairwitness.staff.models import RoleHeld
from fairwitness.staff.roles import Role
from fairwitness.vault.envelope import Context, Encloser, disclose
from tests.desk import staff_of
from tests.invited import make_campaign, make_source

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

DAY = timezone.localdate()


@pytest.fixture
def source(centre):
    return make_source(centre)


@pytest.fixture
def few_at_once(monkeypatch):
    monkeypatch.setattr(arrival, "STRETCH", 10)
    monkeypatch.setattr(arrival, "BATCH_SIZE", 4)


def a_list(count):
    rows = "".join(f"member{number}@members.example,\n" for number in range(count))
    return f"email,name\n{rows}".encode()


class Killed(Exception):
    """The process is gone."""


def killed_after(number):
    """A progress bar under which the process dies."""
    times = itertools.count(1)

    def progress(_rows):
        if next(times) == number:
            raise Killed

    return progress


# After a crash.


@pytest.mark.parametrize("blow", [1, 2, 3])
def test_a_killed_import_goes_on_where_it_stopped(source, lea, few_at_once, blow):
    content = a_list(35) + b"nobody,\nmember1@members.example,\n"
    with pytest.raises(Killed):
        import_contacts(content, source=source, by=lea, progress=killed_after(blow))
    first: list[int] = []

    report = import_contacts(content, source=source, by=lea, progress=first.append)

    assert first[0] == 10 * blow + 1  # rows of the file, its heading among them
    assert (report.added, report.unchanged, report.refused_count) == (35, 0, 2)
    assert Contact.objects.count() == 35
    assert Import.objects.get().state == Import.State.DONE


@pytest.mark.one_engine  # PostgreSQL makes nobody wait: a stretch is one part there
@pytest.mark.parametrize("blow", range(1, 11))
def test_a_killed_import_goes_on_in_the_middle_of_a_stretch(
    source, lea, few_at_once, monkeypatch, blow
):
    monkeypatch.setattr(arrival, "FIRST", 4)
    monkeypatch.setattr(arrival, "HELD", 0)
    content = a_list(25) + b"nobody,\n" + a_list(8).split(b"\n", 1)[1]
    with pytest.raises(Killed):
        import_contacts(content, source=source, by=lea, progress=killed_after(blow))
    told: list[int] = []

    report = import_contacts(content, source=source, by=lea, progress=told.append)

    assert (report.added, report.unchanged, report.refused_count) == (25, 0, 9)
    assert len({refusal.row for refusal in report.refused}) == 9
    assert sum(told) in {34, 35}  # every row of the file, perhaps its heading too
    ours = Import.objects.get()
    assert (ours.stretch_ends, ours.laid_to) == (None, None)


def test_what_was_under_way_when_it_was_killed_is_not_half_in(
    source, lea, few_at_once, monkeypatch
):
    content = a_list(25)

    def dies(_self, _look):
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(arrival.Arrival, "_also_from", dies)
        with pytest.raises(Killed):
            import_contacts(content, source=source, by=lea)

    assert (Contact.objects.count(), Batch.objects.count()) == (0, 0)
    assert import_contacts(content, source=source, by=lea).added == 25


def test_a_file_that_is_through_is_another_import_when_it_comes_again(source, lea):
    for expected in ((3, 0), (0, 3)):
        report = import_contacts(a_list(3), source=source, by=lea)
        assert (report.added, report.unchanged) == expected

    assert Import.objects.count() == 2


def test_two_who_import_the_same_file_at_once_do_not_count_twice(
    source, lea, few_at_once
):
    content = a_list(25)

    def meanwhile(rows):
        Import.objects.update(rows_done=arrival.STRETCH * 2)

    with pytest.raises(Overtaken):
        import_contacts(content, source=source, by=lea, progress=meanwhile)


def test_who_is_brought_by_another_import_meanwhile_is_looked_up_again(
    source, lea, monkeypatch
):
    insert, times = laying_down.insert_contacts, itertools.count()

    def overtaken(batches):
        if next(times) == 0:
            raise IntegrityError
        return insert(batches)

    monkeypatch.setattr(arrival, "insert_contacts", overtaken)

    assert import_contacts(a_list(3), source=source, by=lea).added == 3


def test_an_import_that_is_overtaken_for_ever_gives_up_kindly(source, lea, monkeypatch):
    def overtaken(_lines):
        raise IntegrityError

    monkeypatch.setattr(arrival, "insert_contacts", overtaken)

    with pytest.raises(Overtaken, match="later"):
        import_contacts(a_list(3), source=source, by=lea)


def test_a_file_that_breaks_off_says_so(source, lea):
    with pytest.raises(NotAContactList):
        import_contacts(b"phone\n1\n", source=source, by=lea)

    stopped = Import.objects.get()
    assert stopped.state == Import.State.STOPPED
    assert "first row" in stopped.trouble


# What stays out.


def test_each_refused_row_says_its_column_why_and_how_to_mend_it(source, lea):
    content = b"email,language,name\nnobody,,\na@members.example,xx,\n"

    first, second = import_contacts(content, source=source, by=lea).refused

    assert (first.row, first.column) == (2, "email")
    assert "name@members.example" in first.mend
    assert (second.row, second.column) == (3, "language")
    assert "ar, en" in second.why


@pytest.mark.parametrize("why", REASONS)
def test_every_reason_has_words_and_a_way_to_mend_it(why):
    refusal = told(2, why)

    assert refusal.why.endswith(".")
    assert refusal.mend.endswith(".")
    assert len(why) <= (RefusedRow._meta.get_field("why").max_length or 0)


def test_what_is_kept_of_a_refused_row_is_no_address(source, lea):
    import_contacts(b"email\ncanary(at)members.example\n", source=source, by=lea)

    kept = [*RefusedRow.objects.values_list(), *Import.objects.values_list()]
    assert "canary" not in str(kept)


# At the desk.


@pytest.fixture
def browser(centre):
    return staff_of(centre).lea.browser()


BAD = b"email,name\nann@members.example,Ann\n=cmd@members.example,Bo\nnobody,Cora\n"


def test_the_worker_reads_an_upload_and_returns_what_stayed_out(
    centre, source, browser
):
    taken = take_upload(BAD, source=source, by=centre.lea.user, on=DAY)
    here = reverse("outreach:import", args=[taken.pk])
    waiting = browser.get(here).content.decode()
    work_on_upload(on=DAY)
    page = browser.get(here).content.decode()
    sheet = browser.get(reverse("outreach:refused_rows", args=[taken.pk]))

    assert 'data-again="4"' in waiting
    assert "Look again" in waiting
    assert "data-again" not in page
    assert "cmd@" not in page
    _heading, *rows = csv.reader(io.StringIO(sheet.content.decode("utf-8-sig")))
    assert [row[0] for row in rows] == ["3", "4"]
    assert rows[0][4] == "'=cmd@members.example"
    assert rows[1][4:] == ["nobody", "", "Cora"]
    assert not Upload.objects.exists()


def test_no_cell_of_the_sheet_is_calculated_where_semicolons_part_cells(
    centre, source, browser
):
    taken = take_upload(
        b'email,name\nnobody;=cmd|x,"Bo; ""+2"\n',
        source=source,
        by=centre.lea.user,
        on=DAY,
    )
    work_on_upload(on=DAY)

    sheet = browser.get(reverse("outreach:refused_rows", args=[taken.pk]))

    _heading, row = csv.reader(io.StringIO(sheet.content.decode("utf-8-sig")))
    assert row[4] == "nobody;'=cmd|x"
    assert row[6] == "Bo;' \"+2"


def test_an_upload_lies_sealed(centre, source):
    take_upload(BAD, source=source, by=centre.lea.user, on=DAY)

    assert b"members" not in bytes(Upload.objects.get().envelope)


def test_a_long_upload_is_read_a_part_at_a_time(centre, source, few_at_once):
    take_upload(a_list(25), source=source, by=centre.lea.user, on=DAY)

    came = [work_on_upload(on=DAY, most=10) for _round in range(4)]

    assert came == [10, 10, 5, 0]
    assert Entry.objects.get(act="outreach.imported").count == 25


def test_the_same_upload_twice_waits_once(centre, source):
    first, second = (
        take_upload(BAD, source=source, by=centre.lea.user, on=DAY) for _time in "12"
    )

    assert first == second
    assert Upload.objects.count() == 1


def test_an_upload_that_breaks_off_is_not_kept(centre, source, monkeypatch):
    taken = take_upload(BAD, source=source, by=centre.lea.user, on=DAY)

    def breaks_off(_self, _rows, **_how):
        raise NotAContactList("This spreadsheet is too large. Divide it.")

    monkeypatch.setattr(arrival.Arrival, "take", breaks_off)
    work_on_upload(on=DAY)

    taken.refresh_from_db()
    assert (taken.state, taken.trouble[:4]) == (Import.State.STOPPED, "This")
    assert not Upload.objects.exists()


def test_refused_rows_are_read_by_whoever_brought_them_alone(centre, source):
    taken = take_upload(BAD, source=source, by=centre.lea.user, on=DAY)
    work_on_upload(on=DAY)
    taken.refresh_from_db()
    people = staff_of(centre)

    with pytest.raises(NotAllowed):
        open_refused(taken, by=people.ada.user, private=people.ada.private)
    RoleHeld.objects.create(user=people.ada.user, role=Role.COORDINATOR)
    with pytest.raises(uploads.NotYours, match="whoever brought"):
        open_refused(taken, by=people.ada.user, private=people.ada.private)
    locked = people.lea.browser(unlocked=False)
    there = locked.get(reverse("outreach:refused_rows", args=[taken.pk]))
    assert there.url.startswith(reverse("staff:unlock"))


def test_refused_rows_go_after_seven_days(centre, source):
    take_upload(BAD, source=source, by=centre.lea.user, on=DAY)
    work_on_upload(on=DAY)

    apply_retention(DAY + timedelta(days=7))

    assert not RefusedSheet.objects.exists()


# Who stands twice, who left, who is forgotten.


def test_an_address_of_two_sources_is_one_contact_and_both_are_told(centre, lea):
    first, second = make_source(centre), make_source(centre, code="patrons")
    import_contacts(a_list(1), source=first, by=lea)
    report = import_contacts(a_list(1), source=second, by=lea)
    import_contacts(a_list(1), source=second, by=lea)

    contact = Contact.objects.get()
    assert (report.added, report.unchanged) == (0, 1)
    assert [one.code for one, _day in sources_of(contact)] == ["members", "patrons"]
    assert may_be_written_to(make_campaign(centre, second)).get() == contact


def test_where_an_address_came_from_is_told_in_terms_of_prov(centre, source, lea):
    import_contacts(a_list(1), source=source, by=lea)

    found = provenance_of(Contact.objects.get())

    assert found["agent"]["fw:members/giver"]["prov:label"] == source.given_by
    assert found["activity"]["fw:members/giving"]["fw:basis"] == "consent"
    assert "member0" not in str(found)


SPELLINGS = st.sampled_from(
    [
        "Ann.Böhm@Exämple.example",
        "ANN.BÖHM@EXÄMPLE.EXAMPLE",
        "ann.bo\u0308hm@xn--exmple-cua.example",
        "\uff41nn.böhm@exämple.example",
    ]
)


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(SPELLINGS, SPELLINGS)
def test_whoever_left_stays_away_in_every_spelling(centre, source, left, brought):
    lea = centre.lea.user
    suppress_address(left, reason=Suppression.Reason.LEFT, by=lea, on=DAY)

    report = import_contacts(f"email\n{brought}\n".encode(), source=source, by=lea)

    assert (report.added, report.suppressed) == (0, 1)


def test_a_tag_is_another_address_and_is_decided_so(source, lea):
    suppress_address(
        "ann@members.example", reason=Suppression.Reason.LEFT, by=lea, on=DAY
    )

    report = import_contacts(b"email\nann+x@members.example\n", source=source, by=lea)

    assert (report.added, report.suppressed) == (1, 0)


def test_the_key_of_a_batch_goes_with_the_last_of_its_contacts(
    source, lea, few_at_once
):
    import_contacts(a_list(5), source=source, by=lea)
    last = next(batch for batch in Batch.objects.all() if batch.contacts.count() == 1)

    forget_address(bytes(last.contacts.get().match), on=DAY)

    assert Batch.objects.count() == 1
    assert not Batch.objects.filter(pk=last.pk).exists()
    assert Contact.objects.count() == 4


def test_who_hears_nothing_from_us_in_a_month_is_forgotten_with_their_key(source, lea):
    import_contacts(a_list(2), source=source, by=lea)
    suppress_address(
        "member0@members.example", reason=Suppression.Reason.LEFT, by=lea, on=DAY
    )
    Contact.objects.filter(pk=Contact.objects.first().pk).update(told_on=DAY)

    apply_retention(DAY + timedelta(days=28))

    assert Contact.objects.count() == 1
    Contact.objects.update(told_on=None)
    apply_retention(DAY + timedelta(days=28))
    assert forget_empty_batches() == 1
    assert not Contact.objects.exists()
    assert Suppression.objects.count() == 1


# What is fast is the same as what is slow.

LOCAL = st.text("abz019.A+-_'!#$%&*/=?^`{|}~ @\"üé", min_size=1, max_size=66)
LABEL = st.text("ab0-xnZü", min_size=1, max_size=12)


@settings(deadline=None)
@given(LOCAL, st.lists(LABEL, min_size=1, max_size=4))
def test_the_fast_check_takes_what_the_validator_takes(local, labels):
    typed = f"{local}@{'.'.join(labels)}"
    try:
        valid = validate_email(typed.strip(), check_deliverability=False)
        slow = (valid.local_part, valid.ascii_domain.lower())
    except EmailNotValidError:
        slow = None
    try:
        fast = tuple(read_address(typed))
    except NotAnAddress:
        fast = None

    assert fast == slow


@given(st.binary(min_size=32, max_size=32), st.sampled_from(["Ann.b", "bö", "x+y"]))
def test_a_match_is_an_hmac(key, local):
    address = read_address(f"{local}@members.example")

    assert Matcher(key).match(address) == address.match(key)


@given(st.binary(max_size=300), st.binary(max_size=9), st.text(max_size=20))
def test_what_many_enclose_each_opens(address, name, subject):
    key, parts = bytes(range(32)), {"address": address, "name": name}

    sealed = Encloser(key, purpose="contact").enclose(subject, parts)

    for envelope, (part, plain) in zip(sealed, parts.items(), strict=True):
        assert disclose(key, envelope, Context("contact", subject, part)) == plain
    assert len({envelope[:40] for envelope in sealed}) == 2  # a nonce for each


def test_a_batch_key_prints_nothing():
    assert "raw" not in repr(BatchKey.new())
