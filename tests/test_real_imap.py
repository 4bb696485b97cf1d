"""A real Dovecot: what came back is read by IMAP over TLS, once, and only from whom we know."""

import mailbox
import os
import pwd
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.db.utils import OperationalError
from django.utils import timezone

from fairwitness import worker
from fairwitness.outreach import letterbox
from fairwitness.outreach.models import Delivery
from fairwitness.outreach.sending import send_due
from fairwitness.outreach.tray import ReturnedMail
from tests.invited import letters, make_invited
from tests.real_mail import free_port, own_folder, require, running
from tests.test_returned import dsn

pytestmark = [
    pytest.mark.django_db(databases=["default", "keystore"]),
    pytest.mark.one_engine,
]

DOVECOT = Path("/usr/sbin/dovecot")
READER = Path("/usr/lib/dovecot/imap")
CONFIGURATION = """\
base_dir = {place}/run
state_dir = {place}/run
log_path = {place}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{place}/cert.pem
ssl_key = <{place}/key.pem
mail_location = maildir:{place}/mail
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
passdb {{
  driver = static
  args = password=returns
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={place}/mail
}}
first_valid_uid = 1
first_valid_gid = 1
"""


def make_certificate(place: Path) -> None:
    """A certificate of this machine, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = timezone.now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (place / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (place / "key.pem").write_bytes(key.private_bytes(*plain))


@pytest.fixture
def box(settings, monkeypatch) -> Iterator[mailbox.Maildir]:
    """The mailbox of a running server, which the settings name and whose certificate we trust."""
    require(DOVECOT, READER, package="dovecot-imapd")
    owner = pwd.getpwnam("nobody")
    with own_folder() as place:
        port = free_port()
        told = {"place": place, "port": port, "uid": owner.pw_uid, "gid": owner.pw_gid}
        make_certificate(place)
        (place / "dovecot.conf").write_text(CONFIGURATION.format(**told))
        box = mailbox.Maildir(place / "mail")
        monkeypatch.setenv("SSL_CERT_FILE", str(place / "cert.pem"))
        settings.RETURNS_IMAP = f"127.0.0.1:{port}"
        settings.RETURNS_USER, settings.RETURNS_PASSWORD = "returns", "returns"
        command = [str(DOVECOT), "-F", "-c", str(place / "dovecot.conf")]
        with running(command, port):
            yield box


@pytest.fixture
def put(box, centre):
    """Puts mail into the box, as a mail server delivers it."""
    make_invited(centre)
    send_due()
    owner = pwd.getpwnam("nobody")

    def deliver(content: bytes | str) -> None:
        box.add(content)
        for path in [Path(box._path), *Path(box._path).rglob("*")]:
            os.chown(path, owner.pw_uid, owner.pw_gid)

    return deliver


def work() -> set[str]:
    """Let the worker read what came back. Returns what failed."""
    return worker.work_through(
        tuple(one for one in worker.JOBS if one.name == "returned")
    )


def return_path(number: int) -> str:
    """To where a letter that cannot be delivered comes back."""
    return str(letters()[number]["Return-Path"]).strip("<>")


def test_reports_are_read_and_taken_away_and_the_rest_is_for_people(box, put):
    put(dsn(return_path(0), "5.1.1"))
    put(
        "From: a@b.example\nTo: centre@centre.example\nSubject: Hello\n\nWho are you?\n"
    )

    assert work() == set()

    assert Delivery.objects.filter(state="bounced").count() == 1
    assert ReturnedMail.objects.count() == 1
    assert len(box) == 0


def test_what_breaks_off_in_the_middle_is_read_once_all_the_same(box, put):
    put(dsn(return_path(0), "5.1.1"))
    put(dsn(return_path(1), "5.1.1"))
    seen: list[bytes] = []

    def take(content: bytes) -> bool:
        seen.append(content)
        if len(seen) > 1:
            raise OperationalError("the database is gone")
        return True

    with pytest.raises(OperationalError):
        letterbox.empty(take)
    letterbox.empty(lambda content: not seen.append(content))

    assert len(seen) == 3
    assert seen[1] == seen[2] != seen[0]
    assert len(box) == 0


def test_a_server_that_nobody_vouches_for_is_told_no_password(box, put, monkeypatch):
    put(dsn(return_path(0), "5.1.1"))
    monkeypatch.delenv("SSL_CERT_FILE")

    assert work() == {"returned"}
    assert len(box) == 1


def test_a_wrong_password_loses_nothing(box, put, settings):
    put(dsn(return_path(0), "5.1.1"))
    settings.RETURNS_PASSWORD = "another"

    with pytest.raises(letterbox.LetterboxAway):
        letterbox.empty(lambda _content: True)
    assert len(box) == 1
