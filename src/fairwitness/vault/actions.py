"""Keeps the public keys of the house, their wraps, and the slots of the keystore."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from functools import lru_cache
from itertools import combinations

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness import environment
from fairwitness.inserting import as_column, insert
from fairwitness.refusal import NotOpen, Refused
from fairwitness.settled import settled
from fairwitness.vault import keystore, trust
from fairwitness.vault.envelope import Context, seal_to
from fairwitness.vault.escrow import escrow
from fairwitness.vault.models import (
    Escrow,
    KeyPair,
    LockedKey,
    LockedSecret,
    Slot,
    Wrap,
)
from fairwitness.vault.passphrase import RecoverySheet, lock_seed
from fairwitness.vault.suites import MalformedKey, PrivateKey, PublicKey, Suite
from fairwitness.vault.trust import KeyStatement, NotTrusted, is_signed
from fairwitness.vault.trustees import Believed

TRUSTEES_FILE = "trustees.json"
SLOTS_IN_STOCK = 200


_FREE = "SELECT id FROM vault_slot WHERE NOT is_taken AND id >= %s ORDER BY id LIMIT 1"
_HOLD = "UPDATE vault_slot SET is_taken = TRUE WHERE id = %s AND NOT is_taken"
_FIRST = uuid.UUID(int=0)
SLOT_TRIES = 200  # each one that fails means that somebody else has a slot


class KeysNotTrusted(NotOpen):
    """A key of the house is missing, ended, altered, or not signed by a trustee."""


class NoSlot(NotOpen):
    """The keystore has no free slot; the worker makes new ones."""


class SlotGone(Exception):
    """Somebody else has just taken this slot: try another."""


_parse_believed = lru_cache(maxsize=4)(Believed.parse)


def believed() -> Believed:
    """The trustees, as the file names them; they are never in the database."""
    try:
        return _parse_believed((settings.SECRETS / TRUSTEES_FILE).read_text())
    except FileNotFoundError:
        return Believed()


def trust_roots() -> tuple[bytes, ...]:
    """The Ed25519 public keys of those trustees who vouch for keys."""
    return believed().roots


@transaction.atomic
def add_key(
    public: PublicKey,
    *,
    purpose: KeyPair.Purpose,
    not_after: date,
    holder: uuid.UUID | None = None,
    verify_key: bytes | None = None,
    epoch: int = 1,
    signatures: Sequence[bytes] = (),
) -> KeyPair:
    """Take a public key into the house, with the trustees' signatures."""
    return KeyPair.objects.create(
        key_id=public.key_id.hex(),
        purpose=purpose,
        suite=public.suite,
        public=public.raw,
        verify_key=verify_key,
        holder=holder,
        epoch=epoch,
        not_after=not_after,
        signatures=[signature.hex() for signature in signatures],
    )


def statement_of(key: KeyPair) -> KeyStatement:
    """What the trustees sign about a key."""
    return KeyStatement(
        purpose=key.purpose,
        public_key=public_key_of(key),
        epoch=key.epoch,
        not_after=key.not_after,
        holder=str(key.holder or ""),
        verify_key=bytes(key.verify_key or b""),
    )


def public_key_of(key: KeyPair) -> PublicKey:
    """The public half of a key, to seal to. Error: `MalformedKey`."""
    return PublicKey(Suite(key.suite), bytes(key.public))


def standing_key(purpose: KeyPair.Purpose) -> tuple[KeyPair, PublicKey]:
    """The key now in force for a purpose; refused unless a trustee vouches for it.

    Errors: `KeysNotTrusted` (503): the key is missing, has ended, or was altered.
    """
    key = _standing(purpose)
    public = _trusted(key) if key else None
    if key is None or public is None:
        raise KeysNotTrusted(
            _("We cannot take anything just now: our keys need to be checked first.")
        )
    return key, public


@settled(KeyPair)
def _standing(purpose: KeyPair.Purpose) -> KeyPair | None:
    """The row; whether to believe it is asked each time."""
    return KeyPair.objects.filter(purpose=purpose, retired_on=None).first()


def _trusted(key: KeyPair) -> PublicKey | None:
    """The public half of a key that a trustee vouches for today, or none."""
    try:
        statement = statement_of(key)
        signatures = [bytes.fromhex(signature) for signature in key.signatures]
        trust.verify_key(statement, signatures, trust_roots(), on=timezone.localdate())
    except (NotTrusted, Refused, MalformedKey, ValueError, TypeError):
        return None
    return statement.public_key


@transaction.atomic
def accept_signature(signed: bytes, signature: bytes) -> bool:
    """Take a believed trustee's signature over a key of ours. Returns whether it was one."""
    for key in KeyPair.objects.filter(retired_on=None).select_for_update():
        if statement_of(key).to_bytes() != signed:
            continue
        is_good = any(is_signed(signed, signature, root) for root in trust_roots())
        if is_good and signature.hex() not in key.signatures:
            key.signatures = [*key.signatures, signature.hex()]
            key.save(update_fields=["signatures"])
        return is_good
    return False


def make_slots(count: int = SLOTS_IN_STOCK) -> int:
    """Make shred keys ahead of need. Returns how many were made.

    The keys stand before the slots do, and a database that fails leaves no keys behind:
    only a process that is killed between the two last writes does. Such keys open
    nothing, and a restore drops them.
    """
    missing = count - Slot.objects.filter(is_taken=False).count()
    if missing <= 0:
        return 0
    slots = [Slot() for _each in range(missing)]
    with transaction.atomic():
        Slot.objects.bulk_create(slots)
        keystore.add_keys(slot.pk for slot in slots)
    return len(slots)


def free_slot() -> tuple[Slot, bytes]:
    """A free slot, any of them, and its shred key; `hold_slot` takes it. Error: `NoSlot`.

    So that all can be sealed before a transaction begins in which others wait.
    """
    slot_id = _free_from(uuid.uuid4()) or _free_from(_FIRST)
    key = keystore.key_of(slot_id) if slot_id else None
    if slot_id is None or key is None:
        raise NoSlot(_("We cannot take anything just now. Try again in a minute."))
    return Slot(pk=slot_id), key


def _free_from(first: uuid.UUID) -> uuid.UUID | None:
    with connection.cursor() as cursor:
        cursor.execute(_FREE, [as_column(Slot, first)])
        row = cursor.fetchone()
    return uuid.UUID(str(row[0])) if row else None


def hold_slot(slot: Slot) -> None:
    """Take a free slot, in the transaction of what needs it. Error: `SlotGone`."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [as_column(Slot, slot.pk)])
        if cursor.rowcount != 1:
            raise SlotGone
    slot.is_taken = True


@transaction.atomic(savepoint=False)
def take_slot() -> tuple[Slot, bytes]:
    """Take a free slot and its shred key, in the transaction of what needs it. Error: `NoSlot`."""
    for _try in range(SLOT_TRIES):
        slot, key = free_slot()
        with suppress(SlotGone):
            hold_slot(slot)
            return slot, key
    raise NoSlot(_("We cannot take anything just now. Try again in a minute."))


def wrap_context(part: str, subject: uuid.UUID) -> Context:
    """What a wrap is bound to: its part and the thing that the key belongs to."""
    return Context(purpose="wrap", subject=str(subject), section=part)


def wrap_to(holder: KeyPair, key: bytes, *, part: str, subject: uuid.UUID) -> Wrap:
    """Seal a key to a holder. The row is returned unsaved, so that many go in at once."""
    envelope = seal_to(public_key_of(holder), key, wrap_context(part, subject))
    return Wrap(subject=subject, part=part, holder=holder, envelope=envelope)


def keep_wraps(wraps: Sequence[Wrap]) -> None:
    """Save wraps at once."""
    insert(wraps)


@transaction.atomic
def lock_private_key(
    key: KeyPair, private: PrivateKey, *, passphrase: str, sheet: RecoverySheet
) -> LockedKey:
    """Keep a staff member's private key, locked by passphrase and by recovery sheet."""
    locked, _made = LockedKey.objects.update_or_create(
        key=key,
        defaults={
            "by_passphrase": lock_seed(private.seed, passphrase, pepper()),
            "by_sheet": sheet.lock(private.seed),
            "sheet_kept_on": None,
        },
    )
    return locked


@transaction.atomic
def lock_by_sheet(
    key: KeyPair, private: PrivateKey, *, sheet: RecoverySheet
) -> LockedKey:
    """Keep a key of the house that lies in a file, locked by the house's recovery sheet."""
    locked, _made = LockedKey.objects.update_or_create(
        key=key,
        defaults={
            "by_passphrase": b"",
            "by_sheet": sheet.lock(private.seed),
            "sheet_kept_on": None,
        },
    )
    return locked


@transaction.atomic
def lock_secret_by_sheet(name: str, secret: bytes, *, sheet: RecoverySheet) -> None:
    """Keep a secret of the machine, locked by the house's recovery sheet."""
    LockedSecret.objects.update_or_create(
        name=name, defaults={"by_sheet": sheet.lock(secret)}
    )


@transaction.atomic
def note_sheet_kept(locked: LockedKey, *, on: date) -> None:
    """Note that somebody typed words from the paper: it was printed or written down."""
    locked.sheet_kept_on = on
    locked.save(update_fields=["sheet_kept_on"])


def is_escrowed(key: KeyPair) -> bool:
    """Whether any two of the three trustees of today can recover this key."""
    helpers = sorted(believed().helpers)
    pairs = {f"{one}+{other}" for one, other in combinations(helpers, 2)}
    kept = set(Escrow.objects.filter(key=key).values_list("pair", flat=True))
    return bool(pairs) and pairs == kept


@transaction.atomic
def put_in_escrow(key: KeyPair, private: PrivateKey) -> bool:
    """Seal a key for each pair of the three trustees. Returns whether it had to be done."""
    helpers = believed().helpers
    if not helpers or is_escrowed(key):
        return False
    sealed = escrow(private.seed, helpers, subject=key.key_id)
    Escrow.objects.filter(key=key).delete()
    Escrow.objects.bulk_create(
        Escrow(key=key, pair=pair, envelope=envelope)
        for pair, envelope in sealed.items()
    )
    return True


def escrowed(key: KeyPair) -> dict[str, bytes]:
    """The envelopes of a key in escrow, by the pair of trustees whom each needs."""
    return {one.pair: bytes(one.envelope) for one in Escrow.objects.filter(key=key)}


def pepper() -> bytes:
    """A secret outside the database, without which guessing passphrases is hopeless."""
    return environment.secret(settings.SECRETS / "pepper.key")


@transaction.atomic
def retire_key(key: KeyPair, *, on: date) -> None:
    """End a key; nothing new is sealed to it."""
    key.retired_on = on
    key.save(update_fields=["retired_on"])


def forget_wraps(subject: uuid.UUID) -> None:
    """Delete every wrap of a thing that is erased."""
    Wrap.objects.filter(subject=subject).delete()
