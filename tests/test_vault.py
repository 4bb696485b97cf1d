"""Keys of the house: trusted or refused; slots taken once; what is shredded is gone from the files."""

import json
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import OperationalError, connections
from django.utils import timezone

from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Entry
from fairwitness.vault import actions, keystore
from fairwitness.vault.actions import (
    KeysNotTrusted,
    NoSlot,
    make_slots,
    standing_key,
    take_slot,
)
from fairwitness.vault.envelope import enclose
from fairwitness.vault.founding import found_keys
from fairwitness.vault.models import BurnedSlot, KeyPair, ShredKey, Slot, Wrap
from fairwitness.vault.opening import (
    Chest,
    NoKey,
    Ring,
    Shredded,
    recorded,
    unwrap_for_reporter,
)
from fairwitness.vault.report_keys import fact_id, incident_id, person_id
from fairwitness.vault.suites import PrivateKey
from fairwitness.vault.trust import sign_key

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

LATER = date(2036, 1, 1)


@pytest.fixture
def trustee(monkeypatch, tmp_path):
    """A trustee whose public key lies in the file that the web process reads."""
    key = Ed25519PrivateKey.generate()
    monkeypatch.setattr(settings, "SECRETS", tmp_path)
    root = key.public_key().public_bytes_raw()
    (tmp_path / "trustees.json").write_text(json.dumps({"roots": [root.hex()]}))
    return key


def _found(trustee):
    return found_keys(
        sign=lambda statement: [sign_key(statement, trustee)], not_after=LATER
    )


def test_a_signed_key_is_used(trustee):
    _found(trustee)

    key, public = standing_key(KeyPair.Purpose.TRIAGE)

    assert public.key_id.hex() == key.key_id


def test_a_missing_key_closes_the_doors(trustee):
    with pytest.raises(KeysNotTrusted):
        standing_key(KeyPair.Purpose.TRIAGE)


@pytest.mark.parametrize("column", ["public", "signatures", "not_after", "epoch"])
def test_an_altered_key_closes_the_doors(trustee, column):
    _found(trustee)
    other = PrivateKey.generate().public
    altered = {
        "public": other.raw,
        "signatures": [],
        "not_after": LATER + timedelta(days=1),
        "epoch": 2,
    }
    KeyPair.objects.filter(purpose="triage").update(**{column: altered[column]})

    with pytest.raises(KeysNotTrusted):
        standing_key(KeyPair.Purpose.TRIAGE)


def test_a_key_that_has_ended_closes_the_doors(trustee):
    found_keys(
        sign=lambda statement: [sign_key(statement, trustee)],
        not_after=timezone.localdate() - timedelta(days=1),
    )

    with pytest.raises(KeysNotTrusted):
        standing_key(KeyPair.Purpose.RELEASE)


def test_a_key_signed_by_a_stranger_closes_the_doors(trustee):
    _found(Ed25519PrivateKey.generate())

    with pytest.raises(KeysNotTrusted):
        standing_key(KeyPair.Purpose.GATE)


def test_two_reports_never_share_a_slot():
    make_slots(5)

    taken = {take_slot()[0].pk for _report in range(5)}

    assert len(taken) == 5


def test_an_empty_keystore_refuses_kindly():
    with pytest.raises(NoSlot, match="Try again"):
        take_slot()


def test_a_slot_without_its_key_is_refused():
    Slot.objects.create()

    with pytest.raises(NoSlot):
        take_slot()


def test_stock_is_filled_up_and_no_further():
    make_slots(5)
    take_slot()

    assert make_slots(5) == 1
    assert make_slots(5) == 0


def test_a_database_that_fails_leaves_no_keys_without_a_slot(monkeypatch):
    def fail(_slots):
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(Slot.objects, "bulk_create", fail)
    with pytest.raises(OperationalError):
        make_slots(5)

    assert not ShredKey.objects.exists()


def _ring(trustee):
    triage, private = _found(trustee)
    member = PrivateKey.generate()
    key = actions.add_key(
        member.public,
        purpose=KeyPair.Purpose.STAFF,
        not_after=LATER,
        holder=uuid.uuid4(),
    )
    actions.keep_wraps(
        [actions.wrap_to(key, private.seed, part="key", subject=triage.pk)]
    )
    return triage, Ring.of(key, member)


def test_a_member_opens_what_is_sealed_to_triage(trustee):
    triage, ring = _ring(trustee)
    report, secret = uuid.uuid4(), bytes(range(32))
    actions.keep_wraps([actions.wrap_to(triage, secret, part="case", subject=report)])

    assert ring.open_wrap(report, "case") == secret


def test_who_holds_no_wrap_opens_nothing(trustee):
    _triage, ring = _ring(trustee)

    with pytest.raises(NoKey):
        ring.open_wrap(uuid.uuid4(), "case")


def test_a_printed_ring_shows_no_key(trustee):
    _triage, ring = _ring(trustee)

    assert repr(ring) == "<a ring of 2 keys>"


def test_a_reporter_opens_their_own_copy():
    report, read_key, secret = uuid.uuid4(), bytes(32), bytes(range(32))
    context = actions.wrap_context("case", report)
    envelope = enclose(read_key, secret, context)
    Wrap.objects.create(subject=report, part="case", envelope=envelope)

    assert unwrap_for_reporter(report, "case", read_key) == secret
    with pytest.raises(NoKey):
        unwrap_for_reporter(report, "others", read_key)


def test_a_section_opens_only_while_its_shred_key_stands():
    make_slots(1)
    slot, _key = take_slot()
    chest = Chest(report=uuid.uuid4(), slot=slot.pk, key=bytes(32))
    envelope = chest.seal("narrative", b"what happened")

    assert chest.open("narrative", envelope) == b"what happened"
    keystore.shred(slot.pk)
    with pytest.raises(Shredded, match="erased"):
        chest.open("narrative", envelope)


def test_reading_leaves_a_line_or_does_not_happen():
    with recorded("first_reading", "intake.report:1", by=SYSTEM, count=3):
        pass

    entry = Entry.objects.get()
    assert (entry.act, entry.count) == ("vault.opened.first_reading", 3)


def test_a_restored_keystore_shreds_again_what_was_shredded():
    make_slots(1)
    slot, key = take_slot()
    keystore.shred(slot.pk)
    connections["keystore"].cursor().execute(
        "INSERT INTO vault_shredkey (slot, key) VALUES (%s, %s)",
        [slot.pk.hex if connections["keystore"].vendor == "sqlite" else slot.pk, key],
    )

    assert keystore.burn([slot.pk]) == 1
    assert keystore.key_of(slot.pk) is None
    assert BurnedSlot.objects.count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "keystore"])
def test_the_bytes_of_a_shredded_key_are_in_no_file_of_the_keystore():
    make_slots(3)
    slot, key = take_slot()
    database = connections["keystore"].settings_dict
    if connections["keystore"].vendor != "sqlite" or "memory" in str(database["NAME"]):
        pytest.skip("the keystore of this run is not a file")
    files = list(Path(database["NAME"]).parent.glob(f"{Path(database['NAME']).name}*"))
    assert any(key in file.read_bytes() for file in files)

    keystore.shred(slot.pk)

    assert not any(key in file.read_bytes() for file in files if file.exists())


def test_ids_of_facts_differ_by_key_and_by_kind():
    one, other = bytes(32), bytes([1]) * 32

    ids = {fact_id(one), fact_id(other), incident_id(one), person_id(one)}

    assert len(ids) == 4
