"""What was found of the ways of our mail: each record of the DNS, and the test letters."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.staff.models import User


class MailCheck(models.Model):
    """What was found the last time about one step to letters that arrive. Nothing of any person."""

    class Verdict(models.TextChoices):
        STANDS = "stands", _("stands")
        MISSING = "missing", _("missing")
        DIFFERS = "differs", _("to be mended")
        UNKNOWN = "unknown", _("not known")
        THEIRS = "theirs", _("nothing to do")

    step = models.CharField(max_length=8, primary_key=True)
    about = models.CharField(max_length=400)  # which name was looked up
    verdict = models.CharField(max_length=8, choices=Verdict)
    found = models.TextField(blank=True)  # the record that stands, or what is well
    findings = models.JSONField(default=list)  # code, level, words, mend, place
    checked_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.step} {self.verdict}"

    @property
    def is_well(self) -> bool:
        """Whether nothing is to be mended."""
        return self.verdict in {self.Verdict.STANDS, self.Verdict.THEIRS}

    @property
    def shape(self) -> str:
        """The shape that stands beside its state."""
        if self.is_well:
            return "full"
        shapes = {self.Verdict.DIFFERS: "half", self.Verdict.MISSING: "stop"}
        return shapes.get(self.Verdict(self.verdict), "empty")


class TrialLetter(models.Model):
    """A letter by which a member of staff tries whether mail arrives. Its address goes before it leaves."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the worker")
        BEGUN = "begun", _("being handed over")
        LEFT = "left", _("has left")
        NOT_TAKEN = "not_taken", _("was not taken")
        UNCERTAIN = "uncertain", _("may have left")
        NOT_THERE = "not_there", _("could not be delivered")
        CAME_BACK = "came_back", _("came back, and was read")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    is_to_ourselves = models.BooleanField(default=False)
    envelope = models.BinaryField(null=True)  # the address, sealed, until it leaves
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=120, blank=True)
    bounce_hash = models.BinaryField(null=True, unique=True)

    def __str__(self) -> str:
        return f"a test letter, {self.state}"

    @property
    def shape(self) -> str:
        """The shape that stands beside its state."""
        if self.state in {self.State.LEFT, self.State.BEGUN}:
            return "half"
        if self.state == self.State.CAME_BACK:
            return "full"
        return "empty" if self.state == self.State.WAITING else "stop"
