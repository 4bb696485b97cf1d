"""The records that mail asks for: what to copy, what was found, and what a letter that arrived says."""

import time

import dns.rdataset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.outreach.preflight.arrived import read_arrived
from fairwitness.outreach.preflight.dns import Dns, NoResolver, in_words
from fairwitness.outreach.preflight.domain import CannotLookUp
from fairwitness.outreach.preflight.mail import NotALetter, read_letter
from fairwitness.outreach.preflight.records import (
    STEPS,
    Sender,
    look,
    record_of,
)
from fairwitness.outreach.preflight.spf import is_let_in
from fairwitness.outreach.sender import look_at_all
from tests.zone import KEY, Hanging, Unreachable, Zone, a_good_zone

OURS = Sender("harbour.test", "mail.harbour.test", "mail.harbour.test", "k1")
THEIRS = Sender("harbour.test", "smtp.provider.test", "", "k1")


def codes(looked) -> list[str]:
    return [one.code for one in looked.findings]


def test_a_mail_server_is_ours_a_machine_here_or_a_providers():
    def of(host, here="box.harbour.test"):
        return Sender.of("harbour.test", host=host, selector="", here=here)

    assert (of("localhost").machine, of("localhost").is_here) == (
        "box.harbour.test",
        True,
    )
    assert of("127.0.0.1").is_here
    assert of("Mail.Harbour.Test.").machine == "mail.harbour.test"
    assert of("smtp.provider.test").machine == ""
    assert of("").machine == ""


def test_everything_that_stands_is_said_to_stand():
    found = {step: look(step, OURS, a_good_zone()) for step in STEPS}

    assert {step: one.verdict for step, one in found.items()} == dict.fromkeys(
        STEPS, "stands"
    )
    assert found["spf"].found == "v=spf1 a:mail.harbour.test -all"
    assert found["name"].found == "9.9.9.9: mail.harbour.test"


def test_where_nothing_stands_each_record_is_missing():
    found = {step: look(step, OURS, Zone()) for step in STEPS}

    assert {one.verdict for one in found.values()} == {"missing"}
    assert {step: codes(one) for step, one in found.items()} == {
        "spf": ["FW161"],
        "dkim": ["FW163"],
        "dmarc": ["FW164"],
        "return": ["FW193"],
        "name": ["FW194"],
    }


@pytest.mark.parametrize(
    ("step", "change", "code", "words"),
    [
        ("spf", {"txt": {"harbour.test": ("v=spf1 ip4:8.8.8.8 -all",)}}, "FW191", "9.9.9.9"),
        ("spf", {"txt": {"harbour.test": ("v=spf1 mx", "v=spf1 a")}}, "FW162", "several"),
        ("dkim", {"txt": {"k1._domainkey.harbour.test": (f"p={KEY[:60]}",)}}, "FW192", "missing"),
        ("dkim", {"txt": {"k1._domainkey.harbour.test": (f'p="{KEY}"',)}}, "FW192", "quotation"),
        ("dkim", {"txt": {"k1._domainkey.harbour.test": ("k=ed25519; p=YWJj",)}}, "FW192", "length"),
        ("dkim", {"txt": {"k1._domainkey.harbour.test": ("p=MAA=",)}}, "FW192", "too short"),
        ("dkim", {"txt": {"k1._domainkey.harbour.test": (f"p={KEY}",) * 2}}, "FW192", "several"),
        ("dmarc", {"txt": {"_dmarc.harbour.test": ("v=DMARC1; p=none",)}}, "FW165", "p=none"),
        ("return", {"mx": {"harbour.test": (".",)}}, "FW193", "takes none"),
        ("return", {"mx": {"harbour.test": ("gone.test",)}}, "FW193", "gone.test has no address"),
        ("name", {"back": {"9.9.9.9": ("host-9.provider.test",)}}, "FW194", "host-9.provider.test"),
    ],
)  # fmt: skip
def test_what_differs_is_told_with_what_was_found(step, change, code, words):
    zone = a_good_zone()
    for kind, records in change.items():
        setattr(zone, kind, {**getattr(zone, kind), **records})

    looked = look(step, OURS, zone)

    assert looked.verdict == "differs"
    assert codes(looked) == [code]
    assert words in looked.findings[0].message
    assert looked.findings[0].fix
    assert looked.found


def test_the_name_of_a_machine_in_an_inner_network_cannot_be_confirmed():
    zone = a_good_zone()
    zone.hosts = {"mail.harbour.test": ("10.0.0.7",)}

    assert look("name", OURS, zone).verdict == "unknown"
    assert look("name", THEIRS, zone).verdict == "theirs"


def test_without_a_selector_nothing_is_known_of_the_signature():
    looked = look("dkim", Sender("harbour.test", "localhost"), a_good_zone())

    assert (looked.verdict, codes(looked)) == ("unknown", ["FW170"])


@pytest.mark.parametrize("step", STEPS)
def test_who_does_not_answer_is_not_taken_for_a_no(step):
    looked = look(step, OURS, Unreachable())

    assert (looked.verdict, codes(looked)) == ("unknown", ["FW169"])


def test_a_resolver_that_hangs_is_not_waited_for():
    zone, began = Hanging(), time.monotonic()
    zone.mx, zone.hosts, zone.back = (
        a_good_zone().mx,
        a_good_zone().hosts,
        a_good_zone().back,
    )

    found = look_at_all(OURS, zone, seconds=0.5)
    zone.is_over.set()

    assert time.monotonic() - began < 5
    assert {step: one.verdict for step, one in found.items()} == {
        "spf": "unknown",
        "dkim": "unknown",
        "dmarc": "unknown",
        "return": "stands",
        "name": "stands",
    }
    assert "in time" in found["spf"].findings[0].message


def test_without_a_library_nothing_can_be_looked_up():
    for ask in ("texts", "exchanges", "addresses", "pointers"):
        with pytest.raises(CannotLookUp, match="not installed"):
            getattr(NoResolver(), ask)("harbour.test")


@pytest.mark.parametrize("name", ["", "a..b", "a b.test", "x" * 300, "a" * 60 + "!"])
def test_what_is_no_name_is_never_asked_for(name):
    began = time.process_time()

    assert Dns().texts(name) == ()
    assert Dns().pointers(name) == ()
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("kind", "written", "told"),
    [
        ("TXT", ['"v=spf1 " "-all"'], ["v=spf1 -all"]),
        ("MX", ["20 later.test.", "10 first.test."], ["first.test", "later.test"]),
        ("MX", ["0 ."], ["."]),
        ("A", ["9.9.9.9"], ["9.9.9.9"]),
        ("PTR", ["mail.harbour.test."], ["mail.harbour.test"]),
    ],
)
def test_records_are_told_as_people_write_them(kind, written, told):
    records = dns.rdataset.from_text("IN", kind, 300, *written)

    assert list(in_words(records, kind)) == told


# What to copy


def test_the_record_to_copy_is_made_from_what_runs():
    told = {step: record_of(step, OURS) for step in STEPS}

    assert told["spf"].value == "v=spf1 a:mail.harbour.test -all"
    assert (told["dkim"].name, told["dkim"].short) == (
        "k1._domainkey.harbour.test",
        "k1._domainkey",
    )
    assert (told["dmarc"].name, told["dmarc"].value) == (
        "_dmarc.harbour.test",
        "v=DMARC1; p=quarantine",
    )
    assert (told["return"].kind, told["return"].value) == ("MX", "10 mail.harbour.test")
    assert told["spf"].short == "@"
    assert told["name"].value == "mail.harbour.test"


@pytest.mark.parametrize(
    ("stands", "value"),
    [
        ("", "v=spf1 include:_spf.provider.test -all"),
        ("v=spf1 mx ~all", "v=spf1 mx include:_spf.provider.test ~all"),
        ("v=spf1 mx -all", "v=spf1 mx include:_spf.provider.test -all"),
        ("v=spf1 include:_spf.provider.test -all", "v=spf1 include:_spf.provider.test -all"),
    ],
)  # fmt: skip
def test_who_sends_already_stays_in_the_record(stands, value):
    told = record_of("spf", THEIRS, carrier="_spf.provider.test", found=stands)

    assert told.value == value


def test_no_value_is_invented_for_a_provider():
    assert [record_of(step, THEIRS).value for step in ("spf", "dkim", "return")] == [
        "",
        "",
        "",
    ]


# Who may send (RFC 7208)


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ("v=spf1 ip4:9.9.9.0/24 -all", True),
        ("v=spf1 ip4:nonsense -all", False),
        ("v=spf1 -ip4:9.9.9.9 +all", False),
        ("v=spf1 a:mail.harbour.test -all", True),
        ("v=spf1 mx -all", True),
        ("v=spf1 mx:other.test -all", False),
        ("v=spf1 a:near.test/24 -all", True),
        ("v=spf1 include:list.test -all", True),
        ("v=spf1 include:nobody.test -all", False),
        ("v=spf1 redirect=list.test", True),
        ("v=spf1 include:harbour.test -all", None),
        ("v=spf1 exists:%{i}.test -all", None),
        ("v=spf1 ptr ip4:9.9.9.9 -all", True),
        ("v=spf1", False),
    ],
)
def test_a_record_is_followed_as_a_receiver_does(record, verdict):
    zone = a_good_zone()
    zone.txt = {
        "harbour.test": (record,),
        "list.test": ("v=spf1 ip4:9.9.9.9 -all",),
    }
    zone.hosts = {**zone.hosts, "near.test": ("9.9.9.1",)}

    assert is_let_in("9.9.9.9", "harbour.test", zone) is verdict


# A letter that arrived

WELL = """\
Return-Path: <b+0123@harbour.test>
Authentication-Results: mx.elsewhere.test; dkim=pass (good) header.d=harbour.test;
 spf=pass smtp.mailfrom=harbour.test
Authentication-Results: mx.elsewhere.test; dmarc=pass (p=QUARANTINE) header.from=harbour.test
Authentication-Results: liar.test; spf=fail
Received: from mail.harbour.test (mail.harbour.test [9.9.9.9]) (using TLSv1.3)
 by mx.elsewhere.test with ESMTPS id 1
Received: by 10.1.2.3 with SMTP id inner
Received: from localhost (localhost [127.0.0.1]) by mail.harbour.test with ESMTP id 2
DKIM-Signature: v=1; a=rsa-sha256; d=harbour.test; s=k1;
 h=from:to:subject:list-unsubscribe:list-unsubscribe-post; bh=x; b=y
From: Harbour Centre <centre@harbour.test>
To: <somebody@elsewhere.test>
Subject: A test letter
List-Unsubscribe: <https://harbour.test/leave/0>
List-Unsubscribe-Post: List-Unsubscribe=One-Click

Words.
"""


def arrived(text: str):
    """What is read from a letter: codes, and what is well."""
    told = read_arrived(read_letter(text.replace("\n", "\r\n").encode()))
    return {one.code for one in told.findings}, told.well


def test_a_letter_that_is_well_is_told_to_be():
    assert arrived(WELL) == (
        set(),
        (
            "SPF passed",
            "DKIM passed",
            "DMARC passed",
            "the signature is ours and covers the way out",
            "the return path is ours",
            "people can leave with one click",
            "it was encrypted on its way",
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("spf=pass", "spf=softfail", "FW197"),
        ("dmarc=pass", "dmarc=none", "FW197"),
        ("dkim=pass (good)", "dkim=fail (bad (really))", "FW197"),
        ("with ESMTPS id 1", "with ESMTP id 1", "FW198"),
        (":list-unsubscribe-post", "", "FW168"),
        ("d=harbour.test; s=k1", "d=provider.test; s=k1", "FW167"),
        ("<b+0123@harbour.test>", "<x@provider.test>", "FW166"),
        ("List-Unsubscribe-Post: List", "X: List", "FW120"),
        ("DKIM-Signature:", "X-Signature:", "FW195"),
    ],
)
def test_one_fault_of_a_letter_that_arrived_is_told(old, new, code):
    text = WELL.replace("(using TLSv1.3)", "") if code == "FW198" else WELL

    assert old in text
    assert arrived(text.replace(old, new))[0] == {code}


def test_a_letter_that_nobody_judged_says_so():
    text = WELL.replace("Authentication-Results", "X-Results")

    assert arrived(text)[0] == {"FW196"}


@given(st.lists(st.text(max_size=60), max_size=6))
def test_no_header_breaks_the_reading(lines):
    names = ("Authentication-Results", "Received", "DKIM-Signature", "Return-Path")
    text = "".join(
        f"{name}: {' '.join(line.split())}\n" for name in names for line in lines
    )
    try:
        letter = read_letter(f"From: a@b.test\n{text}\n".encode("utf-8", "replace"))
    except NotALetter:
        return

    assert read_arrived(letter).findings
