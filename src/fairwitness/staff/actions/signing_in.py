"""Lets somebody in by password and one-time code; slows down whoever guesses.

A name that nobody has costs as much, and waits as long, as one that somebody has.
"""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.utils.translation import ngettext

from fairwitness.ledger.actions import record
from fairwitness.refusal import Refused
from fairwitness.staff.models import User, Wait
from fairwitness.staff.one_time import shadow_of, step_of

FREE_TRIES = 5
LONGEST_WAIT = 60  # seconds: who knows a name cannot keep its owner out for long
FORGET_AFTER = timedelta(hours=1)
CLOCK_WENT_BACK = 20  # steps of a code, ten minutes


class TooManyTries(Refused):
    """Somebody tried wrongly too often and waits before the next try."""

    status = 429


def recognise(name: str, *, password: str, code: str, at: datetime) -> User | None:
    """The member of staff whose password and code these are, or nobody.

    Error: `TooManyTries`. Never says which of the three was wrong.
    """
    guessed = f"name {name}"
    wait_first(guessed, at=at)
    user = User.objects.filter(name=name, is_active=True).first()
    if user is None:
        make_password(password)
    elif user.check_password(password) and _spends_code(user, code, at=at):
        with transaction.atomic():
            forget_tries(guessed)
            record("staff.signed_in", user, by=user)
        return user
    count_try(guessed, at=at)
    return None


def is_code_right(user: User, *, code: str, at: datetime) -> bool:
    """Whether this is a fresh code of that person; it serves once. Error: `TooManyTries`."""
    guessed = f"code {user.pk}"
    wait_first(guessed, at=at)
    if _spends_code(user, code, at=at):
        forget_tries(guessed)
        return True
    count_try(guessed, at=at)
    return False


def wait_first(guessed: str, *, at: datetime) -> None:
    """Refuse another try until the wait is over."""
    latest = at + timedelta(seconds=LONGEST_WAIT)
    waits = Wait.objects.filter(until__gt=at, until__lte=latest)
    waiting = waits.filter(pk=shadow_of(guessed)).first()
    if waiting is None:
        return
    seconds = max(1, round((waiting.until - at).total_seconds()))
    raise TooManyTries(
        ngettext(
            "That was tried too often. Wait %(seconds)d second, then try again.",
            "That was tried too often. Wait %(seconds)d seconds, then try again.",
            seconds,
        )
        % {"seconds": seconds}
    )


@transaction.atomic
def count_try(guessed: str, *, at: datetime) -> None:
    """Count a wrong try; from the sixth on each doubles the wait, up to a minute."""
    Wait.objects.filter(until__lt=at - FORGET_AFTER).delete()
    row, _made = Wait.objects.select_for_update().get_or_create(
        pk=shadow_of(guessed), defaults={"until": at}
    )
    row.failures += 1
    over = row.failures - FREE_TRIES
    seconds = min(2**over, LONGEST_WAIT) if over >= 0 else 0
    row.until = at + timedelta(seconds=seconds)
    row.save(update_fields=["failures", "until"])


def forget_tries(guessed: str) -> None:
    """After the right word, earlier wrong ones do not matter."""
    Wait.objects.filter(pk=shadow_of(guessed)).delete()


def _spends_code(user: User, code: str, *, at: datetime) -> bool:
    """Take a code once: of two uses at the same moment only the first serves."""
    if user.sign_in_secret is None:
        return False
    step = step_of(code, user=user.pk, sealed=bytes(user.sign_in_secret), at=at)
    if step is None:
        return False
    # A code of a time to come was taken by a clock that went wrong since.
    is_fresh = Q(last_code__lt=step) | Q(last_code__gt=step + CLOCK_WENT_BACK)
    unused = User.objects.filter(is_fresh, pk=user.pk)
    return bool(unused.update(last_code=step))
