"""Publishes questionnaires, and takes answers that belong to nobody."""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.inserting import insert
from fairwitness.ledger.actions import record
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.surveys.companions import Companions, version_hash
from fairwitness.surveys.comparing import reworded
from fairwitness.surveys.enclosed import together_with
from fairwitness.surveys.fitness import ANSWERS, require_fit
from fairwitness.surveys.models import (
    Enclosure,
    Manuscript,
    Passing,
    Pending,
    Questionnaire,
    Response,
    Version,
)
from fairwitness.surveys.published import earlier_forms
from fairwitness.surveys.questions import Form
from fairwitness.surveys.xlsform import type_of
from fairwitness.vault.actions import standing_key
from fairwitness.vault.envelope import Context, seal_to
from fairwitness.vault.models import KeyPair
from fairwitness.vault.padding import pad_text

PENDING = Context("pending", "", "")
PASSING = Context("passing", "", "")
SEED_BYTES = 32
__all__ = [
    "ANSWERS",
    "PASSING",
    "PENDING",
    "NotAnAnswer",
    "Reworded",
    "discard_manuscript",
    "keep_manuscript",
    "let_wait",
    "note_not_for_me",
    "publish_version",
    "put_beside",
    "sealed_seed",
    "submit_response",
    "take_out",
]

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,39}")

Answers = Mapping[str, str | int | None]


class NotAnAnswer(Refused):
    """Something else than the four coded answers of the survey part was sent."""

    status = 400


class Reworded(Refused):
    """Options keep their codes and have other words, and nobody has said that they mean the same."""


@transaction.atomic
def keep_manuscript(
    sheet: bytes,
    *,
    name: str,
    file_name: str,
    by: User,
    beside: Companions = (),
    on: date | None = None,
) -> Manuscript:
    """Keep a file that is worked on, in place of the one of that name; it may hold mistakes.

    The files that came with the one before, or with the version published last, stay;
    `beside` are put to them. Errors: `UnreadableForm` when it is no spreadsheet at all;
    `NotWelcome`.
    """
    by.must(May.WRITE_QUESTIONNAIRES)
    type_of(sheet)
    kept, _made = Manuscript.objects.update_or_create(
        name=name,
        defaults={
            "sheet": sheet,
            "file_name": file_name,
            "files": together_with(_files_before(name), beside),
            "kept_on": on or timezone.localdate(),
        },
    )
    _enclose(beside)
    _clear_out()
    _record_kept(kept, by)
    return kept


def _files_before(name: str) -> dict[str, str]:
    """What came with the questionnaire of this name so far."""
    draft = Manuscript.objects.filter(name=name).first()
    if draft is not None:
        return dict(draft.files)
    versions = Version.objects.filter(questionnaire__name=name).defer("sheet")
    last = versions.order_by("-number").first()
    return dict(last.files) if last else {}


def _record_kept(manuscript: Manuscript, by: User) -> None:
    content = version_hash(bytes(manuscript.sheet), manuscript.files)
    record("surveys.kept", manuscript, by=by, content=bytes.fromhex(content))


@transaction.atomic
def put_beside(manuscript: Manuscript, beside: Companions, *, by: User) -> None:
    """Let files come with a draft; one of the same name takes the place of the one before.

    Error: `NotWelcome` when they are too many.
    """
    by.must(May.WRITE_QUESTIONNAIRES)
    kept = Manuscript.objects.select_for_update().get(pk=manuscript.pk)
    kept.files = together_with(kept.files, beside)
    kept.save(update_fields=["files"])
    _enclose(beside)
    _clear_out()
    _record_kept(kept, by)


@transaction.atomic
def take_out(manuscript: Manuscript, name: str, *, by: User) -> None:
    """Let a file no longer come with a draft."""
    by.must(May.WRITE_QUESTIONNAIRES)
    kept = Manuscript.objects.select_for_update().get(pk=manuscript.pk)
    kept.files = {one: told for one, told in kept.files.items() if one != name}
    kept.save(update_fields=["files"])
    _clear_out()
    _record_kept(kept, by)


def _enclose(beside: Companions) -> None:
    """Keep the bytes of files, each once."""
    digests = [one.digest for one in beside]
    known = Enclosure.objects.filter(pk__in=digests).values_list("pk", flat=True)
    new = {one.digest: one for one in beside if one.digest not in set(known)}
    for one in new.values():
        Enclosure.objects.create(
            digest=one.digest,
            media_type=one.media_type,
            size=one.size,
            content=one.read(),
        )


def _clear_out() -> None:
    """Delete the bytes of files that neither a draft nor a version names any more."""
    manifests = [
        *Manuscript.objects.values_list("files", flat=True),
        *Version.objects.values_list("files", flat=True),
    ]
    named = {digest for files in manifests for digest in files.values()}
    Enclosure.objects.exclude(pk__in=named).delete()


@transaction.atomic
def discard_manuscript(manuscript: Manuscript, *, by: User) -> None:
    """Throw away what was not published."""
    by.must(May.WRITE_QUESTIONNAIRES)
    record("surveys.discarded", manuscript, by=by)
    manuscript.delete()
    _clear_out()


@transaction.atomic
def publish_version(
    sheet: bytes,
    *,
    name: str,
    by: User,
    on: date | None = None,
    is_meant_alike: bool = False,
    beside: Companions = (),
) -> Version:
    """Publish an XLSForm as the newest version of a questionnaire, frozen by its hash.

    `beside` are the files that come with it; those that it does not name are left out.

    The version before it retires: campaigns that run go on with it, new ones do not
    start with it. One that was published before can come back. `is_meant_alike` says that
    options with a known code and other words still mean what they meant. Errors:
    `Refused`, naming each question that says too little of itself; `Reworded`.
    """
    by.must(May.WRITE_QUESTIONNAIRES)
    form = require_fit(sheet, beside)
    digest = version_hash(sheet, form.beside)
    for draft in Manuscript.objects.filter(name=name, sheet=sheet):
        if form.beside.items() <= draft.files.items():
            draft.delete()
    known = Version.objects.filter(pk=digest).first()
    last = Version.objects.aggregate(last=Max("number"))["last"] or 0
    if known and known.retired_on is None and known.number == last:
        return known
    questionnaire = (
        known.questionnaire
        if known
        else Questionnaire.objects.get_or_create(name=name)[0]
    )
    if not is_meant_alike:
        _require_same_words(questionnaire, form)
    on = on or timezone.localdate()
    questionnaire.versions.filter(retired_on=None).update(retired_on=on)
    version = known or Version(
        hash=digest,
        questionnaire=questionnaire,
        sheet=sheet,
        files=dict(form.beside),
        published_on=on,
    )
    version.retired_on, version.number = None, last + 1
    version.save()
    _enclose(tuple(one for one in beside if one.name in form.beside))
    Enclosure.objects.filter(pk__in=form.beside.values()).update(is_published=True)
    _clear_out()
    record("surveys.published", f"surveys.version:{digest[:32]}", by=by)
    return version


def _require_same_words(questionnaire: Questionnaire, form: Form) -> None:
    """Refuse options that say something else under a code that answers hold already."""
    found = reworded(earlier_forms(questionnaire), form)
    if found:
        told = "; ".join(
            f"{one.key}: {one.code} (“{one.before}” → “{one.after}”)" for one in found
        )
        raise Reworded(
            _(
                "These options have other words than before: %(options)s. Give them new "
                "codes, or say that they mean the same."
            )
            % {"options": told}
        )


@transaction.atomic
def submit_response(
    *,
    campaign_id: uuid.UUID | None,
    door: Response.Door,
    version: Version,
    answers: Answers,
    seed: bytes,
    spend: Callable[[], None],
    came_by: uuid.UUID | None = None,
) -> None:
    """Take the survey part: spend the link and keep the answer, sealed, or do neither.

    `answers` holds at most `ANSWERS`, each a code, a number or nothing. `seed` is the
    32-byte count seed of this sending: an answer that is sent twice under one seed
    counts once. `spend` may refuse; `doors.spending` gives it. `came_by` is the link that
    was passed on to whoever answers: it is counted, sealed apart, and never stands in the
    answer. Nothing is written that says when, and the ledger has a daily number only, at
    release.
    """
    checked = _checked(answers)
    payload = {
        "campaign": str(campaign_id) if campaign_id else None,
        "door": Response.Door(door).value,
        "version": version.pk,
        "answers": checked,
    }
    insert([_sealed(payload, seed)])
    if came_by and campaign_id:
        insert([_passing(campaign_id, came_by)])
    spend()  # after the rows beside it: whoever mixes locks them in this order


@transaction.atomic
def note_not_for_me(campaign_id: uuid.UUID) -> None:
    """Count that somebody said that a link is not for them; not whose link, and not when."""
    insert([_passing(campaign_id, None)])


def _passing(campaign_id: uuid.UUID, link: uuid.UUID | None) -> Passing:
    told = {"campaign": str(campaign_id), "link": str(link) if link else None}
    plain = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    _key, public = standing_key(KeyPair.Purpose.RELEASE)
    return Passing(body=seal_to(public, pad_text(plain), PASSING))


def sealed_seed(seed: bytes) -> Pending:
    """The count seed of a report as `let_wait` takes it: sealed, and of the size of answers."""
    return _sealed({}, seed)


def let_wait(seed: Pending) -> None:
    """Let the count seed of a report wait among the answers.

    For the transaction that takes the report. Its leaf is queued when they are released,
    among theirs: until then nobody can tell which leaf is whose, and then nobody either.
    """
    insert([seed])


def _sealed(payload: Mapping[str, object], seed: bytes) -> Pending:
    if len(seed) != SEED_BYTES:
        raise ValueError("a count seed has 32 bytes")
    told = {**payload, "seed": seed.hex()}
    plain = json.dumps(told, sort_keys=True, separators=(",", ":")).encode()
    _key, public = standing_key(KeyPair.Purpose.RELEASE)
    return Pending(body=seal_to(public, pad_text(plain), PENDING))


def _checked(answers: Answers) -> dict[str, str | int | None]:
    """All four answers, each a short code, a number or nothing; free words have no place here."""
    unknown = sorted(set(answers) - set(ANSWERS))
    if unknown:
        raise NotAnAnswer(
            _("The survey part has no place for: %(names)s.")
            % {"names": ", ".join(unknown)}
        )
    checked = {name: answers.get(name) for name in ANSWERS}
    for name, answer in checked.items():
        if isinstance(answer, str) and not _CODE.fullmatch(answer):
            raise NotAnAnswer(
                _("Choose one of the answers that are offered for “%(name)s”.")
                % {"name": name}
            )
    return checked
