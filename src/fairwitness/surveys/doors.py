"""What the apps above lend to the survey's journey: spending the link it came by, and its end.

This floor knows nothing of invitations and campaigns. `outreach` registers, in its
`AppConfig.ready`, how a link is spent, which refuses with a child of `LinkSpent` when
somebody was first, and whether a campaign takes no more answers.
"""

from collections.abc import Callable

from django.utils.translation import gettext as _

from fairwitness.refusal import Refused

Spend = Callable[[str], None]
Ended = Callable[[str], bool]


class LinkSpent(Refused):
    """Somebody has answered with this link."""

    status = 200


class SurveyOver(Refused):
    """This survey takes no more answers."""

    status = 200


def _spend_nothing(invitation: str) -> None:
    del invitation
    raise LinkSpent(_("Somebody has answered with this link."))


_spenders: list[Spend] = [_spend_nothing]


def register_spending(spend: Spend) -> None:
    """Say how the link of an invitation (its id, as text) is spent; the latest word holds."""
    _spenders.append(spend)


_endings: list[Ended] = []


def register_ending(has_ended: Ended) -> None:
    """Say whether a campaign (its id, as text) takes no more answers, begun ones neither."""
    _endings.append(has_ended)


def require_open(campaign: str | None) -> None:
    """Refuse an answer that comes when its campaign is over. Error: `SurveyOver`."""
    if campaign and any(has_ended(campaign) for has_ended in _endings[-1:]):
        raise SurveyOver(_("This survey is closed."))


def spending(invitation: str | None) -> Callable[[], None]:
    """What the sending of an answer does about the link it came by: nothing without one."""
    if not invitation:
        return lambda: None
    return lambda: _spenders[-1](invitation)
