"""Lists: the inbox, what one carries, what is due, the ledger."""

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from fairwitness.casework.actions import read_headers
from fairwitness.casework.handling import DECISIONS
from fairwitness.casework.inbox import Place, Shelf, due_words, rows_of, window_of
from fairwitness.casework.models import Step, Task
from fairwitness.casework.ring import incidents_within_reach, open_ring
from fairwitness.casework.states import State
from fairwitness.ledger.models import Entry
from fairwitness.staff.guard import StaffRequest, needs
from fairwitness.staff.models import User
from fairwitness.staff.roles import May

MOST = 200
ENTRIES = 50


@needs(May.READ_NEW_REPORTS)
def inbox(request: StaffRequest) -> HttpResponse:
    """What waits to be read, or is being worked on; the nearest promise first."""
    shelf = Shelf.OPEN if request.GET.get("show") == "open" else Shelf.NEW
    place = Place.of(request.GET.dict())
    window, is_full = window_of(request.user, shelf, place)
    ring = open_ring(request)
    headers = read_headers(window, ring=ring, by=request.user) if ring else {}
    today = timezone.localdate()
    rows = [
        {"row": row, "due": due_words(row.due_on, today=today) if row.due_on else ""}
        for row in rows_of(window, headers, shelf, place)
    ]
    context = {
        "rows": rows,
        "shelf": shelf.value,
        "next": place.following(window, is_full=is_full),
        "is_unlocked": ring is not None,
    }
    return render(request, "casework/inbox.html", context)


@needs(May.WORK_ON_CASES)
def mine(request: StaffRequest) -> HttpResponse:
    """The incidents that one carries, and what one has to do."""
    carried = request.user.incidents.exclude(state=State.CLOSED.value)
    context = {
        "incidents": carried.order_by("opened_month", "code")[:MOST],
        "tasks": _open_tasks().filter(given_to=request.user)[:MOST],
        "today": timezone.localdate(),
    }
    return render(request, "casework/mine.html", context)


@needs(May.WORK_ON_CASES)
def due(request: StaffRequest) -> HttpResponse:
    """Every open task, and the promises of institutions that have passed."""
    today = timezone.localdate()
    within_reach = incidents_within_reach(request.user)
    met = Step.objects.filter(
        complaint=OuterRef("complaint"),
        undone_on=None,
        on__gte=OuterRef("on"),
        kind__in=[*DECISIONS, Step.Kind.PROMISED],
    ).exclude(pk=OuterRef("pk"))
    passed = (
        Step.objects.filter(
            kind=Step.Kind.PROMISED,
            due_on__lt=today,
            undone_on=None,
            complaint__incident__in=within_reach,
        )
        .exclude(Exists(met))
        .select_related("complaint__incident")
        .order_by("due_on")
    )
    context = {
        "tasks": _open_tasks().filter(incident__in=within_reach)[:MOST],
        "passed": [
            {"step": step, "late": (today - step.due_on).days}
            for step in passed[:MOST]
            if step.due_on
        ],
        "today": today,
    }
    return render(request, "casework/due.html", context)


@needs(May.SEE_LEDGER)
def ledger(request: StaffRequest) -> HttpResponse:
    """What was done, the newest first, as far as it is chained."""
    before = request.GET.get("before", "")
    entries = Entry.objects.exclude(number=None).order_by("-number")
    if before.isascii() and before.isdigit():
        entries = entries.filter(number__lt=int(before))
    shown = list(entries[:ENTRIES])
    names = {str(user.pk): user.name for user in User.objects.only("name")}
    context = {
        "rows": [(entry, names.get(entry.by, entry.by)) for entry in shown],
        "before": shown[-1].number if len(shown) == ENTRIES else None,
    }
    return render(request, "casework/ledger.html", context)


def _open_tasks() -> QuerySet[Task]:
    tasks = Task.objects.filter(done_on=None).select_related("incident", "given_to")
    return tasks.order_by("due_on", "pk")
