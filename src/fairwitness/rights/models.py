"""What people ask of us, what must not be erased yet, what went wrong, and what is gone."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.intake.models import Report
from fairwitness.staff.models import User


class SubjectRequest(models.Model):
    """What somebody asks of us about themselves, also without an account; its text is sealed."""

    class Kind(models.TextChoices):
        NAMED = "named", _("a report names me")
        ACCESS = "access", _("what do you hold about me")
        RECTIFY = "rectify", _("correct something")
        ERASE = "erase", _("erase something")
        OBJECT = "object", _("stop using something")
        COMPLAINT = "complaint", _("I complain about you")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        ANSWERED = "answered", _("answered")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    envelope = models.BinaryField()  # sealed to triage
    received_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)

    def __str__(self) -> str:
        return f"{self.kind}, due {self.due_on}"


class Hold(models.Model):
    """That a report must not expire yet: two people, a reason, a day to look again."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True
    )
    review_on = models.DateField()
    lifted_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by=None)
                | ~models.Q(approved_by=models.F("asked_by")),
                name="a_second_person_holds",
            )
        ]

    def __str__(self) -> str:
        return f"held, look again on {self.review_on}"


class Breach(models.Model):
    """Something that went wrong with personal data: known since, told to the regulator."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    aware_at = models.DateTimeField()
    what = models.TextField()
    told_regulator_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"known since {self.aware_at}"


class Tombstone(models.Model):
    """That something was erased: a random id and a month, nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.UUIDField()  # so that a restore shreds it again
    month = models.DateField()

    def __str__(self) -> str:
        return f"erased in {self.month}"
