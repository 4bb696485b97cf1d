"""Addresses: with their source or not at all, sealed, known by a keyed hash, three columns and no more."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.governance.wording import VagueWords
from fairwitness.ledger.models import Entry
from fairwitness.outreach import bases
from fairwitness.outreach.actions import (
    SourceIncomplete,
    add_source,
    forget_address,
    import_contacts,
    suppress_address,
)
from fairwitness.outreach.addresses import NotAnAddress, read_address
from fairwitness.outreach.models import Basis, Batch, Contact, Source, Suppression
from fairwitness.outreach.sheets import NotAContactList, opened_rows
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.surveys.checking import check_form
from fairwitness.vault.actions import KeysNotTrusted
from fairwitness.vault.models import KeyPair
from tests.invited import AGREED, a_source, make_source

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

DAY = timezone.localdate()


@pytest.fixture
def source(centre):
    return make_source(centre)


@pytest.fixture
def take(source, lea):
    """Import some bytes."""

    def take(content, **how):
        return import_contacts(content, source=source, by=lea, **how)

    return take


def xlsx(*rows):
    book, stream = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def reasons(report):
    return {refusal.row: refusal.why for refusal in report.refused}


# What an address is.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann@Members.example", "ann@members.example"),
        ("\uff41nn@members.example", "ann@members.example"),
        ("STRASSE@members.example", "straße@members.example"),
        ("ann@EXÄMPLE.example", "ann@xn--exmple-cua.example"),
    ],
)
def test_two_spellings_are_one_address(one, other):
    assert read_address(one).match_text == read_address(other).match_text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ann+list@members.example", "ann@members.example"),
        ("a.nn@members.example", "ann@members.example"),
    ],
)
def test_a_tag_or_a_dot_belongs_to_the_address(one, other):
    assert read_address(one).match_text != read_address(other).match_text


def test_an_address_is_sent_to_as_it_was_typed():
    assert (
        read_address(" Ann.B+x@Members.example ").sendable == "Ann.B+x@members.example"
    )


LOCAL = st.text("ab.A+-_'!#@ \"ü", min_size=1, max_size=70)
DOMAIN = st.sampled_from(
    [
        "members.example",
        "Members.Example",
        "x",
        "a..b",
        "-a.example",
        "exämple.org",
        "a.test",
        "",
    ]
)


@given(LOCAL, DOMAIN)
def test_the_short_way_of_checking_agrees_with_the_long_one(local, domain):
    from fairwitness.outreach import addresses

    def outcome(check):
        try:
            return check(f"{local}@{domain}".strip())
        except NotAnAddress:
            return None

    assert outcome(read_address) == outcome(addresses._read_slowly)


def test_an_address_never_prints_itself():
    assert "ann" not in repr(read_address("ann@members.example"))


# Where addresses come from.


@pytest.mark.parametrize(
    "name",
    ["given_by", "given_how", "told", "sentence", "giver_basis", "evidence_hash"],
)
def test_a_source_that_leaves_something_unsaid_is_refused(centre, lea, name):
    with pytest.raises(SourceIncomplete):
        add_source(a_source(**{name: " "}), by=lea, on=DAY)

    assert not Source.objects.exists()


def test_a_source_of_tomorrow_is_refused(centre, lea):
    with pytest.raises(SourceIncomplete, match="cannot lie ahead"):
        add_source(a_source(given_on=DAY + timedelta(days=1)), by=lea, on=DAY)


def test_vague_words_about_a_source_are_refused(centre, lea):
    with pytest.raises(VagueWords, match="partners"):
        add_source(a_source(given_how="by one of our partners"), by=lea, on=DAY)


def test_a_source_is_written_down_once(source, lea):
    with pytest.raises(SourceIncomplete, match="already"):
        add_source(a_source(), by=lea, on=DAY)


def test_only_those_who_run_campaigns_add_sources(centre, ada):
    with pytest.raises(NotAllowed):
        add_source(a_source(), by=ada, on=DAY)


def test_a_contact_without_a_source_cannot_be_written(source, take):
    take(b"email\nann@members.example\n")

    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.update(source=None)


@pytest.mark.parametrize("country", ["GB", "XX"])
@pytest.mark.parametrize("basis", Basis.values)
def test_each_route_is_closed_while_any_evidence_is_missing(basis, country):
    rule = bases.rule_for(basis, country)
    if rule is None:
        assert bases.gaps(basis, {}, country)
        return
    whole = dict.fromkeys(rule.needs, "yes")

    assert bases.gaps(basis, whole, country) == []
    for need in rule.needs:
        assert bases.gaps(basis, {**whole, need: " "}, country)


def test_soft_opt_in_is_closed_to_a_list_from_somebody_else():
    rule = bases.rule_for("charity_soft_opt_in", "GB")
    evidence = {**dict.fromkeys(rule.needs, "yes"), "obtained_directly": "no"}

    assert (
        "unless the answer is yes"
        in bases.gaps("charity_soft_opt_in", evidence, "GB")[0]
    )


def test_a_source_without_evidence_for_its_route_is_refused(centre, lea):
    evidence = {**AGREED, "wording": ""}

    with pytest.raises(SourceIncomplete, match="words that they agreed to"):
        add_source(a_source(basis_evidence=evidence), by=lea, on=DAY)


def test_a_route_that_the_country_does_not_know_is_refused(centre, lea):
    with pytest.raises(SourceIncomplete, match="does not exist in your country"):
        add_source(a_source(basis="charity_soft_opt_in"), by=lea, on=DAY)


def test_a_route_that_does_not_exist_is_refused(centre, lea):
    with pytest.raises(SourceIncomplete, match="Choose the route"):
        add_source(a_source(basis="because"), by=lea, on=DAY)


# Importing.


def test_a_csv_file_goes_in(take):
    report = take(
        b"email,language,name\nann@members.example,ar,Ann\nbob@members.example,,\n"
    )

    assert (report.added, report.refused) == (2, [])
    assert sorted(Contact.objects.values_list("language", flat=True)) == ["ar", "en"]


def test_a_spreadsheet_goes_in(take):
    content = xlsx(
        ["E-Mail", "Name"], ["ann@members.example", "Ann"], [], ["bob@members.example"]
    )

    assert take(content).added == 2


def test_a_file_on_disk_goes_in_with_a_key_for_each_thousand(take, tmp_path):
    place = tmp_path / "list.csv"
    told: list[int] = []
    rows = [f"member{number}@members.example" for number in range(2500)]
    place.write_text("email\n" + "\n".join(rows))

    report = take(place, progress=told.append)

    assert (report.added, sum(told)) == (2500, 2500)
    assert Batch.objects.count() == 3


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffemail;name\r\nann@members.example;Ann Böhm\r\n".encode(),
        "email;name\nann@members.example;Ann Böhm\n".encode("latin-1"),
        "email\tname\nann@members.example\tAnn Böhm\n".encode("utf-16"),
        "\n\n ,\nAddress , NAME\n\nann@members.example,Ann Böhm\n\n,\n".encode(),
        '"E-mail address","name"\n"ann@members.example","Ann\tBöhm"\n'.replace(
            "\t", " "
        ).encode(),
    ],
    ids=["mark", "latin-1", "utf-16", "empty lines", "quoted"],
)
def test_files_of_every_office_program_are_read(content):
    with opened_rows(content) as rows:
        [row] = rows

    assert (row.address, row.name, row.trouble) == (
        "ann@members.example",
        "Ann Böhm",
        "",
    )


def test_what_lies_in_the_database_is_sealed(take):
    take("email,name\nann@members.example,Ann Böhm\n".encode())

    contact = Contact.objects.get()
    name = bytes(contact.name or b"")
    lying = [bytes(contact.address), name, bytes(contact.match)]
    assert not any(b"ann" in told.lower() for told in lying)
    assert len(bytes(contact.address)) == len(name)  # lengths say nothing


def test_rows_that_cannot_be_taken_are_named_and_the_rest_go_in(take):
    report = take(
        b"email,language,name\n"
        b"ann@members.example,en,Ann\n"
        b"not an address,en,\n"
        b"=HYPERLINK(1)@members.example,en,\n"
        b"bob@members.example,en,+SUM(A1)\n"
        b"ANN@members.example,en,\n"
        b"cora@members.example,xx,\n"
        b",en,Nobody\n"
        b"dora@members.example,en,Dora,extra\n"
        + b"e" * 2000
        + b"@members.example,en,\n"
        + b"fay@members.example,en,"
        + b"F" * 150
        + b"\n",
    )

    assert report.added == 1
    assert list(reasons(report)) == [3, 4, 5, 6, 7, 8, 9, 10, 11]
    told = reasons(report)
    assert "No letter can be sent" in told[3]
    assert "formula" in told[4]
    assert "formula" in told[5]
    assert "further up" in told[6]
    assert "language" in told[7]
    assert "no address" in told[8]
    assert "outside" in told[9]
    assert "far more" in told[10]
    assert "no name" in told[11]


@pytest.mark.parametrize(
    "name",
    [
        "Ann\u00a0Lee",
        "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
        "\u4f50\u85e4\u3000\u82b1\u5b50",
    ],
)
def test_names_are_taken_as_their_languages_write_them(take, name):
    report = take(f"email,name\nann@members.example,{name}\n".encode())

    assert (report.added, report.refused) == (1, [])


@pytest.mark.parametrize("name", ["Ann\u202eeeL", '"Ann\r\nBcc: x"'])
def test_a_name_that_would_change_a_letter_is_refused(take, name):
    report = take(f"email,name\nann@members.example,{name}\n".encode())

    assert report.added == 0


@pytest.mark.parametrize(
    "typed",
    [
        "a" * 65 + "@members.example",
        "a@" + ("b" * 60 + ".") * 4 + "example.org",
        '"ann b"@members.example',
        "ann@[192.0.2.7]",
        "ann@members.example.",
        "ann@members.example\r\nBcc: bob@members.example",
        "\u200bann@members.example",
        "ann\u00ad@members.example",
        "ann@members.example,bob@members.example",
        "mailto:ann@members.example",
    ],
)
def test_what_no_letter_can_be_sent_to_is_no_address(typed):
    with pytest.raises(NotAnAddress):
        read_address(typed)


def test_a_report_of_refused_rows_holds_no_address(take):
    report = take(b"email\nnot.an.address(at)members.example\n")

    assert "members" not in str(report)


def test_an_open_quotation_mark_stops_one_row(take):
    check_form(b"survey,type,name\n,text,a\n")  # reads longer cells than a list has
    rest = "\n".join(f"m{number}@members.example" for number in range(9000))

    report = take(f'email\nann@members.example\n"bob{rest}'.encode())

    assert report.added >= 1
    assert "quotation mark" in report.refused[0][1]


def test_an_address_twice_in_a_file_is_told_also_when_far_apart(take):
    rows = [f"member{number}@members.example" for number in range(1200)]

    report = take("\n".join(["email", *rows, rows[0]]).encode())

    assert report.added == 1200
    assert "further up" in reasons(report)[1202]


def test_importing_again_changes_nothing(take):
    content = b"email,name\nann@members.example,Ann\nbob@members.example,\n"
    take(content)
    before = list(Contact.objects.order_by("pk").values())

    again = take(content.upper())

    assert (again.added, again.unchanged) == (0, 2)
    assert list(Contact.objects.order_by("pk").values()) == before
    assert Batch.objects.count() == 1


@pytest.mark.parametrize("column", ["twitter", "Date of birth", "phone", "notes"])
def test_a_column_that_tells_more_about_people_is_refused_by_name(column):
    content = f"email,{column}\nann@members.example,x\n".encode()

    with pytest.raises(NotAContactList, match=column), opened_rows(content) as rows:
        list(rows)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\n \n", "first row"),
        (b"\n" * 5000 + b",\n", "first row"),
        (b"ann@members.example\nbob@members.example\n", "first row"),
        (b"name\nAnn\n", "first row"),
        (b"email,E-Mail\na@members.example,b@members.example\n", "same meaning"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a list"),
        (b"PK\x03\x04 this is no workbook", "cannot be read"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"nothing", "cannot be read"),
        (xlsx(["name"], ["Ann"]), "first row"),
    ],
    ids=[
        "empty", "blank", "only lines", "no heading", "no address column", "two address columns",
        "picture", "broken xlsx", "broken xls", "xlsx without addresses",
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_of_contacts_is_refused_kindly(content, told):
    with pytest.raises(NotAContactList, match=told), opened_rows(content) as rows:
        list(rows)


def test_numbers_in_a_sheet_are_no_addresses(take):
    assert reasons(take(xlsx(["email"], [42.0], [True]))).keys() == {2, 3}


def test_nothing_is_imported_under_a_key_that_nobody_vouches_for(take):
    KeyPair.objects.filter(purpose="mailer").update(signatures=[])

    with pytest.raises(KeysNotTrusted):
        take(b"email\nann@members.example\n")


def test_only_those_who_run_campaigns_import(source, ina):
    with pytest.raises(NotAllowed):
        import_contacts(b"email\n", source=source, by=ina)


def test_the_ledger_knows_how_many_and_no_more(take):
    take(b"email\nann@members.example\nbob@members.example\n")

    entry = Entry.objects.get(act="outreach.imported")
    assert entry.count == 2


# Who left.


def test_whoever_left_is_not_brought_back_by_capitals(take, lea):
    take(b"email\nann@members.example\n")
    suppress_address(
        "ANN@Members.Example", reason=Suppression.Reason.LEFT, by=lea, on=DAY
    )

    report = take(b"email\nAnn@MEMBERS.example\nbob@members.example\n")

    assert (report.added, report.suppressed) == (1, 1)


def test_that_somebody_left_outlives_the_erasure_of_their_address(take, lea):
    take(b"email\nann@members.example\n")
    suppress_address(
        "ann@members.example", reason=Suppression.Reason.LEFT, by=lea, on=DAY
    )

    forget_address(bytes(Contact.objects.get().match), on=DAY)

    assert take(b"email\nANN@members.example\n").suppressed == 1
    assert not Contact.objects.exists()


def test_leaving_twice_is_leaving_once(centre, lea):
    for _time in range(2):
        suppress_address(
            "ann@members.example", reason=Suppression.Reason.LEFT, by=lea, on=DAY
        )

    assert Suppression.objects.count() == 1
    assert Entry.objects.filter(act="outreach.suppressed").count() == 1


def test_no_address_can_be_left_in_peace_that_is_none(centre, lea):
    with pytest.raises(Refused, match="No letter"):
        suppress_address("nobody", reason=Suppression.Reason.LEFT, by=lea, on=DAY)
