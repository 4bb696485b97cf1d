"""Takes a report, once, and finds it again by its code."""

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fairwitness.governance.models import Notice, Purpose
from fairwitness.governance.promises import kept_until, months_after
from fairwitness.intake import consents
from fairwitness.intake.models import Report, Section
from fairwitness.intake.payloads import pack
from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import REPORTER
from fairwitness.refusal import Refused
from fairwitness.surveys.actions import let_seed_wait
from fairwitness.surveys.models import Version
from fairwitness.vault.actions import (
    keep_wraps,
    standing_key,
    take_slot,
    wrap_context,
    wrap_to,
)
from fairwitness.vault.envelope import enclose
from fairwitness.vault.halves import split
from fairwitness.vault.models import KeyPair, Wrap
from fairwitness.vault.receipt import ReceiptCode
from fairwitness.vault.report_keys import PART_OF, section_context, section_key

PARTS = ("case", "identity")  # every report has these keys; an observer's also `others`


class UnknownCode(Refused):
    """No report lies under this code."""

    status = 200


def receive_report(
    *,
    code: ReceiptCode,
    version: Version,
    notice: Notice,
    header: Mapping[str, Any],
    sections: Mapping[str, Mapping[str, Any]],
    on: date,
) -> Report:
    """Take a report, once: what comes again under the same code is the same report.

    `header` says language, role, is_young, door, read_by, answer_by; day and seed are
    added here. `sections` may hold narrative, identity and others. Errors: `NotOpen` (503)
    when a key is not trusted or the keystore is empty; then nothing is stored.
    """
    try:
        with transaction.atomic():
            return _known(code) or _take(code, version, notice, header, sections, on)
    except IntegrityError:
        known = _known(code)
        if known is None:
            raise
        return known


def _known(code: ReceiptCode) -> Report | None:
    return Report.objects.filter(locator=code.locator).first()


def _take(
    code: ReceiptCode,
    version: Version,
    notice: Notice,
    header: Mapping[str, Any],
    sections: Mapping[str, Mapping[str, Any]],
    on: date,
) -> Report:
    triage, _public = standing_key(KeyPair.Purpose.TRIAGE)
    gate, _public = standing_key(KeyPair.Purpose.GATE)
    slot, shred_key = take_slot()
    report = Report(
        locator=code.locator,
        consent_key=code.consent_key().public_key().public_bytes_raw(),
        slot=slot,
        month=on.replace(day=1),
        expires_on=_expiry(on),
        version=version,
        notice=notice,
    )
    report.save(force_insert=True)
    parts = (*PARTS, "others") if "others" in sections else PARTS
    keys = {part: secrets.token_bytes(32) for part in parts}
    filled = {"header": _full_header(header, code, on), **sections}
    Section.objects.bulk_create(
        Section(
            report=report,
            kind=kind,
            envelope=_sealed(report, kind, content, keys, shred_key),
        )
        for kind, content in filled.items()
    )
    keep_wraps(
        [*_house_wraps(report, keys, triage, gate), *_own_wraps(report, keys, code)]
    )
    let_seed_wait(code.seed)
    record(
        consents.RECEIVED,
        report,
        by=REPORTER,
        on=on.replace(day=1),  # the exact day is sealed: the ledger has the month
        content=consents.commitment(bytes(report.consent_key)),
    )
    return report


def _expiry(on: date) -> date:
    """The first day of a month, so that it does not tell the day on which a report came."""
    whole = kept_until(Purpose.Serves.REPORTS, on=on.replace(day=1))
    return months_after(whole, 1)


def _full_header(
    header: Mapping[str, Any], code: ReceiptCode, on: date
) -> dict[str, Any]:
    return {
        **header,
        "day": on.isoformat(),
        "seed": code.seed.hex(),
        "count_code": " ".join(code.count_code.digits),
    }


def _sealed(
    report: Report,
    kind: str,
    content: Mapping[str, Any],
    keys: Mapping[str, bytes],
    shred_key: bytes,
) -> bytes:
    key = section_key(keys[PART_OF[kind]], shred_key, kind)
    return enclose(key, pack(content), section_context(report.pk, kind))


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
