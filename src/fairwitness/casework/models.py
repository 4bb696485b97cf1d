"""Incidents, the reports linked to them, their coding, and the complaint's way."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.casework.states import State
from fairwitness.governance.models import Recipient
from fairwitness.intake.models import Report
from fairwitness.staff.models import User
from fairwitness.vault.models import Slot


class Incident(models.Model):
    """What we believe happened: one act, or one linked course of conduct against one target.

    It has a key of its own, wrapped like that of a report (part `case`, its own id), and a
    slot in the keystore, so that what we wrote about it can be shredded too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(
        max_length=6, unique=True
    )  # a short random name for the desk
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in State],
        default=State.OPEN.value,
    )
    slot = models.OneToOneField(Slot, on_delete=models.PROTECT, related_name="+")
    opened_month = models.DateField()
    carried_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="incidents"
    )

    def __str__(self) -> str:
        return self.code


class Link(models.Model):
    """That a report tells of an incident: who said so, why, and whether it was taken back."""

    class Teller(models.TextChoices):
        """Whether this report comes from another person than those linked before it."""

        OTHER = "other", _("another person than before")
        SAME = "same", _("a person who told us before")
        UNKNOWN = "unknown", _("we cannot tell")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="links")
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="links"
    )
    reason = models.CharField(max_length=20)
    teller = models.CharField(max_length=10, choices=Teller, default=Teller.OTHER)
    linked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    linked_on = models.DateField()
    unlinked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    unlinked_on = models.DateField(null=True)
    unlink_reason = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report"],
                condition=models.Q(unlinked_on=None),
                name="a_report_tells_of_one_incident",
            )
        ]

    def __str__(self) -> str:
        return "[link]"


class Assessment(models.Model):
    """How a report was coded, sealed under its case key: the trace that stays with the case."""

    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="assessments"
    )
    envelope = models.BinaryField()
    coded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    coded_on = models.DateField()

    def __str__(self) -> str:
        return "[assessment]"


class WaitingFact(models.Model):
    """A fact that waits, sealed, for the day's shuffled batch, so that its time tells nothing."""

    id = models.CharField(max_length=64, primary_key=True)
    envelope = models.BinaryField()

    def __str__(self) -> str:
        return "[waiting fact]"


class Fact(models.Model):
    """The coded, clear-text row that statistics use. The database cannot find its report.

    `id`, `incident` and `person` are HMAC-SHA-256 under sealed keys, in hex; the codes are
    those of governance.coding.
    """

    class Status(models.TextChoices):
        COUNTED = "counted", _("counted")
        PENDING = "pending", _("pending")
        NOT_COUNTED = "not_counted", _("not counted")

    id = models.CharField(max_length=64, primary_key=True)
    incident = models.CharField(max_length=64)
    person = models.CharField(max_length=64)
    received_month = models.CharField(max_length=7)
    month = models.CharField(max_length=7, blank=True)
    district = models.CharField(max_length=50, blank=True)
    type = models.CharField(max_length=40, blank=True)
    grounds = models.JSONField(default=list)
    setting = models.CharField(max_length=40, blank=True)
    role = models.CharField(max_length=20)
    age_band = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=12, choices=Status)
    reason = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=40, blank=True)
    detected_by = models.CharField(max_length=20)
    seed = models.BinaryField()  # proves counting, opens nothing
    expires_month = models.CharField(max_length=7)

    def __str__(self) -> str:
        return "[fact]"


class Complaint(models.Model):
    """What was put to an institution about an incident, and when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="complaints"
    )
    institution = models.BinaryField()  # its name, sealed under the incident's key
    put_on = models.DateField()

    def __str__(self) -> str:
        return "[complaint]"


class Step(models.Model):
    """One step of a complaint at the institution: what, when, and how we know. Silence is a step."""

    class Kind(models.TextChoices):
        PUT = "put", _("put in writing")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        ASKED = "asked", _("more information asked")
        ANSWERED = "answered", _("more information given")
        PROMISED = "promised", _("decision promised")
        SILENCE = "silence", _("silence")
        UPHELD = "upheld", _("upheld")
        PARTLY = "partly", _("partly upheld")
        DISMISSED = "dismissed", _("dismissed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    class Known(models.TextChoices):
        DOCUMENT = "document", _("a document")
        REPORTER = "reporter", _("the reporter told us")
        INSTITUTION = "institution", _("the institution told us")
        OURSELVES = "ourselves", _("we were there, or waited")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    complaint = models.ForeignKey(
        Complaint, on_delete=models.CASCADE, related_name="steps"
    )
    kind = models.CharField(max_length=14, choices=Kind)
    on = models.DateField()
    due_on = models.DateField(null=True)  # the day that was promised
    known_from = models.CharField(max_length=12, choices=Known)
    note = models.BinaryField(null=True)  # sealed under the incident's key
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="promised", due_on__isnull=False)
                | (~models.Q(kind="promised") & models.Q(due_on=None)),
                name="a_promise_names_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.on}"


class Referral(models.Model):
    """That we pointed a reporter to somebody who can help, and whether that was taken up."""

    class State(models.TextChoices):
        OFFERED = "offered", _("offered")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        DONE = "done", _("done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="referrals"
    )
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    referred_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    referred_on = models.DateField()

    def __str__(self) -> str:
        return f"referral to {self.recipient}"


class Task(models.Model):
    """Something that somebody of us is to do about an incident, by a day."""

    class Kind(models.TextChoices):
        READ = "read", _("read it")
        ANSWER = "answer", _("answer the reporter")
        ASK = "ask", _("ask the reporter")
        REMIND = "remind", _("remind the institution")
        REVIEW = "review", _("look at it again")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="tasks"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    due_on = models.DateField()
    given_to = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tasks")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on"], condition=models.Q(done_on=None), name="open_tasks"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.due_on}"
