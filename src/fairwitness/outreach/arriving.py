"""Files of addresses on their way in: how far each came, what stayed out, where people stand twice."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from fairwitness.staff.models import User


class Import(models.Model):
    """One file of addresses on its way in; all rows up to `rows_done` are safely in.

    Of the rows behind it, up to `stretch_ends`, those are in whose hashes are no greater
    than `laid_to`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for the worker")
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    source = models.ForeignKey(
        "outreach.Source", on_delete=models.PROTECT, related_name="imports"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    mark = models.BinaryField()  # HMAC of the file: the same file is known again
    state = models.CharField(max_length=8, choices=State, default=State.RUNNING)
    trouble = models.CharField(max_length=400, blank=True)  # why it stopped
    began_on = models.DateField()
    ended_on = models.DateField(null=True)
    rows_expected = models.PositiveIntegerField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    stretch_ends = models.PositiveIntegerField(null=True)  # a row; null: between two
    laid_to = models.BinaryField(null=True)  # keyed hash of an address; likewise
    added = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    suppressed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "mark"],
                condition=models.Q(state__in=["waiting", "running"]),
                name="a_file_is_imported_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"import, {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether some of its rows are still to come."""
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def shape(self) -> str:
        """The shape that stands beside its state."""
        shapes = {self.State.WAITING: "empty", self.State.RUNNING: "half"}
        fallen = "stop" if self.state == self.State.STOPPED else "full"
        return shapes.get(self.State(self.state), fallen)


class RefusedRow(models.Model):
    """That a row of a file stayed out: its number, its column and why; nothing of what it said."""

    id = models.BigAutoField(primary_key=True)
    importing = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="refusals"
    )
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=8, blank=True)
    why = models.CharField(max_length=20)

    class Meta:
        indexes = [
            models.Index(fields=["importing", "row"], name="refused_rows_in_order")
        ]

    def __str__(self) -> str:
        return f"row {self.row}, {self.why}"


class Upload(models.Model):
    """A file that the desk took, sealed to the mailer until the worker has read it to its end."""

    importing = models.OneToOneField(
        Import, on_delete=models.CASCADE, primary_key=True, related_name="upload"
    )
    envelope = models.BinaryField()
    came_on = models.DateField()

    def __str__(self) -> str:
        return "[upload]"


class RefusedSheet(models.Model):
    """The rows that stayed out, with the reason beside each, sealed to whoever brought the file."""

    importing = models.OneToOneField(
        Import, on_delete=models.CASCADE, primary_key=True, related_name="sheet"
    )
    envelope = models.BinaryField()
    made_on = models.DateField()

    def __str__(self) -> str:
        return "[sheet]"
