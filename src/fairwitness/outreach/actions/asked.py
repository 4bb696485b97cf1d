"""Does what somebody asked of us by post, by phone or by a mail of their own, about their address.

Whoever does it types the address, and learns nothing about it: whether we hold it, whether
they had left before, is said nowhere. A copy goes to the address itself.
"""

from datetime import date

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from fairwitness.ledger.actions import record
from fairwitness.outreach.actions.contacts import (
    forget_address,
    keep_away,
    match_typed,
)
from fairwitness.outreach.actions.wishes import wish_of
from fairwitness.outreach.models import Contact, Suppression, Wish
from fairwitness.staff.models import User
from fairwitness.staff.roles import May


class Ask(models.TextChoices):
    """What somebody asks about their address."""

    LEAVE = "leave", _("Write to it no more")
    FORGET = "forget", _("Forget it, and write to it no more")
    COPY = "copy", _("Send them everything that we hold about them")


WHO = {
    Ask.LEAVE: (May.RUN_CAMPAIGNS, May.ANSWER_REQUESTS),
    Ask.FORGET: (May.ANSWER_REQUESTS,),
    Ask.COPY: (May.ANSWER_REQUESTS,),
}


def asks_for(by: User) -> list[Ask]:
    """What this member of staff may do about somebody's address."""
    return [ask for ask, allowed in WHO.items() if any(map(by.may, allowed))]


@transaction.atomic
def do_as_asked(typed: str, ask: Ask, *, by: User, on: date) -> None:
    """Do this about an address, the same whether we hold it or not. Error: `Refused` for no address."""
    if ask not in asks_for(by):
        by.must(WHO[ask][-1])
    match = match_typed(typed)
    if ask is Ask.LEAVE:
        keep_away(match, reason=Suppression.Reason.LEFT, on=on)
    elif ask is Ask.FORGET:
        forget_address(match, on=on)
    elif held := Contact.objects.filter(match=match).first():
        wish_of(held, Wish.Kind.COPY, on=on)
    record(f"outreach.asked_to_{ask.value}", "day", by=by, on=on)
