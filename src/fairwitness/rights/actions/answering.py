"""Requests of people about themselves, and breaches: received, answered, told in time."""

import json
from datetime import date, datetime
from secrets import token_bytes
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fairwitness.governance.wording import require_plain
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import PUBLIC
from fairwitness.refusal import Refused
from fairwitness.rights import clocks
from fairwitness.rights.models import Breach, SubjectRequest
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.actions import keep_wraps, standing_key, wrap_to
from fairwitness.vault.envelope import Context, disclose, enclose
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.opening import Ring, recorded
from fairwitness.vault.padding import pad_text, unpad_text

LONGEST = 20_000
PART, KEY_BYTES = "request", 32


class Incomplete(Refused):
    """Something is missing. The message names it."""

    status = 400


def receive_request(
    kind: SubjectRequest.Kind,
    *,
    text: str,
    reach: str,
    on: date,
    once: UUID | None = None,
) -> SubjectRequest:
    """Take a request from anybody, sealed to those who read new reports.

    `reach` says how we may answer: mail, telephone, letter. What comes again under the
    same id `once` is the same request. Errors: `Incomplete`; `KeysNotTrusted` (503)
    while nothing can be sealed.
    """
    if not text.strip():
        raise Incomplete(_("Write what you ask of us."))
    if not reach.strip():
        raise Incomplete(_("Say how we can answer you: mail, telephone, or a letter."))
    if len(text) + len(reach) > LONGEST:
        raise Incomplete(_("This is longer than we can take here. Send it by letter."))
    asked = SubjectRequest(
        pk=once or uuid4(), kind=kind, received_on=on, due_on=clocks.due(on)
    )
    try:
        return _known(asked) or _take(asked, {"text": text, "reach": reach})
    except IntegrityError:  # the same came at the same moment
        return SubjectRequest.objects.get(pk=asked.pk)


def _known(asked: SubjectRequest) -> SubjectRequest | None:
    return SubjectRequest.objects.filter(pk=asked.pk).first()


@transaction.atomic
def _take(asked: SubjectRequest, told: dict[str, str]) -> SubjectRequest:
    plain = json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
    triage, _public = standing_key(KeyPair.Purpose.TRIAGE)
    key = token_bytes(KEY_BYTES)
    asked.envelope = enclose(key, pad_text(plain), _context(asked))
    asked.save(force_insert=True)
    keep_wraps([wrap_to(triage, key, part=PART, subject=asked.pk)])
    record("rights.request_received", asked, by=PUBLIC)
    return asked


def read_request(asked: SubjectRequest, *, ring: Ring, by: User) -> dict[str, str]:
    """What somebody asked, opened with the reader's own keys; it leaves a line in the ledger."""
    _must_read(by)
    with recorded("request", asked, by=by):
        key = ring.open_wrap(asked.pk, PART)
        plain = unpad_text(disclose(key, bytes(asked.envelope), _context(asked)))
        told: dict[str, str] = json.loads(plain)
        return told


@transaction.atomic
def hand_request(asked: SubjectRequest, *, to: User, ring: Ring, by: User) -> None:
    """Let the colleague who answers requests read this one with their own key."""
    _must_read(by)
    if not to.may(May.ANSWER_REQUESTS) or to.key is None:
        raise Refused(
            _("Hand it to somebody who answers requests, and has a key of their own.")
        )
    key = ring.open_wrap(asked.pk, PART)
    if not Wrap.objects.filter(subject=asked.pk, holder=to.key).exists():
        keep_wraps([wrap_to(to.key, key, part=PART, subject=asked.pk)])
    record("rights.request_handed", asked, by=by)


def _must_read(by: User) -> None:
    """New reports and requests come sealed to the same people."""
    if not by.may(May.READ_NEW_REPORTS):
        by.must(May.ANSWER_REQUESTS)


@transaction.atomic
def answer_request(
    asked: SubjectRequest, *, outcome: SubjectRequest.Outcome, by: User, on: date
) -> None:
    """Note that a request was answered, and how."""
    by.must(May.ANSWER_REQUESTS)
    asked = SubjectRequest.objects.select_for_update().get(pk=asked.pk)
    if asked.state != SubjectRequest.State.RECEIVED:
        raise Refused(_("This request was answered before."))
    asked.state, asked.outcome = SubjectRequest.State.ANSWERED, outcome
    asked.answered_by, asked.answered_on = by, on
    asked.save(update_fields=["state", "outcome", "answered_by", "answered_on"])
    record("rights.request_answered", asked, by=by)


@transaction.atomic
def record_breach(what: str, *, aware_at: datetime, by: User) -> Breach:
    """Write down that something went wrong with personal data; the 72 hours run from then."""
    by.must(May.ANSWER_REQUESTS)
    if not what.strip():
        raise Incomplete(_("Say in a sentence what went wrong. Name nobody."))
    require_plain(what)
    breach = Breach.objects.create(what=what.strip(), aware_at=aware_at)
    record("rights.breach_recorded", breach, by=by)
    return breach


@transaction.atomic
def tell_regulator(breach: Breach, *, at: datetime, by: User) -> None:
    """Note when the regulator was told of a breach."""
    by.must(May.ANSWER_REQUESTS)
    if at < breach.aware_at:
        raise Refused(_("The regulator cannot have been told before you knew."))
    breach.told_regulator_at = at
    breach.save(update_fields=["told_regulator_at"])
    record("rights.regulator_told", breach, by=by)


def _context(asked: SubjectRequest) -> Context:
    return Context(purpose="request", subject=str(asked.pk), section="")
