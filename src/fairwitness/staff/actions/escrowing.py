"""Puts keys in escrow for the trustees whenever somebody has them open anyway."""

from django.db import transaction

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import Actor
from fairwitness.vault.actions import (
    KeysNotTrusted,
    put_in_escrow,
    standing_key,
    wrap_context,
)
from fairwitness.vault.envelope import open_with
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.suites import PrivateKey, Suite


def open_triage_key(
    key: KeyPair, private: PrivateKey
) -> tuple[KeyPair, PrivateKey] | None:
    """The key to new reports, where it is wrapped to this member's key; else nothing."""
    triage, _public = standing_key(KeyPair.Purpose.TRIAGE)
    held = Wrap.objects.filter(subject=triage.pk, part="key", holder=key).first()
    if held is None:
        return None
    context = wrap_context("key", triage.pk)
    seed = open_with(private, bytes(held.envelope), context)
    return triage, PrivateKey.from_seed(Suite(triage.suite), seed)


@transaction.atomic
def escrow_what_is_open(key: KeyPair, private: PrivateKey, *, by: Actor) -> None:
    """Seal a member's key, and the key to new reports if they hold it, for the trustees of today."""
    opened = [(key, private)]
    try:
        triage = open_triage_key(key, private)
    except KeysNotTrusted:  # not signed yet: there is nothing to read with it either
        triage = None
    if triage:
        opened.append(triage)
    for one, its_private in opened:
        if put_in_escrow(one, its_private):
            record("staff.key_escrowed", one, by=by)
