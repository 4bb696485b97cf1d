"""Public keys, what is wrapped to them, and the slots of the keystore. No secret in clear."""

import uuid

from django.db import models


class KeyPair(models.Model):
    """A key of the house: its public half, who vouches for it, and who holds the other half."""

    class Purpose(models.TextChoices):
        STAFF = "staff", "A member of staff"
        TRIAGE = "triage", "New reports, for those who read them first"
        GATE = "gate", "The gate before identities"
        RELEASE = "release", "Answers that wait for release"
        MAILER = "mailer", "Addresses, for the one that sends letters"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key_id = models.CharField(max_length=16, unique=True)
    purpose = models.CharField(max_length=10, choices=Purpose)
    suite = models.PositiveSmallIntegerField()
    public = models.BinaryField()
    verify_key = models.BinaryField(null=True)
    holder = models.UUIDField(null=True)
    epoch = models.PositiveIntegerField(default=1)
    not_after = models.DateField()
    signatures = models.JSONField(default=list)
    retired_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"],
                condition=models.Q(retired_on=None) & ~models.Q(purpose="staff"),
                name="one_standing_key_per_purpose",
            ),
            models.UniqueConstraint(
                fields=["holder"],
                condition=models.Q(retired_on=None, holder__isnull=False),
                name="one_standing_key_per_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} key {self.key_id}"


class LockedKey(models.Model):
    """A private key, locked by a member's vault passphrase and by a recovery sheet.

    The keys of the house that lie in files have no passphrase, only the house's sheet.
    """

    key = models.OneToOneField(KeyPair, on_delete=models.CASCADE, related_name="locked")
    by_passphrase = models.BinaryField()
    by_sheet = models.BinaryField()
    sheet_kept_on = models.DateField(null=True)  # somebody typed words from the paper

    def __str__(self) -> str:
        return "[locked]"


class LockedSecret(models.Model):
    """A secret of the machine that lies in a file, locked by the house's recovery sheet."""

    name = models.CharField(max_length=40, unique=True)
    by_sheet = models.BinaryField()

    def __str__(self) -> str:
        return "[locked]"


class Escrow(models.Model):
    """A private key sealed to two trustees, one seal within the other; three rows a key."""

    key = models.ForeignKey(KeyPair, on_delete=models.CASCADE, related_name="escrows")
    pair = models.CharField(max_length=33)
    envelope = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key", "pair"], name="one_escrow_per_key_and_pair"
            )
        ]

    def __str__(self) -> str:
        return "[escrow]"


class Wrap(models.Model):
    """A key sealed to a holder: `subject` says what the key belongs to, `part` which key it is.

    Parts: `key` (a private key of the house), `case`, `identity` (for the reporter,
    whole), `identity.a`, `identity.b`, `others`, `others.a`, `others.b`.
    Without a holder it is the reporter's, under the read key of the receipt code.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    subject = models.UUIDField(db_index=True)
    part = models.CharField(max_length=12)
    holder = models.ForeignKey(
        KeyPair, on_delete=models.PROTECT, null=True, related_name="wraps"
    )
    envelope = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "part", "holder"],
                name="one_wrap_per_part_and_holder",
            ),
            models.UniqueConstraint(
                fields=["subject", "part"],
                condition=models.Q(holder=None),
                name="one_wrap_for_the_reporter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} wrapped"


class Slot(models.Model):
    """A place in the keystore; a report takes a free one in its own transaction."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    is_taken = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(is_taken=False), name="free_slots"
            )
        ]

    def __str__(self) -> str:
        return f"slot {self.id}"


class ShredKey(models.Model):
    """In the keystore: the 32 bytes without which a report cannot be read by anyone."""

    slot = models.UUIDField(primary_key=True)
    key = models.BinaryField()

    def __str__(self) -> str:
        return "[shred key]"


class BurnedSlot(models.Model):
    """In the keystore: a slot whose key was shredded, to be shredded again after a restore."""

    slot = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return f"burned {self.slot}"
