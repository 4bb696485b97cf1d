"""What became of every letter of a wave: each in exactly one line, and what to do about it."""

from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fairwitness.outreach.models import Delivery, Wave
from fairwitness.surveys.bursts import FIVE, in_fives

State = Delivery.State
OURS = {  # why we ourselves sent nothing: the reasons that `sending` writes down
    "deadline": (
        gettext_lazy("too late"),
        gettext_lazy("The campaign had closed before their turn came."),
    ),
    "erased": (
        gettext_lazy("erased"),
        gettext_lazy("Their address was erased before their turn came."),
    ),
    "answered": (
        gettext_lazy("no longer needed"),
        gettext_lazy("The link had been used before the reminder left."),
    ),
    "route": (
        gettext_lazy("no route"),
        gettext_lazy(
            "The source does not show any more why we may write. Complete it."
        ),
    ),
    "withdrawn": (
        gettext_lazy("source withdrawn"),
        gettext_lazy("Their addresses may not be used any more. Close the campaign."),
    ),
    "too late": (
        gettext_lazy("given to us too long ago"),
        gettext_lazy(
            "They could no longer hear of it within a month. Their addresses are deleted in the night."
        ),
    ),
    "sealed": (
        gettext_lazy("cannot be opened"),
        gettext_lazy(
            "The address does not open with the mailer's key. Tell whoever runs the machine."
        ),
    ),
}
MEANINGS = {
    State.WAITING: gettext_lazy(
        "They leave by themselves while the campaign runs. You can pause it."
    ),
    State.CLAIMED: gettext_lazy("The worker has them in hand at this moment."),
    State.HANDED_OVER: gettext_lazy(
        "The mail server took them. Nobody is told whether they were read."
    ),
    State.UNCERTAIN: gettext_lazy(
        "The line broke, or the worker died, at the very moment: they may have arrived. Nothing is sent again by itself; a reminder goes to them, too."
    ),
    State.BOUNCED: gettext_lazy(
        "The address does not exist. It is not written to again."
    ),
    State.COMPLAINED: gettext_lazy(
        "They told their mail provider that this was unwanted. They are not written to again."
    ),
    State.SUPPRESSED: gettext_lazy(
        "They left, bounced or complained before their turn came."
    ),
    State.REFUSED: gettext_lazy(
        "A mail server did not take them for good. Ask its people why; then you can try again."
    ),
}
AGAIN = {"", "route", "sealed"}


@dataclass(frozen=True)
class Line:
    """So many letters in one state."""

    label: str | Promise
    number: int
    meaning: str | Promise
    can_be_tried: bool = False


@dataclass(frozen=True)
class Account:
    """All letters of a wave."""

    number: int
    launched: int
    lines: list[Line]

    @property
    def rows(self) -> list[tuple[Line, str]]:
        """Each line with its number as it is shown: of reminders in fives, rounded down."""
        return [(line, self._shown(line.number)) for line in self.lines]

    @property
    def together(self) -> str:
        """All lines together, as it is shown."""
        return self._shown(self.sum)

    def _shown(self, number: int) -> str:
        if self.number == 1:
            return str(number)
        if number < FIVE:
            return _("under 5")
        return _("about %(number)s") % {"number": in_fives(number)}

    @property
    def sum(self) -> int:
        """All lines together."""
        return sum(line.number for line in self.lines)

    @property
    def adds_up(self) -> bool:
        """Whether as many letters are in the lines as were launched."""
        return self.sum == self.launched


def account_of(wave: Wave) -> Account:
    """What became of the letters of a wave; states in which there are none stay away."""
    letters = Delivery.objects.filter(wave=wave)
    later = Q(state=State.WAITING, lease_until__gt=timezone.now())
    rests = letters.filter(later).aggregate(
        n=Count("pk"), first=Min("lease_until"), said=Max("reason")
    )
    counted = (
        letters.exclude(later).values_list("state", "reason").annotate(Count("pk"))
    )
    numbers: dict[tuple[str, str], int] = {}
    for state, reason, number in counted:
        why = reason if state == State.REFUSED and reason in OURS else ""
        numbers[state, why] = numbers.get((state, why), 0) + number
    if wave.number > 1:  # that the line is there must not tell that somebody answered
        numbers.setdefault((State.REFUSED.value, "answered"), 0)
    lines = [
        _line(state, why, numbers[state.value, why])
        for state in State
        for why in ("", *OURS)
        if (state.value, why) in numbers
    ]
    if rests["n"]:
        lines.insert(0, _resting(rests["n"], rests["first"], rests["said"]))
    launched = (
        wave.campaign.invited if wave.number == 1 else sum(x.number for x in lines)
    )
    return Account(wave.number, launched, lines)


def _line(state: Delivery.State, why: str, number: int) -> Line:
    if why:
        label, meaning = OURS[why]
        return Line(label, number, meaning, can_be_tried=why in AGAIN)
    return Line(
        state.label, number, MEANINGS[state], can_be_tried=state == State.REFUSED
    )


def _resting(number: int, first: object, said: str) -> Line:
    moment = formats.date_format(timezone.localtime(first), "j F, H:i")  # type: ignore[arg-type] # of the aggregate
    return Line(
        _("resting"),
        number,
        _(
            "A mail server asked to wait%(said)s. The first is tried again on %(moment)s."
        )
        % {"moment": moment, "said": f" ({said})" if said else ""},
    )
