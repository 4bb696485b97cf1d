"""What people ask of us, what must not be erased yet, what went wrong, and what is gone."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.governance.models import Recipient
from fairwitness.intake.models import Report
from fairwitness.staff.models import User


class SubjectRequest(models.Model):
    """What somebody asks of us about themselves, also without an account; its text is sealed."""

    class Kind(models.TextChoices):
        NAMED = "named", _("A report names me")
        ACCESS = "access", _("I want to know what you hold about me")
        RECTIFY = "rectify", _("Something is wrong and should be corrected")
        ERASE = "erase", _("Something should be erased")
        OBJECT = "object", _("You should stop using something")
        COMPLAINT = "complaint", _("I complain about you")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        ANSWERED = "answered", _("answered")

    class Outcome(models.TextChoices):
        DONE = "done", _("done as asked")
        PARTLY = "partly", _("done in part")
        NOTHING = "nothing", _("we hold nothing of the kind")
        REFUSED = "refused", _("refused, with the reason and where to complain")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    envelope = models.BinaryField()  # sealed to triage
    received_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True
    )
    answered_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="received", answered_on=None, outcome="")
                | (
                    models.Q(state="answered", answered_on__isnull=False)
                    & ~models.Q(outcome="")
                ),
                name="an_answer_has_a_day_and_an_outcome",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}, due {self.due_on}"


class HoldQuerySet(models.QuerySet["Hold"]):
    """What must not expire yet."""

    def standing(self) -> Self:
        """Those that two people made and nobody lifted."""
        return self.filter(approved_by__isnull=False, lifted_on=None)


class Hold(models.Model):
    """That a report must not expire yet: two people, a reason, a day to look again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(max_length=200)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True
    )
    review_on = models.DateField()
    lifted_on = models.DateField(null=True)

    objects = HoldQuerySet.as_manager()

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


class ToTell(models.Model):
    """That a recipient must be told that what it received was erased here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    release = models.UUIDField(unique=True)  # by the number that stands on its package
    since_on = models.DateField()
    told_on = models.DateField(null=True)
    told_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True
    )

    def __str__(self) -> str:
        return f"{self.recipient} is to be told"


class Tombstone(models.Model):
    """That something was erased: a random id and a month, nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.UUIDField(unique=True)  # so that a restore shreds it again
    month = models.DateField()

    def __str__(self) -> str:
        return f"erased in {self.month:%Y-%m}"


def first_of(day: date) -> date:
    """The first day of its month: as much of a day as a tombstone may tell."""
    return day.replace(day=1)
