"""A real Postfix with OpenDKIM as its milter, on loopback, with folders of its own.

It never meets the Postfix of this machine: configuration, queue, data and log lie in the
test's own folder, and its processes are ended by their numbers. Its master wants to be root.
"""

import grp
import json
import os
import pwd
import signal
import socket
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from mailbox import Maildir, NoSuchMailboxError
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

PATIENCE = 20  # seconds, on a machine that has much to do
SHORT = 0.5  # seconds for a server to end by itself
SELECTOR = "post2026"
POSTFIX = Path("/usr/lib/postfix/sbin/master")
OPENDKIM = Path("/usr/sbin/opendkim")
VERIFIER = Path("/usr/lib/python3/dist-packages/dkim/__init__.py")  # dkimpy
# Reads letters from its input, asks no network, and says of each whether it believes it.
VERIFY = """
import base64, json, sys, dkim
told = json.load(sys.stdin)
ask = lambda name, timeout=5: told["records"].get(name.decode(), "").encode() or None
letters = map(base64.b64decode, told["letters"])
print(json.dumps([dkim.verify(one, dnsfunc=ask) for one in letters]))
"""
QUEUES = (
    "active bounce corrupt defer deferred flush hold incoming maildrop pid private "
    "public saved trace"
)

MAIN = """\
compatibility_level = 3.6
myhostname = mail.centre.example
myorigin = centre.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mail_owner = postfix
setgid_group = postdrop
queue_directory = {place}/queue
data_directory = {place}/data
maillog_file_prefixes = {place}
maillog_file = {place}/log
disable_dns_lookups = yes
smtp_host_lookup = native
smtpd_peername_lookup = no
alias_maps =
local_recipient_maps =
recipient_delimiter = +
smtpd_reject_unlisted_recipient = no
smtpd_milters = inet:127.0.0.1:{milter}
non_smtpd_milters = $smtpd_milters
milter_default_action = tempfail
transport_maps = inline:{{ {{ elsewhere.example = smtp:[127.0.0.1]:{elsewhere} }} }}
virtual_mailbox_domains = members.example, centre.example
virtual_mailbox_base = {place}/boxes
virtual_mailbox_maps = inline:{{ {boxes} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup  unix n - n - 0 cleanup
qmgr     unix n - n 300 1 qmgr
rewrite  unix - - n - - trivial-rewrite
bounce   unix - - n - 0 bounce
defer    unix - - n - 0 bounce
trace    unix - - n - 0 bounce
smtp     unix - - n - - smtp
error    unix - - n - - error
retry    unix - - n - - error
virtual  unix - n n - - virtual
anvil    unix - - n - 1 anvil
scache   unix - - n - 1 scache
proxymap unix - - n - - proxymap
tlsmgr   unix - - n 1000? 1 tlsmgr
postlog  unix-dgram n - n - 1 postlogd
"""
SIGNER = """\
Syslog no
Socket inet:{milter}@127.0.0.1
Mode s
Domain centre.example
Selector {selector}
KeyFile {place}/dkim.key
Canonicalization relaxed/simple
RequireSafeKeys no
OversignHeaders From
SignHeaders *,+List-Unsubscribe,+List-Unsubscribe-Post
"""


@dataclass(frozen=True)
class RealMail:
    """A running mail server: where it listens, what it delivered, and the key that it signs with."""

    port: int
    place: Path
    record: str  # the TXT record of the key

    def believes(self, *letters: bytes) -> list[bool]:
        """Whether dkimpy believes each signature, with a resolver that knows our key alone."""
        told = {
            "records": {f"{SELECTOR}._domainkey.centre.example.": self.record},
            "letters": [b64encode(one).decode() for one in letters],
        }
        command = ["/usr/bin/python3", "-I", "-c", VERIFY]
        answer = subprocess.check_output(command, input=json.dumps(told).encode())
        return list(json.loads(answer))

    def box(self, address: str) -> Maildir:
        """The mailbox of an address."""
        return Maildir(self.place / "boxes" / address, create=False)

    def wait_for(self, address: str, number: int) -> Maildir:
        """The mailbox, once so many letters lie in it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            with suppress(NoSuchMailboxError):
                box = self.box(address)
                if len(box) >= number:
                    return box
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)

    @property
    def log(self) -> str:
        """What the server wrote down."""
        with suppress(OSError):
            return (self.place / "log").read_text()
        return ""


def require(*needed: Path, package: str) -> None:
    """Leave a test out where a component is missing; on a machine that must show it, fail."""
    missing = [str(one) for one in needed if not one.exists()]
    because = f"a component is missing: {', '.join(missing)} (install {package})"
    if not missing:
        if os.geteuid() == 0:
            return
        because = "a real mail server is started by root alone: run this test as root"
    if os.environ.get("CI") == "true":
        pytest.fail(because)
    pytest.skip(because)


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def real_mail(boxes: list[str], *, elsewhere: int = 1) -> Iterator[RealMail]:
    """A Postfix with these mailboxes; `elsewhere` is the port that elsewhere.example listens on."""
    require(POSTFIX, OPENDKIM, VERIFIER, package="postfix, opendkim and python3-dkim")
    with own_folder() as place:
        ports = {"port": free_port(), "milter": free_port()}
        record = _lay_out(place, boxes, elsewhere=elsewhere, **ports)
        signer = [str(OPENDKIM), "-f", "-x", str(place / "opendkim.conf")]
        server = [str(POSTFIX), "-c", str(place / "etc"), "-d"]
        with (
            running(signer, ports["milter"]),
            running(server, ports["port"], MAIL_CONFIG=str(place / "etc")),
        ):
            yield RealMail(ports["port"], place, record)


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder that other accounts of this machine may walk through, as mail servers need it."""
    with TemporaryDirectory(prefix="fairwitness-mail-") as name:
        place = Path(name)
        place.chmod(0o755)
        yield place


@contextmanager
def running(command: list[str], port: int, **surroundings: str) -> Iterator[None]:
    """A server with all that it starts, from the moment that it answers at a port."""
    path = f"/usr/sbin:/usr/bin:/sbin:/bin:{os.environ.get('PATH', '')}"
    process = subprocess.Popen(
        command,
        start_new_session=True,
        env={"PATH": path, "LANG": "C.UTF-8", **surroundings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        _wait_until_it_answers(process, port)
        yield
    finally:
        _end(process)
        assert process.stderr is not None
        process.stderr.close()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server and what it started, which are in a group of their own."""
    for told in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, told)
        with suppress(subprocess.TimeoutExpired):
            process.wait(SHORT)
    process.wait()


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            assert process.stderr is not None
            pytest.fail(f"{process.args!r}: {process.stderr.read().decode()}")
        time.sleep(0.02)


def _lay_out(
    place: Path, boxes: list[str], *, elsewhere: int, port: int, milter: int
) -> str:
    """Write the folders and files of both servers. Returns the TXT record of the signing key."""
    owner, post = pwd.getpwnam("postfix"), grp.getgrnam("postdrop")
    for name in (*(f"queue/{one}" for one in QUEUES.split()), "data", "etc", "boxes"):
        (place / name).mkdir(parents=True, mode=0o755)
    for name in [one for one in QUEUES.split() if one != "pid"]:
        (place / "queue" / name).chmod(0o700)
        os.chown(place / "queue" / name, owner.pw_uid, -1)
    for name in ("maildrop", "public"):
        os.chown(place / "queue" / name, owner.pw_uid, post.gr_gid)
        (place / "queue" / name).chmod(0o1730 if name == "maildrop" else 0o2710)
    os.chown(place / "data", owner.pw_uid, owner.pw_gid)
    os.chown(place / "boxes", owner.pw_uid, owner.pw_gid)
    known = ", ".join(f"{{ {one} = {one}/ }}" for one in boxes)
    told = {"place": place, "port": port, "milter": milter, "elsewhere": elsewhere}
    told |= {"boxes": known, "uid": owner.pw_uid, "gid": owner.pw_gid}
    (place / "etc/main.cf").write_text(MAIN.format(**told))
    (place / "etc/master.cf").write_text(MASTER.format(**told))
    (place / "opendkim.conf").write_text(SIGNER.format(selector=SELECTOR, **told))
    return _make_key(place / "dkim.key")


def _make_key(place: Path) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    place.touch(mode=0o600)
    place.write_bytes(key.private_bytes(*plain))
    told = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    public = b64encode(key.public_key().public_bytes(*told)).decode()
    return f"v=DKIM1; k=rsa; p={public}"
