"""Reports as they were told to us: sealed sections, signed consents, messages both ways."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.governance.models import Notice, Recipient
from fairwitness.surveys.models import Version
from fairwitness.vault.models import Slot


class Report(models.Model):
    """One account as it was told. In clear: nothing but its month and where our work stands."""

    class State(models.TextChoices):
        NEW = "new", _("We have it, nobody has read it yet")
        READ = "read", _("A caseworker has read it")
        WORKING = "working", _("We are working on it")
        FINISHED = "finished", _("We have finished")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    locator = models.BinaryField(unique=True)
    consent_key = models.BinaryField()
    slot = models.OneToOneField(Slot, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # the first of the month in which it came
    expires_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="+")
    news_address = models.BinaryField(null=True)  # sealed to the mailer
    has_news = models.BooleanField(default=False)  # and nobody has written so yet
    is_code_heard = models.BooleanField(default=False)  # staff have heard the code
    is_kept_out_of_count = models.BooleanField(default=False)  # the reporter's wish

    class Meta:
        indexes = [
            models.Index(fields=["state", "month", "id"], name="reports_by_state"),
            models.Index(
                fields=["id"],
                condition=models.Q(has_news=True),
                name="reports_with_news",
            ),
        ]

    def __str__(self) -> str:
        return "[report]"


class Section(models.Model):
    """A sealed part of a report."""

    class Kind(models.TextChoices):
        HEADER = "header", _("day, language, role, count seed")
        NARRATIVE = "narrative", _("what happened")
        IDENTITY = "identity", _("who told us")
        OTHERS = "others", _("the person it happened to")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="sections"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    envelope = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "kind"], name="one_section_of_each_kind"
            )
        ]

    def __str__(self) -> str:
        return "[sealed]"


class ConsentQuerySet(models.QuerySet["Consent"]):
    """What reporters let us do."""

    def standing(self, *, on: date) -> Self:
        """Those neither withdrawn nor ended on that day."""
        return self.filter(withdrawn_on=None, until__gte=on)


class Consent(models.Model):
    """What a reporter lets one recipient have, signed under their own code, until a day.

    `statement` is the signed text (canonical JSON); the columns repeat it for lookup
    and never count without a signature that verifies.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="consents"
    )
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField()
    purpose = models.CharField(max_length=60)
    until = models.DateField()
    given_on = models.DateField()
    wording = models.TextField()  # the words that stood beside the button
    statement = models.BinaryField()
    signature = models.BinaryField()
    is_attested = models.BooleanField(default=False)
    withdrawn_on = models.DateField(null=True)
    withdrawal = models.BinaryField(null=True)
    withdrawal_signature = models.BinaryField(null=True)
    is_withdrawal_announced = models.BooleanField(default=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "recipient"],
                condition=models.Q(withdrawn_on=None),
                name="one_standing_consent_per_recipient",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_on=None)
                | models.Q(withdrawn_on__gte=models.F("given_on")),
                name="withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"consent for {self.recipient}"


class Message(models.Model):
    """A message between reporter and centre, under the case key, so that nobody else can write one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="messages"
    )
    number = models.PositiveIntegerField()
    is_from_reporter = models.BooleanField()
    envelope = models.BinaryField()
    is_read = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="messages_are_numbered"
            )
        ]

    def __str__(self) -> str:
        return "[message]"


class Evidence(models.Model):
    """A file that a reporter added, sealed; its name and kind are sealed with it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="evidence"
    )
    envelope = models.BinaryField()

    def __str__(self) -> str:
        return "[evidence]"
