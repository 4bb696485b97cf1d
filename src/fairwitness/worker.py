"""The worker: sends letters, chains the ledger, mixes what waits, keeps the clock.

Work to be done is a row, never an entry in a queue: a worker that was killed lost
nothing, and two of them do not disturb each other. What fails is named in the log, by
its job alone, and does not keep the others from their work.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module

from django.conf import settings
from django.db import Error, close_old_connections, connections
from django.utils import timezone

from fairwitness.casework.actions import release_facts
from fairwitness.casework.models import Fact, WaitingFact
from fairwitness.disclosure.models import Release
from fairwitness.figures.models import Edition
from fairwitness.governance.readiness import is_open
from fairwitness.intake.actions.news import is_news_due, send_news
from fairwitness.ledger.actions import (
    chain_entries,
    publish_checkpoint,
    record,
    release_leaves,
)
from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.clock import is_plausible
from fairwitness.ledger.models import Checkpoint, Entry, WaitingLeaf
from fairwitness.ledger.signing import signer
from fairwitness.mail import HandOverFailed, NotNow
from fairwitness.mixing import clean_files, write_files_anew
from fairwitness.outreach import letterbox
from fairwitness.outreach.actions import (
    close_ended,
    count_outcomes,
    forget_empty_batches,
    is_upload_waiting,
    work_on_upload,
)
from fairwitness.outreach.actions.lines import note_line
from fairwitness.outreach.actions.trying import is_trial_waiting, send_trials, take_back
from fairwitness.outreach.answering import answer_wishes, is_wish_waiting
from fairwitness.outreach.models import Invitation
from fairwitness.outreach.sending import send_due
from fairwitness.refusal import Refused
from fairwitness.rights.actions import (
    apply_retention,
    erasures_begun,
    finish_begun,
)
from fairwitness.surveys.models import Pending, Response
from fairwitness.surveys.release import (
    days_unmixed,
    mix_waiting,
    release_responses,
)
from fairwitness.vault.actions import make_slots

PAUSE_SECONDS, LONGEST_REST = 2.0, 300.0
LETTERS_A_ROUND = 500  # or as many as leave in `sending.ROUND`
NEWS_A_ROUND = 20
WISHES_A_ROUND = 20
MANY = 20  # so many wait: they are mixed before their day has come
DAY, WEEK = timedelta(days=1), timedelta(days=7)

log = logging.getLogger("fairwitness.worker")


class ClockInDoubt(Refused):
    """The clock is over a month away from the last checkpoint: nothing that has a day is done."""


@dataclass(frozen=True)
class Job:
    """One thing to do, when it is due. `leaves_mark` writes in the ledger that it was done.

    A job that is not `timeless` waits while the clock is in doubt.
    """

    name: str
    is_due: Callable[[date], bool]
    work: Callable[[date], int]
    leaves_mark: bool = False
    timeless: bool = False

    @property
    def act(self) -> str:
        """How it stands in the ledger."""
        return f"worker.{self.name}"


def _always(_today: date) -> bool:
    return True


def _has_passed(act: str, span: timedelta, today: date) -> bool:
    """Whether so much time has gone by since this stood in the ledger, or it never did.

    What stands there for a day to come was written by a clock that went wrong.
    """
    done = Entry.objects.filter(act=act, day__lte=today)
    days = done.order_by("-day").values_list("day", flat=True)
    last = days.first()
    return last is None or last + span <= today


def _many(rows: Callable[[], int]) -> bool:
    return rows() >= MANY


def _entries_wait(_today: date) -> bool:
    return Entry.objects.filter(number=None).exists()


def _chain(_today: date) -> int:
    return chain_entries()


def _send(today: date) -> int:
    report = send_due(limit=LETTERS_A_ROUND)
    if report.handed_over or not report.has_line:
        note_line(None if report.has_line else report.said, on=today)
    if not report.has_line:
        raise NotNow
    return report.handed_over


def _send_news(_today: date) -> int:
    sent = send_news(limit=NEWS_A_ROUND)
    if not sent and is_news_due():
        raise NotNow
    return sent


def _wishes_wait(_today: date) -> bool:
    return is_wish_waiting()


def _answer_wishes(_today: date) -> int:
    answered = answer_wishes(limit=WISHES_A_ROUND)
    if not answered and is_wish_waiting():
        raise NotNow
    return answered


def _may_send(_today: date) -> bool:
    return is_open()


def _has_letterbox(_today: date) -> bool:
    return letterbox.is_set()


def _take_returned(_today: date) -> int:
    now = timezone.now()
    return letterbox.empty(lambda mail: take_back(mail, at=now))


def _send_trials(today: date) -> int:
    return send_trials(on=today)


def _fill_slots(_today: date) -> int:
    return make_slots()


def _responses_are_due(today: date) -> bool:
    if _many(Pending.objects.all()[:MANY].count) or days_unmixed():
        return True
    return _has_passed("worker.responses", DAY, today)


def _release_responses(today: date) -> int:
    return release_responses(on=today)


def _order_shows(_today: date) -> bool:
    return Pending.objects.filter(is_mixed=False).exists()


def _mix(_today: date) -> int:
    return mix_waiting()


def _tidy(_today: date) -> int:
    return 0 if clean_files() else 1


def _write_files_anew(_today: date) -> int:
    return write_files_anew(Invitation, Response, Fact)


def _facts_are_due(today: date) -> bool:
    if _many(WaitingFact.objects.all()[:MANY].count):
        return True
    return _has_passed("worker.facts", DAY, today)


def _release_facts(today: date) -> int:
    """Let the facts out after what waits: a fact in the open has its leaf among the leaves."""
    release_responses(on=today)
    return release_facts()


def _leaves_are_due(today: date) -> bool:
    if _many(WaitingLeaf.objects.all()[:MANY].count):
        return True
    return _has_passed("worker.leaves", WEEK, today)


def _release_leaves(_today: date) -> int:
    released = release_leaves()
    publish_checkpoint(Checkpoint.Log.COUNTS, signer=signer())
    return released


def _a_day_has_passed(act: str) -> Callable[[date], bool]:
    return lambda today: _has_passed(act, DAY, today)


def _sign_ledger(_today: date) -> int:
    """Sign how far the ledger has come; what was done today is in tomorrow's."""
    chain_entries()
    return 1 if publish_checkpoint(Checkpoint.Log.LEDGER, signer=signer()) else 0


def _is_edition_asked(_today: date) -> bool:
    return Edition.objects.filter(state=Edition.State.ASKED).exists()


def _build_editions(_today: date) -> int:
    from fairwitness.figures.actions import build_asked  # noqa: PLC0415 # an extra
    from fairwitness.figures.own_work import Releases  # noqa: PLC0415 # the same

    released = Release.objects.filter(state=Release.State.RELEASED).count()
    return build_asked(signer=signer(), releases=Releases(released, without_consent=0))


def _has_erasures_begun(_today: date) -> bool:
    return erasures_begun().exists()


def _finish_begun(today: date) -> int:
    return finish_begun(on=today)


def _retain(today: date) -> int:
    return sum(apply_retention(today).gone.values())


def _close_campaigns(today: date) -> int:
    return close_ended(on=today)


def _count_outcomes(today: date) -> int:
    return count_outcomes(on=today)


def _is_upload_waiting(_today: date) -> bool:
    return is_upload_waiting()


def _work_on_upload(today: date) -> int:
    return work_on_upload(on=today)


def _forget_batches(_today: date) -> int:
    """After the night's retention: keys under which nothing lies any more."""
    return forget_empty_batches()


def _forget_sittings(_today: date) -> int:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    store.clear_expired()
    return 0


JOBS = (
    Job("chain", _entries_wait, _chain, timeless=True),
    Job("slots", _always, _fill_slots, timeless=True),
    Job("letters", _may_send, _send),
    Job("trials", is_trial_waiting, _send_trials),
    Job("returned", _has_letterbox, _take_returned),
    Job("news", _may_send, _send_news),
    Job("wishes", _wishes_wait, _answer_wishes),
    Job("responses", _responses_are_due, _release_responses, leaves_mark=True),
    Job("order", _order_shows, _mix, timeless=True),
    Job("facts", _facts_are_due, _release_facts, leaves_mark=True),
    Job("leaves", _leaves_are_due, _release_leaves, leaves_mark=True),
    Job("editions", _is_edition_asked, _build_editions),
    Job("erasures", _has_erasures_begun, _finish_begun),
    Job("retention", _a_day_has_passed("rights.retention_applied"), _retain),
    Job("uploads", _is_upload_waiting, _work_on_upload),
    Job("batches", _a_day_has_passed("worker.batches"), _forget_batches, leaves_mark=True),
    Job("campaigns", _a_day_has_passed("worker.campaigns"), _close_campaigns, leaves_mark=True),
    Job("outcomes", _always, _count_outcomes),
    Job("sittings", _a_day_has_passed("worker.sittings"), _forget_sittings, leaves_mark=True),
    Job("ledger", _a_day_has_passed("worker.ledger"), _sign_ledger, leaves_mark=True),
    Job("pages", _a_day_has_passed("worker.pages"), _write_files_anew, leaves_mark=True),
    Job("files", _always, _tidy, timeless=True),
)  # fmt: skip


LETTERS = tuple(
    job for job in JOBS if job.name in {"letters", "trials", "news", "wishes"}
)
OTHERS = tuple(job for job in JOBS if job not in LETTERS)


def run(*, once: bool = False) -> None:
    """Work until told to stop (SIGTERM, SIGINT), or through one round.

    Letters have a thread of their own: a mail server may let us wait for minutes.
    """
    if once:
        work_through()
        return
    stop = threading.Event()
    if threading.current_thread() is threading.main_thread():
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_told: stop.set())
    with ThreadPoolExecutor(1) as beside:
        letters = beside.submit(_keep_working, LETTERS, stop)
        _keep_working(OTHERS, stop)
    letters.result()


def _keep_working(jobs: tuple[Job, ...], stop: threading.Event) -> None:
    """Do what is due, round after round; what fails rests longer each time."""
    resting = Resting()
    try:
        while not stop.is_set():
            close_old_connections()
            ready = tuple(job for job in jobs if resting.is_over(job.name))
            failed = work_through(ready, stop=stop, failing=set(resting.rests))
            resting.note({job.name for job in ready}, failed)
            stop.wait(PAUSE_SECONDS)
    finally:
        stop.set()
        connections.close_all()


class Resting:
    """The jobs that failed: how long each rests, and until when, on the clock that nobody sets."""

    def __init__(self) -> None:
        self.rests: dict[str, tuple[float, float]] = {}

    def is_over(self, name: str) -> bool:
        """Whether a job may be tried."""
        return time.monotonic() >= self.rests.get(name, (0.0, 0.0))[1]

    def note(self, tried: set[str], failed: set[str]) -> None:
        """Let what failed rest twice as long as before, and forget what has worked."""
        for name in tried - failed:
            self.rests.pop(name, None)
        for name in failed:
            rest = min(2 * self.rests.get(name, (1.0, 0.0))[0], LONGEST_REST)
            self.rests[name] = rest, time.monotonic() + rest


def work_through(
    jobs: tuple[Job, ...] = JOBS,
    *,
    stop: threading.Event | None = None,
    failing: set[str] | None = None,
) -> set[str]:
    """Do what is due, once. Returns the names of the jobs that failed.

    A job that failed before is not named in the log again until it has worked once.
    """
    known, failed = failing or set(), set()
    for job in jobs:
        if stop is not None and stop.is_set():
            break
        try:
            _do(job, timezone.localdate())
        except (Error, OSError, Refused, HandOverFailed) as error:
            failed.add(job.name)
            if job.name not in known:
                log.warning("%s could not be done: %s", job.name, type(error).__name__)
    return failed


def _do(job: Job, today: date) -> None:
    if not job.is_due(today):
        return
    if not (job.timeless or is_plausible(today)):
        raise ClockInDoubt(f"the clock says {today}")
    done = job.work(today)
    if job.leaves_mark:
        record(job.act, "day", by=SYSTEM, count=done, on=today)
