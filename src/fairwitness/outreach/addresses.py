"""What an e-mail address is, and when two of them are the same. Pure.

An address is sent to as it was typed. What tells whether two are the same is a match text:
NFKC and case folding of the part before the @, the ASCII form of the domain. A tag
("+x") or a dot belongs to the address: nothing is taken away.
"""

import hashlib
import hmac
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from email_validator import EmailNotValidError, validate_email

LONGEST = 254  # RFC 5321 §4.5.3.1.3, without the angle brackets
_LONGEST_LOCAL = 64
_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PLAIN_LOCAL = re.compile(rf"{_ATEXT}(?:\.{_ATEXT})*")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class NotAnAddress(Exception):
    """No letter can be sent there. The message never holds what was typed."""


class Address(NamedTuple):
    """An address that was checked. Printing it prints nothing of it."""

    local: str
    domain: str  # ASCII, in lower case

    def __repr__(self) -> str:
        return "[address]"

    @property
    def sendable(self) -> str:
        """As the mail server is told it."""
        return f"{self.local}@{self.domain}"

    @property
    def match_text(self) -> str:
        """The same for every spelling of this address."""
        if self.local.isascii():
            return f"{self.local.lower()}@{self.domain}"
        folded = unicodedata.normalize("NFKC", self.local).casefold()
        return f"{unicodedata.normalize('NFKC', folded)}@{self.domain}"

    def match(self, key: bytes) -> bytes:
        """HMAC-SHA-256 of the match text: found again with the key, by nobody without it."""
        return hmac.digest(key, self.match_text.encode(), hashlib.sha256)


class Matcher:
    """Computes the match hash of many addresses: HMAC-SHA-256 (RFC 2104), its two halves begun once.

    The key has at most 64 bytes.
    """

    def __init__(self, key: bytes) -> None:
        block = key.ljust(hashlib.sha256().block_size, b"\0")
        self._inner = hashlib.sha256(bytes(one ^ 0x36 for one in block))
        self._outer = hashlib.sha256(bytes(one ^ 0x5C for one in block))

    def match(self, address: Address) -> bytes:
        """The same as `Address.match`."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(address.match_text.encode())
        outer.update(inner.digest())
        return outer.digest()


def read_address(typed: str) -> Address:
    """Check an address by RFC 5321 and 6531, without asking the network.

    Each domain is checked once; a plain ASCII local part needs only its pattern.
    """
    typed = typed.strip()
    local, _at, domain = typed.rpartition("@")
    if _PLAIN_LOCAL.fullmatch(local) and len(local) <= _LONGEST_LOCAL:
        ascii_domain = _ascii_domain(domain)
        if max(len(typed), len(local) + 1 + len(ascii_domain)) <= LONGEST:
            return Address(local, ascii_domain)
    return _read_slowly(typed)


def looks_like_a_formula(cell: str) -> bool:
    """Whether a spreadsheet would calculate this cell instead of showing it."""
    return cell.startswith(_FORMULA)


def _read_slowly(typed: str) -> Address:
    try:
        valid = validate_email(typed, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise NotAnAddress from None
    return Address(valid.local_part, str(valid.ascii_domain).lower())


@lru_cache(maxsize=50_000)
def _ascii_domain(domain: str) -> str:
    return _read_slowly(f"a@{domain}").domain
