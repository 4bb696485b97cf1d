"""Writes what was done, chains it, and signs how far the logs have come."""

import random
from collections.abc import Iterable
from datetime import date

from django.db import connection, models, transaction
from django.utils import timezone

from fairwitness.inserting import insert
from fairwitness.ledger import tree
from fairwitness.ledger.actors import Actor
from fairwitness.ledger.chain import START, entry_digest
from fairwitness.ledger.models import Checkpoint, Entry, Leaf, WaitingLeaf
from fairwitness.ledger.notes import Signer, checkpoint_text, sign_note
from fairwitness.mixing import mix

CHAIN_LOCK = 7_310_001
LEAVES_LOCK = 7_310_002


def record(
    act: str,
    subject: models.Model | str,
    *,
    by: Actor,
    count: int = 1,
    content: bytes | None = None,
    on: date | None = None,
) -> Entry:
    """Add an entry in the act's own transaction; the chain takes it up within seconds.

    `count` and `content` stand for one act on many: their number and a SHA-256 of
    their list. Neither may ever hold what was read or written.
    """
    name = subject if isinstance(subject, str) else name_of(subject)
    entry = Entry(
        day=on or timezone.localdate(),
        act=act,
        subject=name,
        by=by.actor_id,
        count=count,
        content=content,
    )
    insert([entry])
    return entry


def name_of(subject: models.Model) -> str:
    """How a row stands in the ledger: its kind and its random id."""
    return f"{subject._meta.label_lower}:{subject.pk}"


@transaction.atomic
def chain_entries() -> int:
    """Number and link every waiting entry, in random order within the batch.

    The order is random because the published log shows days, not times. Returns how
    many were taken up.
    """
    _lock(CHAIN_LOCK)
    waiting = list(Entry.objects.filter(number=None).select_for_update())
    random.SystemRandom().shuffle(waiting)
    waiting.sort(key=lambda entry: entry.day)
    last = Entry.objects.exclude(number=None).order_by("number").last()
    previous = bytes(last.digest) if last and last.digest else START
    number = last.number if last and last.number else 0
    for entry in waiting:
        number += 1
        entry.number, entry.previous = number, previous
        entry.digest = previous = digest_of(entry)
        entry.save(update_fields=["number", "previous", "digest"])
    return len(waiting)


def digest_of(entry: Entry) -> bytes:
    """The digest that an entry must have, computed anew from what it says."""
    return entry_digest(
        number=entry.number or 0,
        day=entry.day,
        act=entry.act,
        subject=entry.subject,
        by=entry.by,
        count=entry.count,
        content=bytes(entry.content) if entry.content is not None else None,
        previous=bytes(entry.previous or b""),
    )


def first_broken_entry() -> Entry | None:
    """Walk the chain; return the first entry that does not follow from the last."""
    previous, number = START, 1
    chained = Entry.objects.exclude(number=None).order_by("number")
    for entry in chained.iterator(chunk_size=2000):
        follows = bytes(entry.previous or b"") == previous and entry.number == number
        if not follows or bytes(entry.digest or b"") != digest_of(entry):
            return entry
        previous, number = bytes(entry.digest or b""), number + 1
    return None


def first_broken_checkpoint() -> Checkpoint | None:
    """The first checkpoint that its log no longer bears out: it was cut or rewritten."""
    for log in Checkpoint.Log:
        leaves = leaves_of(log)
        grown = tree.Peaks()
        size = 0
        for checkpoint in Checkpoint.objects.filter(log=log).order_by("size"):
            if checkpoint.size > len(leaves):
                return checkpoint
            grown = grown.appended(leaves[size : checkpoint.size])
            size = checkpoint.size
            if grown.root != bytes(checkpoint.root):
                return checkpoint
    return None


def queue_leaves(digests: Iterable[bytes]) -> None:
    """Let the leaves of sendings wait for their batch, mixed with those that wait already."""
    mix(WaitingLeaf, [WaitingLeaf(digest=digest) for digest in digests])


@transaction.atomic
def release_leaves() -> int:
    """Append the waiting leaves to the log in random order. Returns how many."""
    _lock(LEAVES_LOCK)
    waiting = list(WaitingLeaf.objects.select_for_update())
    random.SystemRandom().shuffle(waiting)
    size = Leaf.objects.count()
    Leaf.objects.bulk_create(
        Leaf(index=size + place, digest=leaf.digest)
        for place, leaf in enumerate(waiting)
    )
    WaitingLeaf.objects.filter(pk__in=[leaf.pk for leaf in waiting]).delete()
    return len(waiting)


@transaction.atomic
def publish_checkpoint(log: Checkpoint.Log, *, signer: Signer) -> Checkpoint | None:
    """Sign how long a log is and what its root is; nothing is said twice of one size."""
    _lock(LEAVES_LOCK if log == Checkpoint.Log.COUNTS else CHAIN_LOCK)
    leaves = leaves_of(log)
    if not leaves:
        return None
    standing = Checkpoint.objects.filter(log=log, size=len(leaves)).first()
    if standing:
        return standing
    root = tree.root(leaves)
    signer = signer_of_log(signer, log)
    note = sign_note(checkpoint_text(signer.name, len(leaves), root), signer)
    return Checkpoint.objects.create(
        log=log, size=len(leaves), root=root, note=note, day=timezone.localdate()
    )


def signer_of_log(signer: Signer, log: Checkpoint.Log) -> Signer:
    """The centre's signer under the name of one log, which is the log's origin (C2SP)."""
    return Signer(seed=signer.seed, name=f"{signer.name}/{log.value}")


def leaves_of(log: Checkpoint.Log) -> list[bytes]:
    """The leaves of a log in order: sendings, or the digests of the entries."""
    if log == Checkpoint.Log.COUNTS:
        sent = Leaf.objects.order_by("index").values_list("digest", flat=True)
        return [bytes(digest) for digest in sent]
    chained = Entry.objects.exclude(number=None).order_by("number")
    done = chained.values_list("digest", flat=True)
    return [bytes(digest) for digest in done if digest is not None]


def _lock(name: int) -> None:
    """One writer at a time: an advisory lock on PostgreSQL, the write lock on SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])
