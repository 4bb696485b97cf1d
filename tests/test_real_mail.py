"""A real Postfix: letters signed by its milter arrive, real reports of it name their letter."""

import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from fairwitness import worker
from fairwitness.outreach.addresses import read_address
from fairwitness.outreach.keys import new_key
from fairwitness.outreach.matching import match_of
from fairwitness.outreach.models import Contact, Delivery, Suppression
from fairwitness.outreach.returns import local_part
from fairwitness.outreach.tray import ReturnedMail
from tests.invited import make_invited, read
from tests.post_office import serve_post_office  # noqa: F401 # a fixture
from tests.real_mail import RealMail, real_mail
from tests.test_returned import ARF, dsn

pytestmark = [
    pytest.mark.django_db(databases=["default", "keystore"]),
    pytest.mark.one_engine,
]

HERE = ["ann@members.example", "ben@members.example"]
RETURNED = "b@centre.example"
GONE, FULL, UNWANTED, SLOW = (
    "gone@members.example",
    "full@elsewhere.example",
    "unwanted@elsewhere.example",
    "slow@elsewhere.example",
)
SAID_ELSEWHERE = {
    FULL: "552 5.2.2 mailbox full",
    UNWANTED: "550 5.7.1 not from you",
    SLOW: "451 4.7.1 greylisted, come back",
}


@pytest.fixture
def mail(post_office, settings) -> Iterator[RealMail]:
    """A real mail server, to which the settings point, and another one elsewhere."""
    post_office.answers = SAID_ELSEWHERE
    with real_mail([*HERE, RETURNED], elsewhere=post_office.port) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.RETURNS_MAILDIR = str(server.place / "boxes" / RETURNED)
        yield server


def work(*names: str) -> None:
    """Let the worker do these of its jobs."""
    jobs = tuple(job for job in worker.JOBS if job.name in names)
    assert worker.work_through(jobs) == set()


def states() -> dict[str, int]:
    found = Delivery.objects.values_list("state", flat=True)
    return {state: list(found).count(state) for state in found}


def post(mail: RealMail, content: bytes | str, *, to: str) -> None:
    """A mail from somebody else, as it comes in."""
    with smtplib.SMTP("127.0.0.1", mail.port) as line:
        line.sendmail("", [to], content)


def paths_of(mail: RealMail) -> dict[str, str]:
    """The return path with which each letter was delivered, by whom it is for."""
    arrived = [one for address in HERE for one in mail.wait_for(address, 1)]
    return {one["Delivered-To"]: one["Return-Path"].strip("<>") for one in arrived}


def assert_signed_whole(mail: RealMail) -> None:
    """Another program believes the signature, which covers both ways out (RFC 8058 §4)."""
    for address in HERE:
        [name] = mail.box(address).keys()
        letter = mail.box(address).get_bytes(name)
        signature = re.sub(r"\s", "", read(letter)["DKIM-Signature"])
        [covered] = re.findall(r";h=([^;]+);", signature)
        names = covered.lower().split(":")
        assert {"from", "list-unsubscribe", "list-unsubscribe-post"} <= set(names)
        changed = [
            letter.replace(header, header + b"x")
            for header in (b"List-Unsubscribe: <", b"List-Unsubscribe-Post: ")
        ]
        assert letter not in changed
        believed = mail.believes(letter, *changed)
        assert believed == [True, False, False]


def contact(address: str) -> Contact:
    return Contact.objects.get(match=match_of(read_address(address)))


def reasons() -> dict[str, tuple[str, str]]:
    """What became of the letter to each."""
    everybody = [*HERE, GONE, FULL, UNWANTED, SLOW]
    letters = Delivery.objects.values_list("state", "reason")
    return {one: letters.get(invitation__contact=contact(one)) for one in everybody}


def suppressed() -> dict[str, str]:
    """Who is not written to again, and why."""
    whose = {match_of(read_address(one)): one for one in (*HERE, GONE, FULL, UNWANTED)}
    return {whose[bytes(row.match)]: row.reason for row in Suppression.objects.all()}


def away(path: str) -> str:
    """An answering machine (RFC 3834)."""
    answer = EmailMessage()
    answer["From"], answer["To"] = HERE[1], path
    answer["Subject"] = "Away until Monday"
    answer["Auto-Submitted"] = "auto-replied"
    answer.set_content("I am not here.")
    return answer.as_string()


def test_a_wave_arrives_signed_and_each_report_names_its_own_letter(
    centre, mail, settings
):
    make_invited(centre, [*HERE, GONE, FULL, UNWANTED, SLOW])

    work("letters")

    assert states() == {"handed_over": 6}
    paths = paths_of(mail)
    assert_signed_whole(mail)
    mail.wait_for(RETURNED, 3)
    forged = local_part(new_key(), by=b"x" * 32) + "@centre.example"
    post(mail, dsn(forged, "5.1.1"), to=forged)
    post(mail, dsn(RETURNED, "5.1.1"), to=RETURNED)
    post(mail, away(paths[HERE[1]]), to=paths[HERE[1]])
    complaint = ARF.format(to=paths[HERE[0]], feedback="abuse")
    post(mail, complaint, to=RETURNED)
    mail.wait_for(RETURNED, 7)

    work("returned")

    assert states() == {
        "bounced": 1,
        "complained": 1,
        "handed_over": 2,
        "refused": 1,
        "waiting": 1,
    }
    assert reasons() == {
        GONE: ("bounced", "5.1.1"),
        FULL: ("waiting", "5.2.2"),
        UNWANTED: ("refused", "5.7.1"),
        SLOW: ("handed_over", ""),
        HERE[0]: ("complained", ""),
        HERE[1]: ("handed_over", ""),
    }
    assert suppressed() == {GONE: "bounced", HERE[0]: "complained"}
    assert not list(mail.box(RETURNED))
    assert [one.letter for one in ReturnedMail.objects.all()] == [None, None]
