"""Shows a mail that came back without the addresses in it. Pure."""

import re
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

WORDS_SHOWN = 8_000  # signs
# Also with quotation marks before the @, with a number behind it, and as links write it.
_ADDRESS = re.compile(
    r"""("[^"\n]{1,64}"|[^\s<>()\[\]"',;:@]{1,256}?)(@|%40|\uff20)\[?([\w.:-]{1,255})\]?""",
    re.IGNORECASE,
)
_KEY = re.compile(r"\b[0-9a-z]{26,40}\b", re.IGNORECASE)  # of a link or a return path
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, repr=False)
class Shown:
    """What staff see of a mail; `sender` is whole, and for no page."""

    subject: str
    sender: str
    words: str
    is_cut: bool

    def __repr__(self) -> str:
        return "[a mail]"

    @property
    def masked_sender(self) -> str:
        """The sender as a page may show it."""
        return masked(self.sender)


def masked(text: str) -> str:
    """A text with each address as a…@e…, and without the keys of anybody's letter."""
    hidden = _ADDRESS.sub(_mask, text)
    return _KEY.sub("…", hidden)


def _mask(found: re.Match[str]) -> str:
    local, domain = found[1].lstrip('"'), found[3]
    return f"{local[:1]}…@{domain[:1]}…"


def shown(content: bytes) -> Shown:
    """Read a mail for people: its plain text, else its HTML without the tags."""
    try:
        mail = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(
            content
        )
        subject, sender = str(mail.get("Subject", "")), str(mail.get("From", ""))
        words = _words(mail)
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):
        subject, sender, words = "", "", content.decode("utf-8", "replace")
    return Shown(
        masked(" ".join(subject.split())[:200]),
        parseaddr(sender)[1],
        masked(words[:WORDS_SHOWN]),
        len(words) > WORDS_SHOWN,
    )


def _words(mail: EmailMessage) -> str:
    for kind in ("text/plain", "text/html"):
        parts = [part for part in mail.walk() if part.get_content_type() == kind]
        text = "\n\n".join(str(part.get_content()) for part in parts)
        words = (_TAG.sub(" ", text) if kind == "text/html" else text).strip()
        if words:
            return words
    return ""
