"""Takes a report, once, and finds it again by its code."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fairwitness.governance.models import Notice, Purpose
from fairwitness.governance.promises import kept_until, months_after
from fairwitness.inserting import insert
from fairwitness.intake import consents
from fairwitness.intake.models import Evidence, Report, Section
from fairwitness.intake.payloads import File, pack, pack_file
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import REPORTER
from fairwitness.refusal import Refused
from fairwitness.surveys.actions import let_wait, sealed_seed
from fairwitness.surveys.models import Pending, Version
from fairwitness.vault.actions import (
    SLOT_TRIES,
    NoSlot,
    SlotGone,
    free_slot,
    hold_slot,
    keep_wraps,
    standing_key,
    wrap_context,
    wrap_to,
)
from fairwitness.vault.envelope import enclose
from fairwitness.vault.halves import split
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.receipt import ReceiptCode
from fairwitness.vault.report_keys import PART_OF, section_context, section_key

House = tuple[KeyPair, KeyPair]  # the keys of triage and of the gate
PARTS = ("case", "identity")  # every report has these keys; an observer's also `others`


class UnknownCode(Refused):
    """No report lies under this code."""

    status = 200


@dataclass(frozen=True, repr=False)
class Sealed:
    """A report before it has its slot: its keys wrapped, its sections packed."""

    report: Report
    keys: Mapping[str, bytes]
    packed: Mapping[str, bytes]
    wraps: list[Wrap]

    def sections(self, shred_key: bytes) -> list[Section]:
        """The sections, sealed under their keys and that of the slot; unsaved."""
        return [
            Section(
                report=self.report, kind=kind, envelope=self._closed(kind, shred_key)
            )
            for kind in self.packed
        ]

    def evidence(self, file: File, shred_key: bytes) -> Evidence:
        """A file, sealed as the sections are; unsaved."""
        sealed = self._sealed("evidence", pack_file(file), shred_key)
        return Evidence(report=self.report, envelope=sealed)

    def _closed(self, kind: str, shred_key: bytes) -> bytes:
        return self._sealed(kind, self.packed[kind], shred_key)

    def _sealed(self, kind: str, plain: bytes, shred_key: bytes) -> bytes:
        key = section_key(self.keys[PART_OF[kind]], shred_key, kind)
        return enclose(key, plain, section_context(self.report.pk, kind))


def receive_report(  # noqa: PLR0913 # all that comes with a report, at once
    *,
    code: ReceiptCode,
    version: Version,
    notice: Notice,
    header: Mapping[str, Any],
    sections: Mapping[str, Mapping[str, Any]],
    on: date,
    files: Callable[[], Iterable[File]] = tuple,
    along: Callable[[], object] = lambda: None,
) -> Report:
    """Take a report, once: what comes again under the same code is the same report.

    `header` says language, role, is_young, door, read_by, answer_by; day and seed are
    added here. `sections` may hold narrative, identity and others. `files` gives
    the files one after the other, each time that it is asked. `along` is done in the same
    transaction. Errors: `NotOpen` (503) when a key is not trusted or the keystore is
    empty; then nothing is stored.
    """
    report = Report(version=version, notice=notice, **clear_of(code, on=on))
    filled = {"header": full_header(header, code, on), **sections}
    # All is sealed before the transaction begins, so that nobody waits for it.
    sealed = seal_report(report, filled, code, house=house_keys())
    seed = sealed_seed(code.seed)
    for _try in range(SLOT_TRIES):
        report.slot, shred_key = free_slot()
        lots = (
            sealed.sections(shred_key),
            [sealed.evidence(one, shred_key) for one in files()],
            sealed.wraps,
        )
        try:
            with transaction.atomic():
                _keep(report, lots, seed, on)
                along()
                return report
        except SlotGone:
            continue
        except IntegrityError:
            known = _known(code)
            if known is None:
                raise
            along()
            return known
    raise NoSlot(_("We cannot take anything just now. Try again in a minute."))


def _known(code: ReceiptCode) -> Report | None:
    return Report.objects.filter(locator=code.locator).first()


def _keep(
    report: Report,
    lots: tuple[list[Section], list[Evidence], list[Wrap]],
    seed: Pending,
    on: date,
) -> None:
    """Write a report down, in a slot that is still free. Errors: `SlotGone`, `IntegrityError`."""
    hold_slot(report.slot)
    insert([report])
    sections, evidence, wraps = lots
    insert(sections)
    for row in evidence:
        insert([row])
    keep_wraps(wraps)
    let_wait(seed)
    record(
        consents.RECEIVED,
        report,
        by=REPORTER,
        on=on.replace(day=1),  # the exact day is sealed: the ledger has the month
        content=consents.commitment(bytes(report.consent_key)),
    )


def house_keys() -> House:
    """The triage key and the gate's, both vouched for. Error: `KeysNotTrusted` (503)."""
    triage, _public = standing_key(KeyPair.Purpose.TRIAGE)
    gate, _public = standing_key(KeyPair.Purpose.GATE)
    return triage, gate


def clear_of(code: ReceiptCode, *, on: date) -> dict[str, Any]:
    """What the row of a report says in clear, beside its slot and what it was told with."""
    return {
        "locator": code.locator,
        "consent_key": code.consent_key().public_key().public_bytes_raw(),
        "month": on.replace(day=1),
        "expires_on": _expiry(on),
    }


def seal_report(
    report: Report,
    filled: Mapping[str, Mapping[str, Any]],
    code: ReceiptCode,
    *,
    house: House,
) -> Sealed:
    """Make the keys of a report and wrap them. It asks no database."""
    parts = (*PARTS, "others") if "others" in filled else PARTS
    keys = {part: secrets.token_bytes(32) for part in parts}
    wraps = [*_house_wraps(report, keys, *house), *_own_wraps(report, keys, code)]
    packed = {kind: pack(content) for kind, content in filled.items()}
    return Sealed(report, keys, packed, wraps)


def _expiry(on: date) -> date:
    """The first day of a month, so that it does not tell the day on which a report came."""
    whole = kept_until(Purpose.Serves.REPORTS, on=on.replace(day=1))
    return months_after(whole, 1)


def full_header(
    header: Mapping[str, Any], code: ReceiptCode, on: date
) -> dict[str, Any]:
    """The sealed header: what triage must know, with the day and the seed of counting."""
    return {
        **header,
        "day": on.isoformat(),
        "seed": code.seed.hex(),
        "count_code": " ".join(code.count_code.digits),
    }


def _house_wraps(
    report: Report, keys: Mapping[str, bytes], triage: KeyPair, gate: KeyPair
) -> list[Wrap]:
    """The case key to triage; of every other key one half to triage and one to the gate."""
    wraps = [wrap_to(triage, keys["case"], part="case", subject=report.pk)]
    for part in keys.keys() - {"case"}:
        ours, theirs = split(keys[part])
        wraps += [
            wrap_to(triage, ours, part=f"{part}.a", subject=report.pk),
            wrap_to(gate, theirs, part=f"{part}.b", subject=report.pk),
        ]
    return wraps


def _own_wraps(
    report: Report, keys: Mapping[str, bytes], code: ReceiptCode
) -> list[Wrap]:
    """Every key whole, for the reporter alone, under the read key of their code."""
    return [
        Wrap(
            subject=report.pk,
            part=part,
            holder=None,
            envelope=own_wrap(report, part, key, code),
        )
        for part, key in keys.items()
    ]


def own_wrap(report: Report, part: str, key: bytes, code: ReceiptCode) -> bytes:
    return enclose(code.read_key, key, wrap_context(part, report.pk))


def find_by_receipt(code: ReceiptCode) -> Report:
    """The report of a code. Error: `UnknownCode`."""
    found = _known(code)
    if found is None:
        raise UnknownCode(_("We know no report under this code."))
    return found
