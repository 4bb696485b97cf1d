"""Takes down where addresses come from, and withdraws it: nothing is imported without it (INV-1)."""

import re
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fairwitness.governance.wording import require_plain, require_real
from fairwitness.ledger.actions import record
from fairwitness.outreach import bases
from fairwitness.outreach.actions.fates import stop_campaign
from fairwitness.outreach.models import Basis, Source
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May

# What must be said about a source, as the person who is asked reads it.
ASKED = {
    "given_by": gettext_lazy("who gave us the addresses"),
    "given_how": gettext_lazy("how they were handed over"),
    "told": gettext_lazy("what the people were told when they gave their address"),
    "sentence": gettext_lazy("the sentence that says so in each letter"),
    "giver_basis": gettext_lazy("by what right the giver passed them on"),
}
SHORTEST_REASON = 10  # signs
_HASH = re.compile(r"[0-9a-f]{64}")


class SourceIncomplete(Refused):
    """Something is not said about where the addresses came from. The message names it."""

    status = 400


@transaction.atomic
def add_source(source: Source, *, by: User, on: date) -> Source:
    """Take down a source (an unsaved row) before anybody of it can be written to.

    `evidence_hash` is the SHA-256, in hex, of the paper that shows all this; the paper
    itself stays with the centre. Errors: `SourceIncomplete`, `VagueWords`, `Placeholder`.
    """
    by.must(May.RUN_CAMPAIGNS)
    _require_said(source)
    _require_day(source.given_on, on=on)
    require_plain(*_texts(source))
    require_real(source.given_by)
    _require_basis(source)
    if Source.objects.filter(code=source.code).exists():
        raise SourceIncomplete(
            _("There is a source “%(code)s” already. Give this one another short name.")
            % {"code": source.code}
        )
    source.full_clean(
        exclude=["basis_evidence", "sentences", "translated", "withdrawn_on"],
        validate_constraints=False,
    )
    source.save(force_insert=True)
    record("outreach.source_added", source, by=by)
    return source


@transaction.atomic
def withdraw_source(source: Source, *, because: str, by: User, on: date) -> None:
    """Use the addresses of a source no more, for a reason that is published; nobody takes it back.

    Nothing is imported or sent by it from now on, and running campaigns stop. Whom nobody
    else gave us is erased in the night. Errors: `SourceIncomplete`, `VagueWords`.
    """
    by.must(May.RUN_CAMPAIGNS)
    require_plain(because)
    if len(because.strip()) < SHORTEST_REASON:
        raise SourceIncomplete(_("Write a reason that others can understand."))
    standing = Source.objects.filter(pk=source.pk, withdrawn_on=None)
    if not standing.update(withdrawn_on=on, withdrawn_because=because.strip()):
        raise SourceIncomplete(_("This source was withdrawn before."))
    for campaign in source.campaigns.values_list("pk", flat=True):
        stop_campaign(
            campaign,
            because=_("Its source was withdrawn. No letter of it leaves any more."),
        )
    record("outreach.source_withdrawn", source, by=by, on=on)


def _require_said(source: Source) -> None:
    missing = [
        str(asked) for name, asked in ASKED.items() if not getattr(source, name).strip()
    ]
    if missing:
        raise SourceIncomplete(
            _("Say first: %(missing)s.") % {"missing": "; ".join(missing)}
        )
    if not _HASH.fullmatch(source.evidence_hash):
        raise SourceIncomplete(
            _(
                "Give the paper that shows where the addresses came from, or its SHA-256."
            )
        )


def _require_day(given_on: date | None, *, on: date) -> None:
    if given_on is None or given_on > on:
        raise SourceIncomplete(
            _("Say on which day we were given the addresses; it cannot lie ahead.")
        )


def _texts(source: Source) -> list[str]:
    return [
        source.given_how,
        source.told,
        source.sentence,
        *map(str, source.sentences.values()),
        *(str(text) for said in source.translated.values() for text in said.values()),
        source.giver_basis,
    ]


def _require_basis(source: Source) -> None:
    if source.basis not in Basis.values:
        raise SourceIncomplete(_("Choose the route by which we may write to them."))
    country = bases.country_of_the_centre()
    missing = bases.gaps(source.basis, source.basis_evidence, country)
    if missing:
        raise SourceIncomplete(" ".join(missing))
