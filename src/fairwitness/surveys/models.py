"""Questionnaires, drafts that only a browser can open, and answers that belong to nobody."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Questionnaire(models.Model):
    """A questionnaire, through all its versions."""

    name = models.CharField(max_length=120, unique=True)

    def __str__(self) -> str:
        return self.name


class Enclosure(models.Model):
    """A file that comes with questionnaires: a list, a picture, a sound or a film, by its hash.

    Drafts and versions name it by its SHA-256, each under a name of their own. One that a
    published version names is shown to everybody; others are seen at the desk alone.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    is_published = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.media_type} {self.digest[:8]}"


class Manuscript(models.Model):
    """A questionnaire that somebody works on: not asked yet, one for each name."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)
    file_name = models.CharField(max_length=120)
    sheet = models.BinaryField()
    files = models.JSONField(default=dict)  # SHA-256 of what comes with it, by name
    kept_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.name}, not published"


class Version(models.Model):
    """One published version, frozen by its hash; answers point at it.

    `number` counts what this centre has published, of all questionnaires, from 1.
    """

    hash = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveIntegerField(default=0)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="versions"
    )
    sheet = models.BinaryField()
    files = models.JSONField(default=dict)  # SHA-256 of what comes with it, by name
    published_on = models.DateField()
    retired_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.questionnaire} {self.hash[:8]}"


class Draft(models.Model):
    """What somebody has typed so far, sealed under a key that only their browser or code holds."""

    class Journey(models.TextChoices):
        SURVEY = "survey", "The survey part"
        REPORT = "report", "A report"
        VISIT = "visit", "The reporter's own page"
        PREVIEW = "preview", "A preview at the desk"
        CALL = "call", "A report told by phone"

    id = models.CharField(max_length=64, primary_key=True)
    journey = models.CharField(max_length=10, choices=Journey)
    body = models.BinaryField()
    expires_on = models.DateField()

    def __str__(self) -> str:
        return "[draft]"


class DraftFile(models.Model):
    """A file that belongs to a draft, sealed under a key that lies in that draft."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    size = models.PositiveIntegerField()  # of the body, so that nobody has to read it
    body = models.BinaryField()

    def __str__(self) -> str:
        return "[a file of a draft]"


class Pending(models.Model):
    """What waits for release, sealed: an answer, or the count seed of a report, all alike.

    It holds no word of whose link was spent. `is_mixed` says that it was written anew
    among all others, so that nothing tells when it came.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.BinaryField()
    is_mixed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return "[pending]"


class Passing(models.Model):
    """That a passed-on link was answered, or was for nobody: sealed, all alike, until its day is over.

    It waits beside the answers and is mixed with them. Only the count of a day opens it,
    adds it up, and deletes it: what stays is in `PassedOn`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.BinaryField()

    def __str__(self) -> str:
        return "[passing]"


class PassedOn(models.Model):
    """How links of a campaign were passed on, counted day by day. Numbers, nobody's link.

    `by_five` is how many links brought five to nine answers of others on one day, and so on.
    """

    campaign = models.UUIDField(primary_key=True)
    not_for_me = models.PositiveIntegerField(default=0)
    by_one = models.PositiveIntegerField(default=0)
    by_two = models.PositiveIntegerField(default=0)  # to four
    by_five = models.PositiveIntegerField(default=0)  # to nine
    by_ten = models.PositiveIntegerField(default=0)  # to nineteen
    by_twenty = models.PositiveIntegerField(default=0)  # and more

    def __str__(self) -> str:
        return "links that were passed on"


class DayOfAnswers(models.Model):
    """How many answers of a campaign were released on a day. In fives, once the day is over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.UUIDField()
    day = models.DateField()
    own = models.PositiveIntegerField(default=0)
    passed_on = models.PositiveIntegerField(default=0)
    is_over = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "day"], name="one_number_for_each_day"
            )
        ]

    def __str__(self) -> str:
        return f"answers of {self.day}"


class Response(models.Model):
    """Answers that belong to nobody: whether something happened, how often, age band, coarse area."""

    class Door(models.TextChoices):
        INVITED = "invited", _("a personal link")
        FORWARDED = "forwarded", _("a link that was passed on")
        ON_BEHALF = "on_behalf", _("somebody else, who says that the person knows")
        OPEN = "open", _("the open form")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        Version, on_delete=models.PROTECT, related_name="responses"
    )
    campaign = models.UUIDField(null=True)
    door = models.CharField(max_length=10, choices=Door)
    week = models.CharField(max_length=8)  # ISO week, as 2026-W47
    answers = models.JSONField()

    def __str__(self) -> str:
        return f"a response of {self.week}"
