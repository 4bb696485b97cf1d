"""Which keys matter, whether their recovery was tried, and what is left to do about it."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from fairwitness.staff.actions.rehearsing import rehearsals_that_hold
from fairwitness.staff.models import Rehearsal, User
from fairwitness.vault.actions import is_escrowed
from fairwitness.vault.models import KeyPair

# Without the first, no report can be read; without the second, nobody can be reached.
OF_THE_HOUSE = (KeyPair.Purpose.TRIAGE, KeyPair.Purpose.GATE)
IN_ESCROW = {KeyPair.Purpose.TRIAGE, KeyPair.Purpose.STAFF}


@dataclass(frozen=True)
class Standing:
    """A key that matters: who holds it, when its recovery last worked, who else could bring it back."""

    name: str | LazyText
    key: KeyPair
    tried: Rehearsal | None
    is_escrowed: bool

    @property
    def has_escrow(self) -> bool:
        """Whether trustees are meant to hold this key at all."""
        return self.key.purpose in IN_ESCROW


def standings(*, on: date) -> list[Standing]:
    """The keys of the house and of each member, with how their recovery stands."""
    house = KeyPair.objects.filter(purpose__in=OF_THE_HOUSE, retired_on=None)
    rows: list[tuple[str | LazyText, KeyPair]] = [
        (KeyPair.Purpose(key.purpose).label, key) for key in house.order_by("-purpose")
    ]
    members = User.objects.filter(is_active=True, key__retired_on=None)
    rows += [
        (user.name, user.key)
        for user in members.select_related("key").order_by("name")
        if user.key is not None
    ]
    return [
        Standing(
            name,
            key,
            rehearsals_that_hold(on=on).filter(key=key).first(),
            is_escrowed(key),
        )
        for name, key in rows
    ]


def is_tried(*, on: date) -> bool:
    """Whether recovery worked within a year: of the house's keys, and of one member's at least."""
    return _needed() <= _tried(on)


def left_to_do(*, on: date) -> list[LazyText]:
    """What is missing, in plain words, and what to do about it."""
    return [_STEPS[purpose] for purpose in sorted(_needed() - _tried(on))]


def _needed() -> set[str]:
    return {*OF_THE_HOUSE, KeyPair.Purpose.STAFF}


def _tried(on: date) -> set[str]:
    """The purposes of which some standing key was recovered within a year."""
    gone = User.objects.filter(is_active=False).values("key")
    tried = rehearsals_that_hold(on=on).filter(key__retired_on=None)
    return set(tried.exclude(key__in=gone).values_list("key__purpose", flat=True))


_STEPS: dict[str, LazyText] = {
    KeyPair.Purpose.STAFF: _(
        "Let a member type the words of their own recovery sheet."
    ),
    KeyPair.Purpose.TRIAGE: _(
        "Let somebody who holds the key to new reports type their own sheet: it proves both."
    ),
    KeyPair.Purpose.GATE: _(
        "Type the words of the sheet of the house. Without one: fairwitness keys sheet, on the server."
    ),
}
