"""Who we are, why we may, to whom we may pass on, where data lies. All of it is published."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fairwitness.staff.models import User


class Controller(models.Model):
    """The organisation that answers for this centre. There is one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    legal_name = models.CharField(max_length=200)
    legal_form = models.CharField(max_length=200)
    company_number = models.CharField(max_length=60, blank=True)
    postal_address = models.TextField()
    email = models.EmailField()
    phone = models.CharField(max_length=40, blank=True)
    phone_hours = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2)
    registration_number = models.CharField(max_length=40, blank=True)
    registration_ends_on = models.DateField(null=True, blank=True)
    exemption_reason = models.TextField(blank=True)
    exemption_signed_by = models.CharField(max_length=120, blank=True)
    affiliations = models.TextField(blank=True)
    funders = models.TextField()
    protection_officer = models.CharField(max_length=200, blank=True)
    representative = models.CharField(max_length=200, blank=True)
    centre_name = models.CharField(max_length=120)
    quiet_name = models.CharField(max_length=60)
    exit_url = models.URLField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(id=1), name="there_is_one_controller"
            )
        ]

    def __str__(self) -> str:
        return self.legal_name


class Declaration(models.Model):
    """What interests an officer of the centre has declared, or that there are none."""

    officer = models.CharField(max_length=120)
    office = models.CharField(max_length=120)
    interests = models.TextField()
    declared_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.officer}, {self.office}"


class Basis(models.TextChoices):
    """The lawful basis of a purpose (GDPR Art 6(1)); a country says which it knows."""

    CONSENT = "consent", pgettext_lazy("basis", "the person says yes to it")
    CONTRACT = "contract", pgettext_lazy("basis", "a contract with the person")
    LEGAL_OBLIGATION = "legal_obligation", pgettext_lazy("basis", "the law orders it")
    VITAL_INTERESTS = "vital_interests", pgettext_lazy("basis", "a life is in danger")
    PUBLIC_TASK = "public_task", pgettext_lazy("basis", "a public task")
    LEGITIMATE_INTERESTS = (
        "legitimate_interests",
        pgettext_lazy("basis", "our own good reason, weighed against theirs"),
    )
    RECOGNISED_LEGITIMATE_INTERESTS = (
        "recognised_legitimate_interests",
        pgettext_lazy("basis", "a reason that the law itself lists"),
    )


class Purpose(models.Model):
    """Why we may hold something: the basis, its conditions, how long, approved by whom."""

    class Serves(models.TextChoices):
        INVITATIONS = "invitations", _("Inviting people to a survey")
        ANSWERS = "answers", _("Asking what people met")
        REPORTS = "reports", _("Taking reports and working on them")
        RELEASES = "releases", _("Passing a report on to somebody who was named")
        FIGURES = "figures", _("Publishing figures")
        STAFF = "staff", _("Recording what our staff do")

    code = models.SlugField(primary_key=True, choices=Serves)
    basis = models.CharField(max_length=40, choices=Basis)
    basis_note = models.TextField()
    special_category_condition = models.CharField(max_length=200, blank=True)
    criminal_offence_condition = models.CharField(max_length=200, blank=True)
    kept_months = models.PositiveSmallIntegerField()
    approved_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    approved_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kept_months__gte=1), name="everything_expires"
            )
        ]

    def __str__(self) -> str:
        return str(self.Serves(self.code).label)


class Processor(models.Model):
    """Somebody who holds or carries data for us, and the place where it lies."""

    class Does(models.TextChoices):
        HOSTING = "hosting", _("keeps the machine")
        MAIL = "mail", _("carries our letters")
        BACKUP = "backup", _("keeps our backups")
        NAMES = "names", _("answers for our host name")

    name = models.CharField(max_length=200)
    does = models.CharField(max_length=10, choices=Does)
    host = models.CharField(max_length=200)
    city = models.CharField(max_length=120)
    country = models.CharField(max_length=2)
    contract_on = models.DateField()
    transfer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["host", "does"], name="a_host_is_named_once_for_each_task"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"


class RecipientQuerySet(models.QuerySet["Recipient"]):
    """The closed list of organisations that may receive a case."""

    def standing(self) -> Self:
        """Those with an agreement that has not ended."""
        return self.filter(ended_on=None).order_by("name")


class Recipient(models.Model):
    """A named organisation that may receive a case, if the reporter says yes to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    country = models.CharField(max_length=2)
    contact = models.CharField(max_length=200)
    what_it_does = models.TextField()
    agreement = models.TextField()
    agreed_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = RecipientQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def key_in_force(self) -> "RecipientKey | None":
        """The age key that two people have confirmed, or none."""
        return self.keys.filter(ended_on=None, confirmed_by__isnull=False).first()


class RecipientKey(models.Model):
    """A recipient's age public key; two people vouch for it before anything is sealed to it."""

    recipient = models.ForeignKey(
        Recipient, on_delete=models.PROTECT, related_name="keys"
    )
    age_key = models.CharField(max_length=80)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True
    )
    from_on = models.DateField()
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by=None)
                | ~models.Q(confirmed_by=models.F("added_by")),
                name="a_second_person_confirms_a_key",
            ),
            models.UniqueConstraint(
                fields=["recipient"],
                condition=models.Q(ended_on=None, confirmed_by__isnull=False),
                name="one_key_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"key of {self.recipient}"

    @property
    def aloud(self) -> str:
        """The key in groups of four, as two people compare it on the telephone."""
        starts = range(0, len(self.age_key), 4)
        return " ".join(self.age_key[start : start + 4] for start in starts)


class Area(models.Model):
    """A district as this centre speaks of it: the coarsest place that serves."""

    code = models.SlugField(primary_key=True)
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict, blank=True)  # by language
    people = models.PositiveIntegerField(null=True, blank=True)  # where it is known
    people_source = models.CharField(max_length=200, blank=True)
    people_on = models.DateField(null=True, blank=True)  # the day of that count

    def __str__(self) -> str:
        return self.name


class Helpline(models.Model):
    """A help line that this centre names besides those of its country."""

    name = models.CharField(max_length=120, unique=True)
    number = models.CharField(max_length=40)
    hours = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name


class Promise(models.Model):
    """Within how many working days we read, and answer. The newest one holds."""

    read_within = models.PositiveSmallIntegerField()
    answer_within = models.PositiveSmallIntegerField()
    from_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    read_within__gte=1, answer_within__gte=models.F("read_within")
                ),
                name="we_read_before_we_answer",
            )
        ]

    def __str__(self) -> str:
        return f"read in {self.read_within}, answer in {self.answer_within} days"


class PromiseKept(models.Model):
    """How often, in a month, we kept a promise or missed its day. No report stands here."""

    class Kind(models.TextChoices):
        READ = "read", _("read by the day that was promised")
        ANSWER = "answer", _("answered by the day that was promised")

    kind = models.CharField(max_length=6, choices=Kind)
    month = models.CharField(max_length=7)
    kept = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "month"], name="one_row_a_month_and_promise"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.month}"


class Notice(models.Model):
    """What people were told, exactly as they were told it. Stored by its hash, never edited."""

    hash = models.CharField(max_length=64, primary_key=True)
    language = models.CharField(max_length=10)
    body = models.JSONField()
    made_on = models.DateField()

    def __str__(self) -> str:
        return self.hash[:12]


class StandingNotice(models.Model):
    """Which notice is shown today in a language."""

    language = models.CharField(max_length=10, primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="+")
    since_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.language}: {self.notice_id[:12]}"


class Question(models.Model):
    """A question from the public, with its answer or the days it has waited.

    Its text is shown once a person of us has read it: a question may name somebody.
    """

    class State(models.TextChoices):
        UNREAD = "unread", _("not read yet")
        SHOWN = "shown", _("shown")
        ANSWERED = "answered", _("answered")
        DECLINED = "declined", _("not shown, because it names somebody or asks nothing")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = models.TextField()
    asked_on = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.UNREAD)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"asked on {self.asked_on}"
