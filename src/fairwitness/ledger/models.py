"""Entries that follow from each other, and the leaves that prove counting."""

import uuid

from django.db import models


class Entry(models.Model):
    """One act: what was done, to which row, by whom, on which day. Never its content.

    It is written in the act's own transaction without a number; the chain's one
    writer numbers and links it within seconds (`chain_entries`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(null=True, unique=True)
    day = models.DateField()
    act = models.CharField(max_length=80)
    subject = models.CharField(max_length=100)
    by = models.CharField(max_length=40)
    count = models.PositiveIntegerField(default=1)
    content = models.BinaryField(null=True)
    previous = models.BinaryField(null=True)
    digest = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number=None, digest=None, previous=None)
                | models.Q(number__gte=1, digest__isnull=False, previous__isnull=False),
                name="numbered_entries_are_chained",
            )
        ]
        indexes = [models.Index(fields=["subject"], name="entries_by_subject")]

    def __str__(self) -> str:
        return f"{self.number or 'waiting'} {self.act} {self.subject}"


class Checkpoint(models.Model):
    """A signed note: how long a log was, and its root, on a day (C2SP tlog-checkpoint)."""

    class Log(models.TextChoices):
        LEDGER = "ledger", "What was done"
        COUNTS = "counts", "What was sent to us"

    log = models.CharField(max_length=10, choices=Log)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["log", "size"], name="one_checkpoint_per_size"
            )
        ]

    def __str__(self) -> str:
        return f"{self.log} at {self.size}"


class WaitingLeaf(models.Model):
    """A leaf of a sending that waits for its batch, so that its place tells no time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.BinaryField(unique=True)

    def __str__(self) -> str:
        return "a waiting leaf"


class Leaf(models.Model):
    """A leaf of the log of sendings (RFC 6962), in the random order of its batch."""

    index = models.BigIntegerField(primary_key=True)
    digest = models.BinaryField(unique=True)

    def __str__(self) -> str:
        return f"leaf {self.index}"
