"""Remembers that the mail server takes nothing, so that the desk can say what to do."""

from datetime import date

from django.db import transaction

from fairwitness.outreach.speed import MailTrouble

LONGEST = 20


@transaction.atomic
def note_line(said: str | None, *, on: date) -> None:
    """Write down the codes with which the mail server sent us away; none when it takes letters.

    The day on which it began stays.
    """
    if said is None:
        MailTrouble.objects.all().delete()
        return
    first = {"said": said[:LONGEST], "since_on": on}
    row, is_new = MailTrouble.objects.get_or_create(defaults=first)
    if not is_new and row.said != first["said"]:
        MailTrouble.objects.update(said=first["said"])
