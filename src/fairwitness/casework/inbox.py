"""The inbox: what waits, sorted by what we promised. Its cost does not grow with the archive.

The promise stands in the sealed header. So a window of reports is taken in the order of
their months, their headers are opened, and the window is sorted; a page shows a part of it.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fairwitness.casework.headers import Header
from fairwitness.casework.models import Link
from fairwitness.casework.ring import reports_within_reach
from fairwitness.intake.models import Report
from fairwitness.staff.models import User

WINDOW = 200
ROWS = 50


class Shelf(StrEnum):
    """Which reports to show."""

    NEW = "new"
    OPEN = "open"

    @property
    def states(self) -> list[str]:
        """The states of the reports that stand here."""
        if self is Shelf.NEW:
            return [Report.State.NEW]
        return [Report.State.READ, Report.State.WORKING]


@dataclass(frozen=True)
class Place:
    """Where one is in a shelf: the start of the window, and how many of it to pass over."""

    after: str = ""
    skip: int = 0

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Place":
        """Read it from an address; what makes no sense is the beginning."""
        after, skip = asked.get("after", ""), asked.get("skip", "")
        is_number = skip.isascii() and skip.isdigit()
        steps = range(0, WINDOW, ROWS)
        return cls(
            after=after if _parts(after) else "",
            skip=int(skip) if is_number and int(skip) in steps else 0,
        )

    def following(self, window: Sequence[Report], *, is_full: bool) -> "Place | None":
        """The place of the next rows, or none when there are no more."""
        if self.skip + ROWS < len(window):
            return Place(self.after, self.skip + ROWS)
        if not is_full:
            return None
        last = max(window, key=lambda report: (report.month, report.pk))
        return Place(f"{last.month.isoformat()}.{last.pk}")


@dataclass(frozen=True)
class Row:
    """A report in the list; without a header only its month is known."""

    report: Report
    header: Header | None
    due_on: date | None
    link: Link | None


def window_of(user: User, shelf: Shelf, place: Place) -> tuple[list[Report], bool]:
    """The reports of a window in the order of their months, and whether more follow."""
    reports = reports_within_reach(user).filter(state__in=shelf.states)
    if parts := _parts(place.after):
        month, last = parts
        reports = reports.filter(Q(month__gt=month) | Q(month=month, pk__gt=last))
    found = list(reports.order_by("month", "pk")[: WINDOW + 1])
    return found[:WINDOW], len(found) > WINDOW


def rows_of(
    window: Sequence[Report],
    headers: Mapping[uuid.UUID, Header],
    shelf: Shelf,
    place: Place,
) -> list[Row]:
    """The rows of a page, the nearest promise first."""
    dues = {
        key: header.read_by if shelf is Shelf.NEW else header.answer_by
        for key, header in headers.items()
    }
    ordered = sorted(window, key=lambda one: (dues.get(one.pk, one.month), one.pk))
    shown = ordered[place.skip : place.skip + ROWS]
    links = Link.objects.filter(report__in=shown, unlinked_on=None)
    by_report = {
        link.report_id: link for link in links.select_related("incident__carried_by")
    }
    return [
        Row(one, headers.get(one.pk), dues.get(one.pk), by_report.get(one.pk))
        for one in shown
    ]


def due_words(day: date, *, today: date) -> str:
    """A promised day as staff read it: today, overdue, or the weekday."""
    late = (today - day).days
    if late == 0:
        return _("today")
    if late > 0:
        return ngettext("overdue %(days)d day", "overdue %(days)d days", late) % {
            "days": late
        }
    return date_format(day, "D j M")


def _parts(after: str) -> tuple[date, uuid.UUID] | None:
    month, _dot, last = after.partition(".")
    try:
        return date.fromisoformat(month), uuid.UUID(last)
    except ValueError:
        return None
