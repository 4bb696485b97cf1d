"""One-time codes at sign-in (RFC 6238), and what lies sealed under a key outside the database."""

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime

import pyotp
from django.conf import settings

from fairwitness import environment
from fairwitness.vault.envelope import Context, disclose, enclose

SECONDS = 30
WINDOW = 1  # steps before and after, for clocks that go wrong


@dataclass(frozen=True, repr=False)
class SignInSecret:
    """What a colleague's authenticator app needs. Shown once, never again."""

    base32: str
    name: str

    def __repr__(self) -> str:
        return "<a sign-in secret>"

    @property
    def fours(self) -> list[str]:
        """The secret in groups of four, as one types it."""
        return [
            self.base32[start : start + 4] for start in range(0, len(self.base32), 4)
        ]

    @property
    def otpauth(self) -> str:
        """The same as an address that authenticator apps read."""
        return pyotp.TOTP(self.base32).provisioning_uri(
            name=self.name, issuer_name="Desk"
        )

    def code(self, at: datetime) -> str:
        """The code of that moment."""
        return pyotp.TOTP(self.base32).at(int(at.timestamp()))


def new_secret(name: str) -> SignInSecret:
    """Draw a secret of 160 bits."""
    return SignInSecret(pyotp.random_base32(), name)


def fields_key() -> bytes:
    """The key, outside the database, under which such fields are sealed."""
    return environment.secret(settings.SECRETS / "fields.key")


def seal_secret(user: uuid.UUID, secret: SignInSecret) -> bytes:
    """Seal a sign-in secret for its row."""
    return enclose(fields_key(), secret.base32.encode(), _context(user))


def step_of(code: str, *, user: uuid.UUID, sealed: bytes, at: datetime) -> int | None:
    """The time-step to which a code belongs, within the window; none when it is wrong."""
    secret = disclose(fields_key(), sealed, _context(user)).decode()
    typed = "".join(code.split())
    now = int(at.timestamp()) // SECONDS
    generator = pyotp.TOTP(secret)
    matching = [
        step
        for step in range(now - WINDOW, now + WINDOW + 1)
        if hmac.compare_digest(generator.generate_otp(step).encode(), typed.encode())
    ]
    return matching[-1] if matching else None


def shadow_of(text: str) -> str:
    """A keyed digest: the same text is known again, and nobody can work back to it."""
    return hmac.new(fields_key(), text.encode(), hashlib.sha256).hexdigest()


def _context(user: uuid.UUID) -> Context:
    return Context("field", str(user), "sign-in")
