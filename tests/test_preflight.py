"""The check of letters and forms that were made elsewhere: each fault with its place, few false ones."""

import re
import tomllib
from email.header import Header
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fairwitness.outreach.preflight.domain import CannotLookUp, domain_findings
from fairwitness.outreach.preflight.finding import Passage, catalogue
from fairwitness.outreach.preflight.outside import check_outside
from fairwitness.outreach.preflight.phrases import kinds
from fairwitness.outreach.preflight.spelling import spelling_findings
from fairwitness.outreach.preflight.style import style_findings
from tests.bad_campaign import (
    BAD_TEXT,
    GOOD_ARABIC,
    GOOD_NAMES,
    GOOD_TEXT,
    Names,
    bad_form,
    bad_letter,
    good_form,
    good_letter,
)

ROOT = Path(__file__).parent.parent

# What the bad campaign must be told of: code, place, words.
FAULTS = {
    ("FW102", "letter", ""),
    ("FW103", "letter", ""),
    ("FW104", "letter, line 5, column 33", "relevant parties"),
    ("FW104", "letter, line 5, column 62", "partners"),
    ("FW104", "form, sheet survey C2", "third parties"),
    ("FW106", "letter (HTML), line 3, column 15", "https://evil.example/login"),
    ("FW107", "letter, line 11, column 8", "donate"),
    ("FW107", "letter, line 11, column 35", "join us"),
    ("FW110", "letter", ""),
    ("FW111", "letter", ""),
    ("FW112", "letter, line 5, column 77", "consent will be sought"),
    ("FW112", "letter, line 6, column 30", "by continuing you agree"),
    ("FW113", "letter", ""),
    ("FW115", "letter, line 1, column 6", "[NAME]"),
    ("FW115", "letter, line 6, column 63", "Lorem ipsum"),
    ("FW115", "form, sheet survey C5", "[NAME]"),
    (
        "FW117",
        "letter (HTML), line 4, column 1",
        "https://pixel.mailer.example/open.gif?id=77aa01",
    ),
    ("FW118", "letter (HTML), line 3, column 15", "https://harbour.example/survey"),
    ("FW119", "letter (HTML), line 5, column 1", "<script>"),
    ("FW120", "header List-Unsubscribe", ""),
    ("FW122", "letter", "form.pdf"),
    ("FW131", "letter, line 3, column 60", "by 30 June"),
    ("FW161", "sender", "harbour.example"),
    ("FW164", "sender", "harbour.example"),
    ("FW166", "header Return-Path", "harbour.example"),
    ("FW167", "header DKIM-Signature", "harbour.example"),
    ("FW171", "form, sheet survey E3", "Your full address"),
    ("FW172", "form, sheet survey C3", "Your full address"),
    ("FW173", "form, sheet survey A4", "device"),
    ("FW181", "form, sheet survey D5", "What happened to [NAME]?"),
    ("FW221", "letter, line 3, column 45", "reserch"),
    ("FW231", "letter, line 3, column 1", "URGENT ACTION REQUIRED"),
    ("FW232", "letter, line 3, column 1", "URGENT"),
}


def test_a_bad_campaign_is_told_of_every_fault_with_its_place():
    checked = check_outside(
        bad_letter(), bad_form(), form_name="form.xlsx", resolver=Names()
    )

    found = {(one.code, one.place, one.words) for one in checked.findings}
    assert FAULTS - found == set()
    assert {"FW108", "FW116", "FW170", "FW212"} <= {code for code, _at, _w in found}
    assert checked.is_stopped
    assert checked.unchecked == ()


def test_what_is_told_stands_at_that_place():
    checked = check_outside(bad_letter())
    lines = BAD_TEXT.split("\n")

    told = [one for one in checked.findings if one.at.part == "letter" and one.at.line]

    assert len(told) > 10
    for one in told:
        there = lines[(one.at.line or 1) - 1][(one.at.column or 1) - 1 :]
        first = one.words.split()[0].rstrip("…")
        assert there.startswith(first), one


@pytest.mark.parametrize(
    "letter",
    [
        good_letter(),
        good_letter(GOOD_ARABIC, language="ar", sender="جمعية المرفأ"),
    ],
    ids=["English", "Arabic"],
)
def test_the_mended_campaign_has_none(letter):
    checked = check_outside(
        letter, good_form(), form_name="form.xlsx", resolver=GOOD_NAMES
    )

    assert [(one.code, one.place, one.words) for one in checked.findings] == []


@pytest.mark.parametrize(
    ("old", "new", "code", "level"),
    [
        ("We have your address because you gave it", "It was given", "FW102", "STOP"),
        ("Never write to me again", "More", "FW103", "STOP"),
        ("Nobody else gets your", "Trusted third parties get your", "FW104", "STOP"),
        ("five minutes", "{minutes} minutes", "FW115", "STOP"),
        ("five minutes", "XXX minutes", "FW115", "STOP"),
        ("five minutes", "<<minutes>> minutes", "FW115", "STOP"),
        ("/i/4t7w", "/i/4t7w?utm_campaign=spring", "FW116", "STOP"),
        ("/i/4t7w", "/i/4t7w?who=reader@members.example", "FW116", "STOP"),
        ("https://survey.harbour.example/i/", "https://bit.ly/", "FW116", "STOP"),
        (
            "https://survey.harbour.example/i/",
            "https://forms.example/",
            "FW106",
            "STOP",
        ),
        (
            "https://survey.harbour.example/i/",
            "http://harbour.example/",
            "FW121",
            "STOP",
        ),
        ("They are kept in Leeds, United Kingdom, by", "They go to", "FW113", "STOP"),
        ("They are kept in Leeds", "They are transferred to Utopia", "FW114", "STOP"),
        (", because the summer meeting needs the figures", "", "FW131", "STOP"),
        ("registration: ZA123456", "registration: none yet", "FW111", "STOP"),
        ("tell us that too", "we assume you agree", "FW112", "STOP"),
        ("tell us that too", "sign our petition", "FW107", "STOP"),
        ("tell us that too", "You must answer", "FW232", "LOOK"),
        ("tell us that too", "TELL US THAT TOO", "FW231", "LOOK"),
        ("meetings since", "meatings since", "FW221", "LOOK"),
        ("It takes", "It takes, " + "and takes, " * 40, "FW212", "LOOK"),
    ],
)
def test_one_fault_in_a_good_letter_is_found(old, new, code, level):
    text = GOOD_TEXT.replace(old, new)

    found = {one.code: one.level for one in check_outside(good_letter(text)).findings}

    assert found.get(code, "") == level


def test_a_long_sentence_is_told_where_no_formula_is_known():
    text = GOOD_ARABIC.replace("يستغرق ذلك", "يستغرق ذلك " + "وأيضاً " * 40)

    found = check_outside(good_letter(text, language="ar")).findings

    assert ("FW213", 2) in {(one.code, one.at.line) for one in found}


def header(letter, name, value):
    """A letter with another value in a header."""
    pattern = rb"(?ms)^" + name.encode() + rb":.*?\r\n(?![ \t])"
    new = f"{name}: {value}\r\n".encode() if value else b""
    return re.sub(pattern, lambda _found: new, letter, count=1)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("Return-Path", "<b@mailer.example>", "FW166"),
        ("DKIM-Signature", "v=1; d=mailer.example; s=k1; h=from", "FW167"),
        ("DKIM-Signature", "v=1; d=harbour.example; s=k1; h=from:to", "FW168"),
        ("List-Unsubscribe", "", "FW120"),
        ("List-Unsubscribe-Post", "", "FW120"),
        ("Subject", "a" * 90, "FW108"),
        ("From", "Harbour Members' Trust <a@mailer.example>", "FW167"),
    ],
)
def test_headers_are_read(name, value, code):
    letter = header(good_letter(), name, value)

    found = {one.code for one in check_outside(letter).findings}

    assert code in found
    assert code not in {one.code for one in check_outside(good_letter()).findings}


def test_encoded_headers_are_read_as_words():
    subject = Header("Unsere Partner: " + "ü" * 90, "iso-8859-1").encode()

    found = check_outside(header(good_letter(), "Subject", subject)).findings

    assert {(one.code, one.words) for one in found} >= {("FW104", "Partner")}


def test_a_letter_in_html_alone_is_read_at_the_lines_of_its_source():
    letter = EmailMessage()
    letter["From"] = "Harbour <a@harbour.example>"
    letter["Subject"] = "Hello"
    letter.set_content(
        "<html><body>\n<p>We tell\n  relevant parties.</p>\n"
        "<div style='background: url(https://far.example/x)'>x</div></body></html>",
        subtype="html",
    )

    found = {(one.code, one.place) for one in check_outside(letter.as_bytes()).findings}

    assert ("FW123", "letter") in found
    assert ("FW104", "letter (HTML), line 3, column 3") in found
    assert ("FW117", "letter (HTML), line 4, column 1") in found


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ({"harbour.example": ("v=spf1 +all",)}, "FW162"),
        ({"harbour.example": ("v=spf1 mx -all", "v=spf1 a -all")}, "FW162"),
        ({"k1._domainkey.harbour.example": ("v=DKIM1; p=",)}, "FW163"),
        ({"_dmarc.harbour.example": ("v=DMARC1; p=none",)}, "FW165"),
    ],
)
def test_a_record_that_protects_nobody_is_told(records, code):
    names = Names()
    names.records = {**GOOD_NAMES.records, **records}

    found = domain_findings(
        "harbour.example", selectors=("k1",), resolver=names, how="Say it."
    )

    assert [one.code for one in found] == [code]


def test_a_subdomain_is_protected_by_its_organisation():
    names = Names()
    names.records = {
        "mail.harbour.org.uk": ("v=spf1 redirect=_spf.harbour.org.uk",),
        "_dmarc.harbour.org.uk": ("v=DMARC1; p=reject; sp=none",),
    }

    found = domain_findings(
        "mail.harbour.org.uk", selectors=(), resolver=names, how="Say it."
    )

    assert [one.code for one in found] == ["FW165", "FW170"]


class Away:
    """A resolver that nobody reaches."""

    def texts(self, name):
        raise CannotLookUp("no server answered")


def test_what_cannot_be_looked_up_is_said_and_not_guessed():
    found = check_outside(good_letter(), resolver=Away()).findings

    assert [(one.code, one.level) for one in found] == [("FW169", "LOOK")]


def test_a_form_that_does_not_speak_the_language_of_the_letter_is_told():
    letter = good_letter().replace(b"Content-Language: en", b"Content-Language: de")

    found = {one.code for one in check_outside(letter, good_form()).findings}

    assert "FW182" in found


@pytest.mark.parametrize(
    "letter", [b"", b"\n\n", b"x" * 2_000_001, b"--b\n" * 3000, b"\x00\xff"]
)
def test_what_is_no_letter_is_refused_with_a_reason(letter):
    codes = [one.code for one in check_outside(letter).findings]

    assert codes[:1] == ["FW124"]


def test_a_form_that_cannot_be_read_is_told():
    found = check_outside(form=b"nothing", form_name="x.xlsx").findings

    assert [one.code for one in found] == ["FW174"]


def test_letters_to_start_from_have_no_finding():
    written = tomllib.loads(
        (ROOT / "src/fairwitness/outreach/letters.toml").read_text()
    )
    passages = [
        Passage(part, text, language)
        for language, texts in written.items()
        for part, text in texts.items()
    ]

    found = [
        one
        for text in passages
        for one in [*style_findings(text), *spelling_findings(text)]
    ]

    assert found == []


HOSTILE = st.one_of(
    st.binary(max_size=2000),
    st.builds(
        lambda head, body: b"From: a@b.example\n" + head + b"\n\n" + body,
        st.binary(max_size=300),
        st.binary(max_size=1000),
    ),
    st.text(max_size=1000).map(
        lambda text: (
            b"From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n"
            + text.encode("utf-8", "replace")
        )
    ),
)


@given(letter=HOSTILE)
@example(letter=b"From: =?x?q?=ff?=\nSubject: =?utf-8?b?a?=\n\nx")
@example(letter=b"Content-Type: text/plain; charset=\x00\n\nhttp://[::1")
@example(letter=b"Content-Type: text/html\n\n<a href='http://[x'>http://y.example</a>")
@example(letter=b"Content-Type: text/plain; charset*=x'y'%ff\nSubject: a\n\nx")
@example(letter=b"Content-Disposition: attachment; filename*0*=x'y\nSubject: a\n\nx")
@settings(max_examples=60, deadline=None)
def test_no_letter_breaks_the_check(letter):
    checked = check_outside(letter)

    assert all(one.code in catalogue() and one.fix for one in checked.findings)


@pytest.mark.proof
@pytest.mark.parametrize(
    "unit",
    [
        " ",
        "a",
        "\n",
        "http://",
        "a@",
        "relevant ",
        "ABC ",
        "[A ",
        "<!--",
        "<a ",
        "</",
        "&#",
        '<p a="',
        "url( ",
        "a!",
    ],
)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_megabyte_is_read_in_bounded_time(unit, kind):
    import time

    head = f"From: a@b.example\nContent-Type: text/{kind}; charset=utf-8\n\n"
    letter = (head + unit * (1_000_000 // len(unit))).encode()
    began = time.process_time()

    check_outside(letter)

    assert time.process_time() - began < 10


def test_catalogue_and_document_agree():
    told = (ROOT / "docs" / "preflight.md").read_text()
    rows = [
        f"| {code} | {rule.level} | {rule.title} | {rule.rule} | {rule.law} |"
        for code, rule in catalogue().items()
    ]

    assert [row for row in rows if row not in told] == []
    assert set(re.findall(r"^\| (FW\d+) ", told, re.M)) == set(catalogue())


def test_catalogue_and_code_agree():
    folder = ROOT / "src/fairwitness/outreach/preflight"
    source = "\n".join(path.read_text() for path in folder.glob("*.py"))
    source = source.replace('f"FW10{number}"', '"FW101" "FW102" "FW103"')

    assert set(re.findall(r'"(FW\d+)"', source)) == set(catalogue())


def test_every_kind_of_words_is_looked_for():
    folder = ROOT / "src/fairwitness/outreach/preflight"
    source = "\n".join(path.read_text() for path in folder.glob("*.py"))

    assert {kind for kind in kinds() if f'"{kind}"' not in source} == set()
