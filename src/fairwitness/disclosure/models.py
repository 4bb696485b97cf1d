"""Releases of a case to one recipient, by two hands, through the gate where identity is asked."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.disclosure.steps import Step
from fairwitness.governance.models import Recipient, RecipientKey
from fairwitness.intake.models import Consent, Report
from fairwitness.staff.models import User
from fairwitness.vault.models import KeyPair


class Release(models.Model):
    """A case on its way to one recipient: asked for by one person, approved by another.

    While it waits for approval its package lies here sealed, for the two of them alone:
    under a key that is wrapped to each (part `preview`) and the report's shred key.
    """

    class State(models.TextChoices):
        REQUESTED = Step.REQUESTED.value, _("asked for")
        PREVIEWED = Step.PREVIEWED.value, _("ready to be approved")
        APPROVED = Step.APPROVED.value, _("approved")
        RELEASED = Step.RELEASED.value, _("released")
        REFUSED = Step.REFUSED.value, _("refused")

    class Refusal(models.TextChoices):
        """Why a person refused a release; the gate says more in its own reason."""

        NOT_NEEDED = "not_needed", _("the recipient does not need it")
        TOO_MUCH = "too_much", _("it would tell more than is needed")
        NOT_SAFE = "not_safe", _("it could put somebody in danger")
        MISTAKE = "mistake", _("it was asked for by mistake")
        GATE = "gate", _("the gate refused it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="releases"
    )
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    recipient_key = models.ForeignKey(
        RecipientKey, on_delete=models.PROTECT, related_name="+"
    )
    consent = models.ForeignKey(Consent, on_delete=models.RESTRICT, related_name="+")
    sections = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_on = models.DateField()
    preview = models.BinaryField(null=True)  # the sealed package, until it is released
    preview_hash = models.BinaryField(null=True)  # SHA-256 of the very package
    package = models.BinaryField(null=True)  # the age file; only the recipient opens it
    released_on = models.DateField(null=True)
    refusal = models.CharField(max_length=12, choices=Refusal, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "requested_on"], name="releases_by_state")
        ]

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
