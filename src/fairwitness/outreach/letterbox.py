"""The mailbox to which letters come back: a Maildir, or IMAP. What people must read stays in it, flagged."""

import imaplib
import mailbox
import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress

from django.conf import settings

Taken = Callable[[bytes], bool]
AT_ONCE = 100
IMAPS = 993  # RFC 8314 §3.2


class LetterboxAway(OSError):
    """The mailbox cannot be read now."""


def is_set() -> bool:
    """Whether there is a mailbox."""
    return bool(settings.RETURNS_MAILDIR or settings.RETURNS_IMAP)


def empty(take: Taken, *, limit: int = AT_ONCE) -> int:
    """Give each new mail to `take`; remove it when that says yes, else flag it for people.

    Returns how many were looked at. Error: `LetterboxAway`.
    """
    try:
        if settings.RETURNS_MAILDIR:
            return _empty_maildir(take, limit)
        return _empty_imap(take, limit)
    except (imaplib.IMAP4.error, mailbox.Error) as wrong:
        raise LetterboxAway(type(wrong).__name__) from None


def _empty_maildir(take: Taken, limit: int) -> int:
    box = mailbox.Maildir(settings.RETURNS_MAILDIR, create=False)
    looked_at = 0
    for name in box.keys():  # noqa: SIM118 # a mailbox iterates over mails
        with suppress(KeyError):  # somebody took it out meanwhile
            mail = box.get_message(name)
            if "F" in mail.get_flags():
                continue
            if looked_at == limit:
                break
            looked_at += 1
            if take(box.get_bytes(name)):
                box.remove(name)
            else:
                mail.set_subdir("cur")
                mail.add_flag("F")
                box[name] = mail
    return looked_at


def _empty_imap(take: Taken, limit: int) -> int:
    host, _colon, port = settings.RETURNS_IMAP.partition(":")
    trusted = ssl.create_default_context()  # imaplib's own believes any certificate
    with imaplib.IMAP4_SSL(
        host, int(port or IMAPS), ssl_context=trusted, timeout=30
    ) as line:
        line.login(settings.RETURNS_USER, settings.RETURNS_PASSWORD)
        line.select()
        looked_at = 0
        for number in _new(line, limit):
            _answer, parts = line.fetch(number, "(BODY.PEEK[])")
            content = parts[0][1] if isinstance(parts[0], tuple) else b""
            looked_at += 1
            flag = r"\Deleted" if take(content) else r"\Flagged"
            line.store(number, "+FLAGS", flag)
        line.expunge()
        return looked_at


def _new(line: imaplib.IMAP4, limit: int) -> Iterator[str]:
    _answer, found = line.search(None, "UNFLAGGED", "UNDELETED")
    yield from found[0].decode().split()[:limit]
