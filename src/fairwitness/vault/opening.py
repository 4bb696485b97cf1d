"""The only way to read what is sealed. A lint contract lists who may import this.

Whoever opens leaves a line in the ledger in the same transaction: `record` fails, the
reading fails.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import models, transaction
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import Actor
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.vault import keystore
from fairwitness.vault.actions import wrap_context
from fairwitness.vault.envelope import disclose, enclose, open_with
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.report_keys import section_context, section_key
from fairwitness.vault.suites import PrivateKey, Suite


class Shredded(Refused):
    """The key was destroyed: nobody can read this any more."""

    status = 410


class NoKey(NotAllowed):
    """This person holds no key to it."""


@dataclass(frozen=True, repr=False)
class Ring:
    """The private keys that somebody holds at this moment, by the random id of each key."""

    keys: dict[uuid.UUID, PrivateKey] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<a ring of {len(self.keys)} keys>"

    @classmethod
    def of(cls, key: KeyPair, private: PrivateKey) -> "Ring":
        """The ring of a member: their own key, and the keys of the house wrapped to it."""
        keys = {key.pk: private}
        for wrap in Wrap.objects.filter(holder=key, part="key"):
            seed = open_with(
                private, bytes(wrap.envelope), wrap_context("key", wrap.subject)
            )
            house = KeyPair.objects.get(pk=wrap.subject)
            keys[house.pk] = PrivateKey.from_seed(Suite(house.suite), seed)
        return cls(keys)

    def open_wrap(self, subject: uuid.UUID, part: str) -> bytes:
        """The key that is wrapped to any key on this ring. Error: `NoKey`."""
        held = Wrap.objects.filter(subject=subject, part=part, holder__in=self.keys)
        wrap = held.first()
        if wrap is None or wrap.holder_id is None:
            raise NoKey(_("You hold no key to this."))
        private = self.keys[wrap.holder_id]
        return open_with(private, bytes(wrap.envelope), wrap_context(part, subject))


def unwrap_for_reporter(subject: uuid.UUID, part: str, read_key: bytes) -> bytes:
    """The reporter's own copy of a key, under the read key of their receipt code."""
    wrap = Wrap.objects.filter(subject=subject, part=part, holder=None).first()
    if wrap is None:
        raise NoKey(_("There is nothing of this kind in your report."))
    return disclose(read_key, bytes(wrap.envelope), wrap_context(part, subject))


@dataclass(frozen=True, repr=False)
class Chest:
    """A report's sealed sections with the key that opens them and the slot of its shred key."""

    report: uuid.UUID
    slot: uuid.UUID
    key: bytes

    def __repr__(self) -> str:
        return "<a chest>"

    def key_for(self, section: str) -> bytes:
        """The key of a section. Error: `Shredded`."""
        shred_key = keystore.key_of(self.slot)
        if shred_key is None:
            raise Shredded(_("This was erased. Nobody can read it any more."))
        return section_key(self.key, shred_key, section)

    def open(self, section: str, envelope: bytes) -> bytes:
        """What a section says, as padded bytes."""
        context = section_context(self.report, section)
        return disclose(self.key_for(section), bytes(envelope), context)

    def seal(self, section: str, plain: bytes) -> bytes:
        """Seal something new under a section's key."""
        context = section_context(self.report, section)
        return enclose(self.key_for(section), plain, context)


@contextmanager
def recorded(
    act: str, subject: models.Model | str, *, by: Actor, count: int = 1
) -> Iterator[None]:
    """Open within this block: the ledger has the line, or nothing was opened."""
    with transaction.atomic():
        record(f"vault.opened.{act}", subject, by=by, count=count)
        yield
