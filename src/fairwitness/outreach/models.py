"""Contacts with their source, campaigns with their reason, letters with their fate."""

import uuid
from datetime import date, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.outreach import checked, speed, tray  # noqa: F401 # their tables
from fairwitness.outreach.arriving import Import
from fairwitness.outreach.outcomes import Way
from fairwitness.staff.models import User
from fairwitness.surveys.models import Version

# In the night after it the policy deletes them: 28 days are no longer than any month.
TOLD_WITHIN = timedelta(days=27)
BEGUN_IN_TIME = timedelta(days=1)  # after the last day, for who was at it at midnight


class Basis(models.TextChoices):
    """The route under which we may write to an address (PECR reg. 22; other countries: rows)."""

    CONSENT = "consent", _("they agreed to it")
    CHARITY_SOFT_OPT_IN = "charity_soft_opt_in", _("charity soft opt-in")
    GENUINE_RESEARCH = "genuine_research", _("genuine research")
    CORPORATE = "corporate", _("an organisation's own address")
    SERVICE = "service", _("about a service they use")


class Source(models.Model):
    """Where addresses came from: who gave them, how, when, what people were told, by what right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(unique=True)
    given_by = models.CharField(max_length=200)
    given_how = models.CharField(max_length=200)
    given_on = models.DateField()
    told = models.TextField()
    sentence = models.CharField(max_length=300)
    sentences = models.JSONField(default=dict)  # by language, where it is translated
    giver_basis = models.TextField()
    translated = models.JSONField(default=dict)  # by language, then by name
    basis = models.CharField(max_length=20, choices=Basis)
    basis_evidence = models.JSONField()  # by the names that bases.toml asks for
    evidence_hash = models.CharField(max_length=64)
    withdrawn_on = models.DateField(null=True)  # from then on it serves for nothing
    withdrawn_because = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.code

    def sentence_in(self, language: str) -> str:
        """Where the address came from, as a letter in this language says it."""
        return str(self.sentences.get(language, self.sentence))

    def said(self, name: str, language: str) -> str:
        """What was written down under this name, in this language where it is translated."""
        return str(self.translated.get(language, {}).get(name) or getattr(self, name))

    @property
    def last_day(self) -> date:
        """The last day on which these people can hear of it in time (GDPR Art 14(3)(a))."""
        return self.given_on + TOLD_WITHIN


class Batch(models.Model):
    """Up to 1,000 addresses under one key, which is wrapped once to the mailer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="batches")
    wrapped_key = models.BinaryField()
    imported_on = models.DateField()
    brought_by = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, related_name="batches"
    )

    def __str__(self) -> str:
        return f"batch of {self.source}"


class Contact(models.Model):
    """Somebody we may write to: an address, a language, a name if we were given one. Nothing else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(  # that of the batch, by which it is looked for
        Source, on_delete=models.PROTECT, related_name="contacts", db_index=False
    )
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="contacts")
    match = models.BinaryField(unique=True)  # HMAC-SHA-256 of the normalised address
    address = models.BinaryField()  # sealed under the batch key
    name = models.BinaryField(null=True)  # likewise
    language = models.CharField(max_length=10)
    told_on = models.DateField(null=True)  # when they first heard from us

    def __str__(self) -> str:
        return "[contact]"


class Wish(models.Model):
    """What somebody asked of us about the address that we hold; the answer goes to that address."""

    class Kind(models.TextChoices):
        COPY = "copy", _("a full copy")
        ERASE = "erase", _("erase it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="wishes"
    )
    kind = models.CharField(max_length=5, choices=Kind)
    asked_on = models.DateField()
    is_answered = models.BooleanField(default=False)  # the letter has left
    confirm_hash = models.BinaryField(null=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind"], name="one_wish_of_each_kind"
            )
        ]

    def __str__(self) -> str:
        return "[wish]"


class AlsoFrom(models.Model):
    """That an address which we held already was given to us by another source as well."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="also_from"
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    since_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "source"], name="told_once_by_each_source"
            )
        ]

    def __str__(self) -> str:
        return f"also from {self.source}"


class Suppression(models.Model):
    """An address that we never write to again, as a keyed hash that outlives its erasure."""

    class Reason(models.TextChoices):
        LEFT = "left", _("they left")
        BOUNCED = "bounced", _("it does not exist")
        COMPLAINED = "complained", _("they complained")
        FORGOTTEN = "forgotten", _("they wished to be forgotten")

    match = models.BinaryField(primary_key=True)
    reason = models.CharField(max_length=12, choices=Reason)
    since_on = models.DateField()

    def __str__(self) -> str:
        return "[suppressed]"


class Campaign(models.Model):
    """A survey that we invite people to, and what it must answer for in public."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        RUNNING = "running", _("running")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("closed")

    class Kind(models.TextChoices):
        SURVEY = "survey", _("a survey that asks, and promotes nothing")
        APPEAL = (
            "appeal",
            _("a survey that also asks for money, signatures or membership"),
        )
        SERVICE = "service", _("questions about a service they use")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="campaigns"
    )
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.SURVEY)
    audience = models.CharField(max_length=300)
    audience_size = models.PositiveIntegerField(null=True)  # as the giver states it
    way = models.CharField(max_length=7, choices=Way, blank=True)
    chosen_how = models.CharField(max_length=300)
    place = models.CharField(max_length=120)
    places = models.JSONField(default=dict)  # by language
    period_from = models.DateField()
    minutes_from = models.PositiveSmallIntegerField(default=2)
    minutes_to = models.PositiveSmallIntegerField(default=9)
    closes_on = models.DateField(null=True)
    deadline_reason = models.CharField(max_length=300, blank=True)
    deadline_reasons = models.JSONField(default=dict)  # by language
    letter = models.JSONField()  # by language: subject, text and those of reminders
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    ended_on = models.DateField(null=True)
    stopped_because = models.CharField(max_length=300, blank=True)
    accepted_failures = models.PositiveIntegerField(default=0)  # when it went on
    accepted_complaints = models.PositiveIntegerField(default=0)  # likewise
    invited = models.PositiveIntegerField(default=0)
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_on=None) | ~models.Q(deadline_reason=""),
                name="a_deadline_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shape(self) -> str:
        """The shape that stands beside its state."""
        shapes = {self.State.DRAFT: "empty", self.State.RUNNING: "half"}
        return shapes.get(
            self.State(self.state),
            "stop" if self.state == self.State.PAUSED else "full",
        )

    def place_in(self, language: str) -> str:
        """The place that the survey asks about, in this language."""
        return str(self.places.get(language, self.place))

    def reason_in(self, language: str) -> str:
        """Why the survey closes when it does, in this language."""
        return str(self.deadline_reasons.get(language, self.deadline_reason))

    def takes_no_more(self, on: date) -> bool:
        """Whether not even answers are taken that were begun while it ran: a day later."""
        ends = [day for day in (self.closes_on, self.ended_on) if day is not None]
        return bool(ends) and min(ends) + BEGUN_IN_TIME < on

    def is_over(self, on: date) -> bool:
        """Whether personal links are no longer taken on this day."""
        has_ended = self.closes_on is not None and self.closes_on < on
        return has_ended or self.state == self.State.CLOSED


class KeptWarning(models.Model):
    """A warning of the check that somebody let stand for a reason, which is published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="kept_warnings"
    )
    mark = models.CharField(max_length=64)  # of the code, the place and the words
    code = models.CharField(max_length=8)
    place = models.CharField(max_length=200)
    words = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=300)
    kept_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    kept_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "mark"], name="one_reason_for_each_warning"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.campaign}"


class Wave(models.Model):
    """One sending of a campaign: the invitation, or one of at most two reminders."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="waves"
    )
    number = models.PositiveSmallIntegerField()
    launched_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="one_wave_of_each_number"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=3),
                name="one_invitation_and_two_reminders",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}, wave {self.number}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Who was invited, by whether their link is spent."""

    def spent(self) -> Self:
        """Those whose link is spent: released with others, or just now."""
        just_now = SpentLink.objects.values("invitation")
        return self.filter(models.Q(is_spent=True) | models.Q(pk__in=just_now))

    def unspent(self) -> Self:
        """Those whose link nobody has spent."""
        just_now = SpentLink.objects.filter(invitation=models.OuterRef("pk"))
        return self.filter(~models.Exists(just_now), is_spent=False)


class Invitation(models.Model):
    """That somebody was invited to a campaign, and whether their link is spent. No time.

    A link is spent when it is marked here or has a row in `SpentLink`: ask `spent()`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="invitations"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, related_name="invitations"
    )
    is_spent = models.BooleanField(default=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "contact"], name="one_invitation_each"
            )
        ]

    def __str__(self) -> str:
        return "[invitation]"


class SpentLink(models.Model):
    """A link that was spent since the last release; a small table that is mixed within seconds.

    So no row of an invitation is ever written by the transaction that took its answer.
    No foreign key, so that the table can be emptied whole.
    """

    invitation = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return "[spent link]"


class Delivery(models.Model):
    """One letter to one person: a row with a lease, in exactly one state. Keys only as hashes."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("being handed over")
        HANDED_OVER = "handed_over", _("handed over")
        BOUNCED = "bounced", _("bounced")
        COMPLAINED = "complained", _("complained")
        SUPPRESSED = "suppressed", _("suppressed")
        REFUSED = "refused", _("refused")
        UNCERTAIN = "uncertain", _("uncertain")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="deliveries")
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, related_name="deliveries"
    )
    state = models.CharField(max_length=12, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)  # while waiting: not before
    tries = models.PositiveSmallIntegerField(default=0)
    open_hash = models.BinaryField(null=True, unique=True)
    leave_hash = models.BinaryField(null=True, unique=True)
    bounce_hash = models.BinaryField(null=True, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "invitation"], name="one_letter_a_wave"
            )
        ]
        indexes = [
            models.Index(fields=["wave", "state"], name="letters_by_state"),
        ]

    def __str__(self) -> str:
        return f"a letter, {self.state}"
