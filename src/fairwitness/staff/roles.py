"""Which role may do what: one table that a coordinator can read."""

from collections.abc import Collection

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is here for."""

    COORDINATOR = "coordinator", _("Coordinator")
    TRIAGE = "triage", _("Triage")
    CASEWORKER = "caseworker", _("Caseworker")
    DISCLOSURE = "disclosure", _("Disclosure officer")
    STATISTICIAN = "statistician", _("Statistician")
    PROTECTION = "protection", _("Data-protection lead")
    TECHNICIAN = "technician", _("Technician")


class May(models.TextChoices):
    """What a role may do; the label completes "This is for those who may ..."."""

    MANAGE_STAFF = "manage_staff", _("invite colleagues and change their roles")
    GOVERN = "govern", _("set what the centre is bound to")
    WRITE_QUESTIONNAIRES = "write_questionnaires", _("publish questionnaires")
    RUN_CAMPAIGNS = "run_campaigns", _("import contacts and run campaigns")
    READ_NEW_REPORTS = "read_new_reports", _("read new reports")
    TAKE_CALLS = "take_calls", _("take reports by phone")
    WORK_ON_CASES = "work_on_cases", _("work on cases")
    REQUEST_RELEASES = "request_releases", _("ask for a release")
    APPROVE_RELEASES = "approve_releases", _("approve a release")
    DRAFT_EDITIONS = "draft_editions", _("draft an edition")
    PUBLISH_EDITIONS = "publish_editions", _("publish an edition")
    ANSWER_REQUESTS = "answer_requests", _("answer what people ask of us")
    SEE_LEDGER = "see_ledger", _("read the ledger")
    RUN_MACHINE = "run_machine", _("run the machine")

    @property
    def refusal(self) -> str:
        """The sentence for somebody who may not."""
        roles = ", ".join(str(role.label) for role in Role if self in TABLE[role])
        return _("This is for those who may %(what)s: %(roles)s.") % {
            "what": self.label,
            "roles": roles,
        }


TABLE: dict[Role, frozenset[May]] = {
    Role.COORDINATOR: frozenset(
        {
            May.MANAGE_STAFF,
            May.GOVERN,
            May.WRITE_QUESTIONNAIRES,
            May.RUN_CAMPAIGNS,
            May.APPROVE_RELEASES,
            May.PUBLISH_EDITIONS,
            May.SEE_LEDGER,
        }
    ),
    Role.TRIAGE: frozenset({May.READ_NEW_REPORTS, May.TAKE_CALLS}),
    Role.CASEWORKER: frozenset(
        {May.READ_NEW_REPORTS, May.TAKE_CALLS, May.WORK_ON_CASES}
    ),
    Role.DISCLOSURE: frozenset(
        {May.READ_NEW_REPORTS, May.REQUEST_RELEASES, May.APPROVE_RELEASES}
    ),
    Role.STATISTICIAN: frozenset({May.DRAFT_EDITIONS}),
    Role.PROTECTION: frozenset(
        {May.ANSWER_REQUESTS, May.GOVERN, May.PUBLISH_EDITIONS, May.SEE_LEDGER}
    ),
    Role.TECHNICIAN: frozenset({May.RUN_MACHINE}),
}


def may(roles: Collection[Role], what: May) -> bool:
    """Whether any of these roles allows it."""
    return any(what in TABLE[role] for role in roles)
