"""Drafts campaigns, launches their waves, and stops them."""

import random
import uuid
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.governance.wording import require_plain, require_real
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import SYSTEM
from fairwitness.outreach.actions.fates import tally_of
from fairwitness.outreach.kept import with_reasons
from fairwitness.outreach.models import Campaign, Delivery, Invitation, Source, Wave
from fairwitness.outreach.preflight.campaign import letter_findings, preflight
from fairwitness.outreach.preflight.domain import Resolver
from fairwitness.outreach.preflight.finding import Finding
from fairwitness.outreach.preflight.house import sender_findings
from fairwitness.outreach.recipients import (
    LAST_WAVE,
    may_be_reminded,
    may_be_written_to,
    next_wave,
    to_type,
    was_reached,
)
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.surveys.bursts import in_fives

ROWS_AT_ONCE = 2_000
MAY_BE_EMPTY = (
    "places",
    "deadline_reasons",
    "closes_on",
    "ended_on",
    "audience_size",
)
State = Campaign.State
NEXT: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.RUNNING}),
    State.RUNNING: frozenset({State.PAUSED, State.CLOSED}),
    State.PAUSED: frozenset({State.RUNNING, State.CLOSED}),
    State.CLOSED: frozenset(),
}


class NotReady(Refused):
    """Something stops a campaign. The message says what, and what to do about it."""


class WrongNumber(Refused):
    """The number that was typed is not the number of letters that would leave."""


@transaction.atomic
def draft_campaign(campaign: Campaign, *, by: User) -> Campaign:
    """Write down a campaign (an unsaved row), or a new text of one that is still a draft.

    Refused while a letter lacks the link, the source or the way out, uses vague words, or
    closes without saying why. Errors: `NotReady`, `VagueWords`, `Placeholder`.
    """
    by.must(May.RUN_CAMPAIGNS)
    require_plain(campaign.audience, campaign.chosen_how)
    require_real(campaign.title, campaign.audience, campaign.chosen_how, campaign.place)
    if campaign.closes_on and not campaign.deadline_reason.strip():
        raise NotReady(_("Say why the survey closes then, or take the date out."))
    _require_share(campaign)
    _require_no_stop(letter_findings(campaign))
    _require_own_name(campaign)
    standing = Campaign.objects.select_for_update().filter(pk=campaign.pk).first()
    if standing and standing.state != State.DRAFT:
        raise NotReady(
            _(
                "Letters of this campaign have left, so it stands as it is. You can pause"
                " it, or close it and start another."
            )
        )
    campaign.state, campaign.invited, campaign.drafted_by = State.DRAFT, 0, by
    campaign.full_clean(
        exclude=[*MAY_BE_EMPTY, "letter", "name"],
        validate_constraints=False,
    )
    campaign.save(force_insert=standing is None, force_update=standing is not None)
    record("outreach.campaign_drafted", campaign, by=by)
    return campaign


def launch_wave(
    campaign: Campaign,
    *,
    number: int,
    by: User,
    on: date | None = None,
    expected: int | None = None,
    resolver: Resolver | None = None,
) -> Wave:
    """Let the letters of a wave wait for the worker: 1 is the invitation, 2 and 3 remind.

    Invitations go to every contact of the source who has not left; reminders to those
    who were reached and whose link nobody has spent. `expected` is what the coordinator
    typed: the number of letters, for a reminder in fives (`recipients.to_type`). Refused
    while the check stops it, or a warning has no reason. Errors: `NotReady`, `WrongNumber`.
    """
    by.must(May.RUN_CAMPAIGNS)
    # Names are looked up before the transaction, so that nobody waits for the network.
    sender_findings(resolver)
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
        day = on or timezone.localdate()
        _require_turn(campaign, number)
        findings = preflight(campaign, on=day, resolver=resolver)
        _require_no_stop(findings)
        _require_reasons(campaign, findings)
        return _launch(campaign, number=number, by=by, on=day, expected=expected)


def _launch(
    campaign: Campaign, *, number: int, by: User, on: date, expected: int | None
) -> Wave:
    wave = Wave.objects.create(campaign=campaign, number=number, launched_on=on)
    letters = _invite(campaign, wave) if number == 1 else _remind(campaign, wave)
    # That everybody has answered is told to nobody; that no letter arrived is no secret.
    if letters == 0 and (number == 1 or not was_reached(campaign)):
        raise NotReady(_("There is nobody to write to."))
    _require_number(letters, number=number, expected=expected)
    if number == 1:
        _require_enough_people(campaign, letters)
        campaign.state, campaign.invited = State.RUNNING, letters
        campaign.save(update_fields=["state", "invited"])
    told = letters if number == 1 else in_fives(letters)
    record("outreach.launched", campaign, by=by, count=told)
    return wave


def _require_number(letters: int, *, number: int, expected: int | None) -> None:
    wanted = to_type(letters, number=number)
    if expected is None or expected == wanted:
        return
    told = {"number": wanted}
    if number == 1:
        raise WrongNumber(
            _("%(number)s letters would leave. Type that number to launch.") % told
        )
    raise WrongNumber(
        _("The number has changed, or was another. Type %(number)s to launch.") % told
    )


@transaction.atomic
def pause_campaign(campaign: Campaign, *, by: User) -> None:
    """Stop handing over letters; those that wait go on waiting."""
    by.must(May.RUN_CAMPAIGNS)
    _step(campaign, State.PAUSED)
    record("outreach.paused", campaign, by=by)


@transaction.atomic
def resume_campaign(campaign: Campaign, *, by: User) -> None:
    """Go on handing over letters. What failed until now does not stop it again."""
    by.must(May.RUN_CAMPAIGNS)
    if Source.objects.filter(campaigns=campaign, withdrawn_on__isnull=False).exists():
        raise NotReady(
            _("Its source was withdrawn: no letter of it leaves. Close the campaign.")
        )
    _step(campaign, State.RUNNING)
    _tried, failed, complained = tally_of(campaign.pk)
    Campaign.objects.filter(pk=campaign.pk).update(
        stopped_because="", accepted_failures=failed, accepted_complaints=complained
    )
    record("outreach.resumed", campaign, by=by)


@transaction.atomic
def close_campaign(campaign: Campaign, *, by: User) -> None:
    """End a campaign: no letter leaves any more, and no personal link is taken."""
    by.must(May.RUN_CAMPAIGNS)
    _step(campaign, State.CLOSED)
    record("outreach.closed", campaign, by=by)


@transaction.atomic
def close_ended(*, on: date) -> int:
    """Close the campaigns whose deadline has passed. Returns how many; for the clock."""
    ended = Campaign.objects.filter(
        closes_on__lt=on, state__in=[State.RUNNING, State.PAUSED]
    )
    campaigns = list(ended.select_for_update())
    for campaign in campaigns:
        _step(campaign, State.CLOSED, on=on)
        record("outreach.closed", campaign, by=SYSTEM, on=on)
    return len(campaigns)


def doubt_unsent() -> int:
    """After a restore: call uncertain what waits, because it may have left since the backup.

    It is never sent again by itself. Returns how many.
    """
    fate = Delivery.State
    unsent = Delivery.objects.filter(state__in=[fate.WAITING, fate.CLAIMED])
    return unsent.update(state=fate.UNCERTAIN, lease_until=None, reason="restored")


def _require_own_name(campaign: Campaign) -> None:
    others = Campaign.objects.exclude(pk=campaign.pk)
    if others.filter(name=campaign.name).exists():
        raise NotReady(
            _("There is a campaign “%(name)s” already. Choose another short name.")
            % {"name": campaign.name}
        )


def _require_share(campaign: Campaign) -> None:
    """Refuse a share of the audience that cannot be: all of a hundred, and one drawn by lot."""
    size, way = campaign.audience_size, campaign.way
    if bool(size) != bool(way):
        raise NotReady(
            _("Say how many they are, and how those whom you invite were chosen.")
        )


def _require_enough_people(campaign: Campaign, letters: int) -> None:
    size = campaign.audience_size
    if size is not None and letters > size:
        raise NotReady(
            _(
                "%(letters)s letters would leave, and there are said to be %(size)s such"
                " people. Mend the number in the campaign, or the list."
            )
            % {"letters": letters, "size": size}
        )


def _step(campaign: Campaign, there: Campaign.State, *, on: date | None = None) -> None:
    standing = Campaign.objects.select_for_update().get(pk=campaign.pk)
    here = State(standing.state)
    if there not in NEXT[here] or (here == State.DRAFT):
        raise NotReady(
            _("A campaign that is “%(here)s” cannot become “%(there)s”.")
            % {"here": here.label, "there": there.label}
        )
    standing.state = campaign.state = there
    if there == State.CLOSED:
        standing.ended_on = campaign.ended_on = on or timezone.localdate()
    standing.save(update_fields=["state", "ended_on"])


def _require_turn(campaign: Campaign, number: int) -> None:
    if number > LAST_WAVE:
        raise NotReady(_("Nobody gets more than one invitation and two reminders."))
    if number != next_wave(campaign):
        raise NotReady(
            _("The next letters of this campaign are number %(number)s.")
            % {"number": next_wave(campaign)}
        )
    wanted = State.DRAFT if number == 1 else State.RUNNING
    if campaign.state != wanted:
        raise NotReady(
            _("Letters leave only while the campaign is “%(state)s”.")
            % {"state": wanted.label}
        )


def _require_no_stop(findings: Iterable[Finding]) -> None:
    stops = [finding for finding in findings if finding.level == "STOP"]
    if stops:
        raise NotReady(
            " ".join(
                f"{one.code} ({one.place}): {one.message} {one.fix}" for one in stops
            )
        )


def _require_reasons(campaign: Campaign, findings: Iterable[Finding]) -> None:
    """Refuse while somebody has yet to say why a warning may stand."""
    waiting = [one for one in with_reasons(campaign, findings) if one.is_open]
    if waiting:
        raise NotReady(
            _("Mend this, or say in public why it stands: %(warnings)s")
            % {
                "warnings": " ".join(
                    f"{one.finding.code} ({one.finding.place}): {one.finding.message}"
                    for one in waiting
                )
            }
        )


def _invite(campaign: Campaign, wave: Wave) -> int:
    """One invitation and one letter for each contact.

    Each in a random order of its own: letters leave in theirs, so that the order of
    invitations says nothing about who was written to first, and so answered first.
    """
    contacts = list(may_be_written_to(campaign).values_list("pk", flat=True))
    random.SystemRandom().shuffle(contacts)
    for some in _in_parts(contacts):
        Invitation.objects.bulk_create(
            Invitation(campaign=campaign, contact_id=pk) for pk in some
        )
    return _write_letters(
        wave, Invitation.objects.filter(campaign=campaign).values_list("pk", flat=True)
    )


def _remind(campaign: Campaign, wave: Wave) -> int:
    return _write_letters(wave, may_be_reminded(campaign).values_list("pk", flat=True))


def _write_letters(wave: Wave, to: Iterable[uuid.UUID]) -> int:
    invitations = list(to)
    random.SystemRandom().shuffle(invitations)
    for some in _in_parts(invitations):
        Delivery.objects.bulk_create(
            Delivery(wave=wave, invitation_id=pk) for pk in some
        )
    return len(invitations)


def _in_parts(ids: list[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    left = iter(ids)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield some
