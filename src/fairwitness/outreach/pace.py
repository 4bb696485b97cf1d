"""How fast letters leave: ramp-up, caps, quiet hours; and when a campaign stops by itself. Pure."""

from typing import Protocol

REFUSED_IN_A_ROW = 5  # then it is about us, not about five people
FEWEST_FAILURES = 10
MOST_FAILED = 0.10  # of those tried
FEWEST_COMPLAINTS = 2
MOST_COMPLAINED = 0.003  # the largest receivers turn senders away from here on

SOON = 0.5  # seconds in which what is claimed together leaves, as far as can be known
FEWEST_TOGETHER, MOST_TOGETHER = 1, 50


class Paced(Protocol):
    """The wishes of a centre; none where nothing is wished."""

    per_day: int | None
    first_day: int | None
    quiet_from: int | None
    quiet_until: int | None


def is_quiet(pace: Paced, hour: int) -> bool:
    """Whether no letter leaves in this hour of the centre's day."""
    begins, ends = pace.quiet_from, pace.quiet_until
    if begins is None or ends is None or begins == ends:
        return False
    if begins < ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends


def cap_of_day(pace: Paced, *, days_before: int) -> int | None:
    """How many letters may leave on a day; twice as many as on the last, until the cap.

    `days_before`: on how many days letters left before. None: as many as there are.
    """
    if pace.first_day is None:
        return pace.per_day
    ramp: int = pace.first_day * 2 ** min(days_before, 30)
    return ramp if pace.per_day is None else min(ramp, pace.per_day)


def lot(left: int, *, seconds: float) -> int:
    """How many letters to claim together, when the last so many left in so many seconds.

    Few where letters leave slowly: who leaves meanwhile is not written to.
    """
    soon = left * SOON / max(seconds, 0.001)
    return int(min(max(soon, FEWEST_TOGETHER), MOST_TOGETHER))


def too_many_failed(failed: int, *, tried: int) -> bool:
    """Whether so many addresses failed that the list, or the server, must be looked at."""
    return failed >= FEWEST_FAILURES and failed > MOST_FAILED * tried


def too_many_complained(complained: int, *, tried: int) -> bool:
    """Whether so many people complained that no letter should follow."""
    return complained >= FEWEST_COMPLAINTS and complained > MOST_COMPLAINED * tried
