"""Mail servers that report in words of their own: believed only about the address that we wrote to."""

import time

import pytest

from fairwitness.outreach.bounces import Kind, read_returned
from fairwitness.outreach.models import Suppression
from tests.test_returned import campaign, states, take  # noqa: F401 # a fixture

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

HEAD = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.members.example>
To: {path}
Subject: {subject}
{more}
"""
# Written for this test in the shapes that these programs have.
QMAIL = """\
Hi. This is the qmail-send program at mx.members.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{address}>:
{why}

--- Below this line is a copy of the message.

Return-Path: <{path}>
Subject: A survey

Would you answer some questions?
"""
EXIM = """\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {address}
    {why}

------ This is a copy of the message, including all the headers. ------

Return-path: <{path}>
Subject: A survey
"""
FOLLOWING = """\
Delivery to the following recipient failed permanently:

     {address}

Technical details of permanent failure:
{why}

----- Original message -----

Return-Path: <{path}>
Subject: A survey
"""
SHAPES = {"qmail": QMAIL, "exim": EXIM, "following": FOLLOWING}
FAILED = "X-Failed-Recipients: {address}\nAuto-Submitted: auto-replied\n"
NOBODY = [
    "Sorry, no mailbox here by that name. (#5.1.1)",
    "550 5.1.1 User unknown",
    "The server 10.5.2.2 says that the recipient does not exist.",
]
FULL = [
    "552 5.2.2 this mailbox takes nothing more",
    "The mailbox of this person is full.",
]
NOT_FROM_US = ["554 5.7.1 this looks like bulk mail", "The policy of this house."]


def worded(shape: str, why: str, *, address: str = "", path: str = "") -> bytes:
    """A report in the words of one program, about the letter of somebody."""
    told = {"address": address, "why": why, "path": path}
    more = FAILED.format(**told) if shape == "exim" else ""
    head = HEAD.format(path=path, subject="failure notice", more=more)
    return (head + SHAPES[shape].format(**told)).encode()


@pytest.fixture
def whose(campaign) -> dict[str, str]:  # noqa: F811 # the fixture
    """To whom a letter with each return path went."""
    from tests.invited import letters

    return {str(one["Return-Path"]).strip("<>"): str(one["To"]) for one in letters()}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("why", "kind"),
    [(why, Kind.GONE) for why in NOBODY]
    + [(why, Kind.LATER) for why in FULL]
    + [(why, Kind.NOT_FROM_US) for why in NOT_FROM_US],
)
def test_a_report_in_words_is_read_by_its_code_or_else_by_its_words(shape, why, kind):
    report = worded(shape, why, address="ann@members.example", path="b@x.example")

    reading = read_returned(report)

    assert reading.kind is kind
    assert reading.about == {"ann@members.example"}


@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_about_the_letter_whose_return_path_it_names(whose, shape):
    path, address = next(iter(whose.items()))

    assert take(worded(shape, NOBODY[0], address=address, path=path)) is Kind.GONE

    assert states() == ["bounced"]
    assert Suppression.objects.get().reason == "bounced"


def test_a_guess_about_another_address_is_for_people_to_read(whose):
    path = next(iter(whose))

    forwarded_to = worded("qmail", NOBODY[0], address="x@else.example", path=path)
    unsigned = worded("qmail", NOBODY[0], address=whose[path], path="b@centre.example")

    assert take(forwarded_to) is Kind.UNKNOWN
    assert take(unsigned) is Kind.UNKNOWN
    assert states() == []


def test_a_warning_that_a_server_still_tries_changes_nothing(whose):
    path, address = next(iter(whose.items()))
    head = HEAD.format(path=path, subject="Warning: could not send message", more="")
    warning = f"""{head}
    **********************************************
    **      THIS IS A WARNING MESSAGE ONLY      **
    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **
    **********************************************

The original message was received an hour ago

   ----- The following addresses had transient non-fatal errors -----
<{address}>

   ----- Transcript of session follows -----
{address}... Deferred: Connection timed out
"""

    assert take(warning.encode()) is Kind.NOTHING
    assert states() == []


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Auto-Response-Suppress: All",
        "Precedence: auto_reply",
    ],
)
def test_an_answering_machine_is_known_by_what_it_says_of_itself(header):
    away = (
        f"From: ann@members.example\r\n{header}\r\nSubject: away\r\n\r\nI am away.\r\n"
    )

    assert read_returned(away.encode()).kind is Kind.NOTHING


def test_a_person_who_answers_is_not_taken_for_a_machine():
    answer = b"From: ann@members.example\r\nSubject: Re: A survey\r\n\r\nNo thanks.\r\n"

    assert read_returned(answer).kind is Kind.UNKNOWN


def test_words_that_were_written_to_keep_it_busy_do_not():
    begins = [
        "the following addresses had",
        "A message that you sent could not be delivered",
        "Your message could not be delivered to",
        "Message not delivered to the following addresses",
    ]
    line = "<" * 900
    busy = HEAD.format(path="x", subject="x", more="") + "\n".join(
        [*begins, *[line] * 900]
    )
    began = time.process_time()

    assert read_returned(busy.encode()).kind is Kind.UNKNOWN

    assert time.process_time() - began < 3
