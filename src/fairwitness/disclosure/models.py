"""Releases of a case to one recipient, by two hands, through the gate where identity is asked."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.governance.models import Recipient, RecipientKey
from fairwitness.intake.models import Consent, Report
from fairwitness.staff.models import User
from fairwitness.vault.models import KeyPair


class Release(models.Model):
    """A case on its way to one recipient: asked for by one person, approved by another."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("asked for")
        PREVIEWED = "previewed", _("ready to be approved")
        APPROVED = "approved", _("approved")
        RELEASED = "released", _("released")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="releases"
    )
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    recipient_key = models.ForeignKey(
        RecipientKey, on_delete=models.PROTECT, related_name="+"
    )
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    sections = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_on = models.DateField()
    preview_hash = models.BinaryField(null=True)  # SHA-256 of the very package
    package = models.BinaryField(null=True)  # the age file; only the recipient opens it
    released_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"release to {self.recipient}"


class Approval(models.Model):
    """The second hand: a signature over the release, the preview and the recipient's key."""

    release = models.OneToOneField(
        Release, on_delete=models.CASCADE, related_name="approval"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    statement = models.BinaryField()
    signature = models.BinaryField()

    def __str__(self) -> str:
        return "[approval]"


class GateRequest(models.Model):
    """A half of an identity asked of the gate; the answer is sealed to the asking member."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        ANSWERED = "answered", _("answered")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="gate_requests"
    )
    part = models.CharField(max_length=12)
    member_key = models.ForeignKey(KeyPair, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=200, blank=True)
    answer = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "part", "member_key"], name="the_gate_is_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.part}, {self.state}"
