"""How fast letters leave this centre, how many left on which day, and what holds them back."""

from django.db import models


class Pace(models.Model):
    """How fast letters leave this centre. One row; without it, as fast as the mail server takes them."""

    is_the_pace = models.BooleanField(primary_key=True, default=True)
    per_second = models.PositiveSmallIntegerField(null=True)
    per_day = models.PositiveIntegerField(null=True)
    first_day = models.PositiveIntegerField(null=True)  # then twice as many each day
    quiet_from = models.PositiveSmallIntegerField(null=True)  # hour of the centre's day
    quiet_until = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_the_pace=True), name="one_pace_of_the_centre"
            ),
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(
                    quiet_from__isnull=False,
                    quiet_until__isnull=False,
                    quiet_from__lte=23,
                    quiet_until__lte=23,
                ),
                name="quiet_hours_have_both_ends",
            ),
        ]

    def __str__(self) -> str:
        return "the pace of letters"


class MailDay(models.Model):
    """How many letters left on a day, all campaigns together. A number, nobody's letter."""

    day = models.DateField(primary_key=True)
    letters = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"letters of {self.day}"


class MailTrouble(models.Model):
    """That the mail server takes no letter of ours at the moment, and with which codes. One row."""

    is_the_trouble = models.BooleanField(primary_key=True, default=True)
    said = models.CharField(max_length=20, blank=True)  # codes, no words
    since_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_the_trouble=True), name="one_trouble_of_the_mail"
            )
        ]

    def __str__(self) -> str:
        return f"trouble of the mail, {self.said}"
