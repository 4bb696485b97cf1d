"""Imports addresses, forgets them, and remembers for ever who is not to be written to."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import Actor
from fairwitness.outreach.addresses import (
    Address,
    NotAnAddress,
    looks_like_a_formula,
    read_address,
)
from fairwitness.outreach.matching import match_key, match_of
from fairwitness.outreach.models import Batch, Contact, Source, Suppression
from fairwitness.outreach.sealing import BatchKey, wrap_context
from fairwitness.outreach.sheets import Row, opened_rows
from fairwitness.refusal import Refused
from fairwitness.staff.models import User
from fairwitness.staff.roles import May
from fairwitness.vault.actions import standing_key
from fairwitness.vault.envelope import seal_to
from fairwitness.vault.models import KeyPair
from fairwitness.vault.suites import PublicKey

BATCH_SIZE = 1_000
UNTOLD_DAYS = (
    28  # UK GDPR Art 14(3)(a): people hear from us within a month, or we forget them
)
LONGEST_NAME = 120


@dataclass
class ImportReport:
    """What became of the rows of a file; `refused` holds row numbers and reasons, no address."""

    added: int = 0
    unchanged: int = 0
    suppressed: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, repr=False)
class _Person:
    row: int
    address: Address
    match: bytes
    language: str
    name: str


def import_contacts(
    file: Path | bytes,
    *,
    source: Source,
    by: User,
    on: date | None = None,
    progress: Callable[[int], object] = lambda rows: None,
) -> ImportReport:
    """Take the addresses of a CSV or spreadsheet file; a second time nothing changes.

    Each thousand rows go in at once and are safe then; `progress` is told their number.
    A row that cannot be taken is reported with its number and the reason, the rest go
    in. Nobody who left is brought back. Errors: `NotAContactList` about the whole file.
    """
    by.must(May.RUN_CAMPAIGNS)
    intake = _Intake(source, on=on or timezone.localdate())
    with opened_rows(file) as rows:
        while some := list(islice(rows, BATCH_SIZE)):
            intake.take(some)
            progress(len(some))
    report = intake.report
    report.refused.sort()
    record("outreach.imported", source, by=by, count=report.added)
    return report


class _Intake:
    """One import while it runs."""

    def __init__(self, source: Source, *, on: date) -> None:
        self.source, self.on, self.report = source, on, ImportReport()
        self.key = match_key()
        self.mailer: PublicKey = standing_key(KeyPair.Purpose.MAILER)[1]
        self.batches: set[uuid.UUID] = set()
        self.has_uuids = connection.features.has_native_uuid_field
        self.languages: dict[str, str] = {}

    def take(self, rows: Iterable[Row]) -> None:
        """Check some rows and keep those that are new."""
        people: dict[bytes, _Person] = {}
        for row in rows:
            try:
                person = self._read(row)
            except _CannotTake as reason:
                self.report.refused.append((row.number, str(reason)))
                continue
            first = people.setdefault(person.match, person)
            if first is not person:
                self._refuse_again(person)
        self._keep(people)

    def _read(self, row: Row) -> _Person:
        if row.trouble:
            raise _CannotTake(row.trouble)
        if looks_like_a_formula(row.address) or looks_like_a_formula(row.name):
            raise _CannotTake(_("A cell begins like a formula."))
        if not row.address:
            raise _CannotTake(_("There is no address in this row."))
        try:
            address = read_address(row.address)
        except NotAnAddress:
            raise _CannotTake(_("No letter can be sent to this address.")) from None
        return _Person(
            row=row.number,
            address=address,
            match=address.match(self.key),
            language=self._language(row.language),
            name=_name(row.name),
        )

    def _language(self, typed: str) -> str:
        if typed not in self.languages:
            self.languages[typed] = _language(typed)
        return self.languages[typed]

    def _refuse_again(self, person: _Person) -> None:
        reason = _("The same address stands further up in this file.")
        self.report.refused.append((person.row, reason))

    @transaction.atomic
    def _keep(self, people: dict[bytes, _Person]) -> None:
        matches = list(people)
        standing = Contact.objects.filter(match__in=matches)
        known = {
            bytes(match): batch
            for match, batch in standing.values_list("match", "batch_id")
        }
        left = Suppression.objects.filter(match__in=matches)
        suppressed = {bytes(match) for match in left.values_list("match", flat=True)}
        for match, batch in known.items():
            person = people.pop(match)
            if batch in self.batches:
                self._refuse_again(person)
            elif person.match not in suppressed:
                self.report.unchanged += 1
        gone = suppressed & set(people)
        self.report.suppressed += len(suppressed)
        fresh = [person for match, person in people.items() if match not in gone]
        if fresh:
            self._add(fresh)

    def _add(self, fresh: list[_Person]) -> None:
        batch, key = Batch(source=self.source, imported_on=self.on), BatchKey.new()
        batch.wrapped_key = seal_to(self.mailer, key.raw, wrap_context(batch.pk))
        batch.save(force_insert=True)
        with connection.cursor() as cursor:
            cursor.executemany(
                _INSERT, [self._contact(person, batch, key) for person in fresh]
            )
        self.batches.add(batch.pk)
        self.report.added += len(fresh)

    def _contact(
        self, person: _Person, batch: Batch, key: BatchKey
    ) -> tuple[uuid.UUID | str | bytes | None, ...]:
        """A row of `_INSERT`."""
        contact = uuid.uuid4()
        address = key.seal(person.address.sendable, contact=contact, part="address")
        name = (
            key.seal(person.name, contact=contact, part="name") if person.name else None
        )
        return (
            *self._stored(contact, self.source.pk, batch.pk),
            person.match,
            address,
            name,
            person.language,
        )

    def _stored(self, *ids: uuid.UUID) -> list[uuid.UUID | str]:
        """Ids as this database stores them."""
        return [pk if self.has_uuids else pk.hex for pk in ids]


# One plain statement: a million rows through the frame would take three times as long.
_INSERT = """
INSERT INTO outreach_contact (id, source_id, batch_id, match, address, name, language)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


class _CannotTake(Exception):
    """One row stays out; the message is the reason."""


def _language(typed: str) -> str:
    """The code of a language that we write in; without a word, the centre's first."""
    names = {name.casefold(): code for code, name in settings.LANGUAGE_NAMES.items()}
    codes = {code for code, _name in settings.LANGUAGES}
    wanted = typed.casefold()
    code = names.get(wanted, wanted.replace("_", "-").split("-")[0])
    if not wanted:
        return str(settings.LANGUAGE_CODE)
    if code not in codes:
        raise _CannotTake(
            _("We do not write in this language. We write in: %(codes)s.")
            % {"codes": ", ".join(sorted(codes))}
        )
    return code


def _name(typed: str) -> str:
    if len(typed) > LONGEST_NAME or not typed.isprintable():
        raise _CannotTake(_("This is no name that could stand in a letter."))
    return typed


@transaction.atomic
def suppress_address(
    typed: str, *, reason: Suppression.Reason, by: Actor, on: date
) -> None:
    """Never write to an address again, whether we hold it or not."""
    try:
        address = read_address(typed)
    except NotAnAddress:
        raise Refused(_("No letter can be sent to this address.")) from None
    suppress(match_of(address), reason=reason, by=by, on=on)


def suppress(match: bytes, *, reason: Suppression.Reason, by: Actor, on: date) -> None:
    """Never write again to whoever has this match hash. A second time changes nothing."""
    _row, is_new = Suppression.objects.get_or_create(
        match=match, defaults={"reason": reason, "since_on": on}
    )
    if is_new:
        record("outreach.suppressed", "day", by=by, on=on)


@transaction.atomic
def erase_contact(contact: Contact, *, by: User) -> None:
    """Forget an address and who it belonged to. That they left is remembered."""
    by.must(May.ANSWER_REQUESTS)
    record("outreach.contact_erased", contact, by=by)
    contact.delete()
