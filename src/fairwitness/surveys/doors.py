"""What the apps above lend to the survey's journey: spending the link it came by.

This floor knows nothing of invitations. `outreach` registers how a link is spent, in its
`AppConfig.ready`, and refuses with a child of `LinkSpent` when somebody was first.
"""

from collections.abc import Callable

from django.utils.translation import gettext as _

from fairwitness.refusal import Refused

Spend = Callable[[str], None]


class LinkSpent(Refused):
    """Somebody has answered with this link."""

    status = 200


def _spend_nothing(invitation: str) -> None:
    del invitation
    raise LinkSpent(_("Somebody has answered with this link."))


_spenders: list[Spend] = [_spend_nothing]


def register_spending(spend: Spend) -> None:
    """Say how the link of an invitation (its id, as text) is spent; the latest word holds."""
    _spenders.append(spend)


def spending(invitation: str | None) -> Callable[[], None]:
    """What the sending of an answer does about the link it came by: nothing without one."""
    if not invitation:
        return lambda: None
    return lambda: _spenders[-1](invitation)
