"""Lets a warning of the check stand, with a named person's reason that is published."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.governance.wording import require_plain
from fairwitness.ledger.actions import record
from fairwitness.outreach.actions.campaigns import NotReady
from fairwitness.outreach.models import Campaign, KeptWarning
from fairwitness.outreach.preflight.finding import Finding
from fairwitness.staff.models import User
from fairwitness.staff.roles import May

SHORTEST_REASON = 10  # signs


@transaction.atomic
def keep_warning(
    campaign: Campaign,
    finding: Finding,
    *,
    reason: str,
    by: User,
    on: date | None = None,
) -> KeptWarning:
    """Let a warning stand. The reason and the name are published with the campaign.

    A second reason takes the place of the first; the ledger holds that there were two.
    Errors: `NotReady`, `VagueWords`, `Placeholder`.
    """
    by.must(May.RUN_CAMPAIGNS)
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.state == Campaign.State.CLOSED:
        raise NotReady(_("This campaign is closed."))
    if finding.level != "LOOK":
        raise NotReady(
            _("%(code)s stops the campaign: no reason lets it stand. Mend it.")
            % {"code": finding.code}
        )
    require_plain(reason)
    if len(reason.strip()) < SHORTEST_REASON:
        raise NotReady(_("Write a reason that others can understand."))
    told = {
        "code": finding.code,
        "place": finding.place,
        "words": finding.words,
        "reason": reason.strip(),
        "kept_by": by,
        "kept_on": on or timezone.localdate(),
    }
    kept, _is_new = KeptWarning.objects.update_or_create(
        campaign=campaign, mark=finding.mark, defaults=told
    )
    record("outreach.warning_kept", kept, by=by, on=on)
    return kept
