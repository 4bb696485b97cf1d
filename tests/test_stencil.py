"""A letter by a stencil is the letter that Python's `email` would have built, byte for byte."""

import re
from datetime import date
from email.headerregistry import Address
from email.policy import SMTP, SMTPUTF8

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.outreach.letters import LEAVE_HERE, OPEN_HERE, Keys, Letter
from fairwitness.outreach.stencil import Stencil
from tests.invited import read

DAY = date(2026, 11, 23)
HOST = "https://centre.example"
WORDS = {
    "en": f"Answer: {HOST}/i/{OPEN_HERE}/\n.A line with a dot, 100% ours.\n",
    "ar": f"الاستبيان: {HOST}/i/{OPEN_HERE}/\n\n{HOST}/leave/{LEAVE_HERE}/\n" * 9,
}


def a_letter(language="en", *, html=None, host=HOST, number="ZA000000"):
    text = WORDS[language]
    return Letter(
        subject=f"{text[:6]} {number}" * 3,
        text=text,
        html=html or f"<html><p>{text}</p></html>\n",
        language=language,
        sender=Address("Böhm's Trust", "centre", "centre.example"),
        reply_to="centre@harbour.example",
        leave_url=f"{host}/leave/{LEAVE_HERE}/",
        return_key=b"k" * 32,
    )


def compared(message: bytes) -> bytes:
    """Without what is drawn anew for each letter."""
    message = re.sub(rb"<[a-z0-9]{26}@", b"<id@", message)
    return re.sub(rb"={15}\d+==", b"boundary", message)


names = st.text(max_size=60).filter(
    lambda name: name.isprintable() and name == name.strip()
)
locals_ = st.from_regex(r"[a-z0-9!#$&'*+/=?^_`{|}~.-]{1,64}", fullmatch=True)
addresses = st.builds("{}@{}.example".format, locals_, st.sampled_from("ab"))


@given(addresses, names | st.from_regex(r"[A-Za-z ,.'-]{0,40}", fullmatch=True))
def test_whoever_it_is_to_it_is_what_email_would_have_built(address, name):
    letter, keys = a_letter(), Keys.new()
    try:
        built = letter.to(address, name=name.strip(), keys=keys, on=DAY)
    except (ValueError, IndexError):  # email refuses such an address
        return

    made = Stencil(letter, on=DAY).to(address, name=name.strip(), keys=keys)

    assert compared(made) == compared(built.as_bytes(policy=SMTP))


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("html", [None, "<p>ü</p>\n", f"<p>{'long ' * 300}</p>\n"])
def test_whatever_the_text_it_is_what_email_would_have_built(language, html):
    letter, keys = a_letter(language, html=html), Keys.new()
    built = letter.to("a@members.example", name="Ann", keys=keys, on=DAY)

    made = Stencil(letter, on=DAY).to("a@members.example", name="Ann", keys=keys)

    assert compared(made) == compared(built.as_bytes(policy=SMTP))
    assert LEAVE_HERE.encode() not in made
    assert keys.open in str(read(made).get_body(("plain",)).get_content())


def test_an_address_beyond_ascii_is_written_as_it_is():
    letter, keys = a_letter(), Keys.new()
    built = letter.to("jürgen@members.example", name="", keys=keys, on=DAY)

    made = Stencil(letter, on=DAY).to("jürgen@members.example", name="", keys=keys)

    assert compared(made) == compared(built.as_bytes(policy=SMTPUTF8))


def test_no_two_letters_have_the_same_id():
    stencil = Stencil(a_letter(), on=DAY)
    keys = Keys.new()

    made = {
        read(stencil.to("a@members.example", name="", keys=keys))["Message-ID"]
        for _time in range(9)
    }

    assert len(made) == 9


def test_a_long_address_of_the_centre_does_not_break_the_way_out():
    host = f"https://{'harbour-members-trust.' * 3}example"
    letter, keys = a_letter(host=host), Keys.new()

    made = Stencil(letter, on=DAY).to("a@members.example", name="", keys=keys)

    assert read(made)["List-Unsubscribe"] == f"<{host}/leave/{keys.leave}/>"
    assert f"<{host}/leave/{keys.leave}/>".encode() in made
