"""The second hand's signature: what is signed, and whether it still holds."""

from datetime import date

from django.utils.translation import gettext as _

from fairwitness.disclosure.models import Approval, Release
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.trust import canonical_json, is_signed


class NotApproved(Refused):
    """There is no approval, or it does not hold any more."""


def statement_for(asked: Release, *, by: User, on: date) -> bytes:
    """What the second hand signs: this release, this very package, this recipient's key."""
    return canonical_json(
        {
            "statement": "approval",
            "version": 1,
            "release": str(asked.pk),
            "preview_hash": bytes(asked.preview_hash or b"").hex(),
            "recipient": str(asked.recipient_id),
            "recipient_key": asked.recipient_key.age_key,
            "by": str(by.pk),
            "on": on.isoformat(),
        }
    )


def require_valid(asked: Release) -> None:
    """Refuse unless somebody else, who still may, signed exactly this. Error: `NotApproved`."""
    approval = Approval.objects.filter(release=asked).select_related("by__key").first()
    if approval is None or approval.by_id == asked.requested_by_id:
        raise NotApproved(_("A second person has not approved this release."))
    if not approval.by.may(May.APPROVE_RELEASES) or not _is_standing(approval.by):
        raise NotApproved(
            _("%(name)s, who approved this, may no longer do so: ask somebody else.")
            % {"name": approval.by.name}
        )
    statement = statement_for(asked, by=approval.by, on=approval.on)
    is_the_same = bytes(approval.statement) == statement
    public = bytes(approval.by.key.verify_key or b"") if approval.by.key else b""
    if not is_the_same or not is_signed(statement, bytes(approval.signature), public):
        raise NotApproved(_("The approval does not verify. Ask for another one."))


def _is_standing(user: User) -> bool:
    return user.key is not None and user.key.retired_on is None
