"""Editions: published, frozen sets of tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.staff.models import User


class Edition(models.Model):
    """A set of tables for a period: asked for by one person, built by the worker, published by another."""

    class State(models.TextChoices):
        ASKED = "asked", _("being built")
        DRAFTED = "drafted", _("ready to be looked at")
        PUBLISHED = "published", _("published")
        REFUSED = "refused", _("could not be built")

    number = models.PositiveIntegerField(primary_key=True)
    period_from = models.CharField(max_length=7)
    period_to = models.CharField(max_length=7)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    reason = models.CharField(max_length=300, blank=True)  # why it could not be built
    digest = models.BinaryField(null=True)  # SHA-256 of edition.json
    drafted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drafted_on = models.DateField()
    published_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True
    )
    published_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published_by=None)
                | ~models.Q(published_by=models.F("drafted_by")),
                name="a_second_person_publishes",
            )
        ]

    def __str__(self) -> str:
        return f"edition {self.number}"


class Table(models.Model):
    """One table of an edition, by its name and the hash of its file."""

    edition = models.ForeignKey(
        Edition, on_delete=models.CASCADE, related_name="tables"
    )
    name = models.SlugField()
    digest = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "name"], name="a_table_stands_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
