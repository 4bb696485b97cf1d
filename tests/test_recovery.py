"""Lost keys come back by a sheet or by two of three trustees, and by nobody alone; it is tried first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from fairwitness.demo.world import PASSPHRASE
from fairwitness.governance import readiness, recoveries
from fairwitness.ledger.models import Entry
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.actions import (
    ask_trustees,
    change_passphrase,
    paper_of,
    recover_by_trustees,
    rehearse_by_house_sheet,
    rehearse_by_sheet,
    rehearse_by_trustees,
    take_triage_key,
    unlock,
)
from fairwitness.staff.actions.keys import holds_triage_key
from fairwitness.staff.models import Recovery, Rehearsal
from fairwitness.vault.actions import (
    TRUSTEES_FILE,
    believed,
    is_escrowed,
    standing_key,
)
from fairwitness.vault.envelope import CannotOpen
from fairwitness.vault.house_sheet import (
    lock_house_keys,
    open_house_keys,
    restore_house_keys,
)
from fairwitness.vault.models import Escrow, KeyPair, LockedKey, Wrap
from fairwitness.vault.passphrase import RecoverySheet, WrongSheet
from fairwitness.vault.recovery_paper import NotYourTurn, Paper, WrongWords
from fairwitness.vault.suites import PrivateKey
from fairwitness.vault.trustees import TrusteeKey
from tests.trusting import NEW, helped, spoken


def test_whoever_unlocks_seals_what_they_hold_for_the_trustees(ada, lea, escrowed):
    triage, _public = standing_key(KeyPair.Purpose.TRIAGE)

    assert is_escrowed(ada.key)
    assert is_escrowed(triage)
    assert not is_escrowed(lea.key)
    assert Escrow.objects.filter(key=triage).count() == 3
    assert Entry.objects.filter(act="staff.key_escrowed").count() == 2


def test_an_unlock_seals_nothing_twice_and_anew_when_a_trustee_changed(
    escrowed, trustees
):
    before = set(Escrow.objects.values_list("pk", flat=True))
    unlock(escrowed, passphrase=PASSPHRASE, at=timezone.now())
    assert set(Escrow.objects.values_list("pk", flat=True)) == before

    other = believed().without("Kit Marsh")
    other = other.and_card(TrusteeKey.new("Bo Finch").card, signs=False)
    other.write(settings.SECRETS / TRUSTEES_FILE)
    assert not is_escrowed(escrowed.key)
    unlock(escrowed, passphrase=PASSPHRASE, at=timezone.now())

    assert is_escrowed(escrowed.key)
    assert not before & set(Escrow.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2)])
def test_any_two_trustees_bring_a_members_key_back(escrowed, trustees, pair):
    asked, words = ask_trustees(escrowed, on=timezone.localdate(), by=escrowed)
    paper = helped(paper_of(asked), *(trustees[one] for one in pair))

    recover_by_trustees(
        asked, paper=paper, words=spoken(words), passphrase=NEW, at=timezone.now()
    )

    unlock(escrowed, passphrase=NEW, at=timezone.now())
    acts = set(Entry.objects.values_list("act", flat=True))
    assert {"staff.staff_recovery_asked", "staff.staff_recovery_done"} <= acts


def test_the_paper_says_who_goes_first_and_who_was_not_meant(escrowed, trustees):
    asked, _words = ask_trustees(escrowed, on=timezone.localdate(), by=escrowed)
    paper, (first, second, third) = paper_of(asked), trustees

    with pytest.raises(NotYourTurn, match=f"Let .*{first.name}.* go first"):
        paper.helped_by(third.recovery_key)
    half = paper.helped_by(first.recovery_key)
    with pytest.raises(NotYourTurn, match="another trustee"):
        half.helped_by(first.recovery_key)
    with pytest.raises(NotYourTurn, match="not sealed for your key"):
        paper.helped_by(PrivateKey.generate())
    whole = half.helped_by(second.recovery_key)
    with pytest.raises(NotYourTurn, match="Two have helped"):
        whole.helped_by(third.recovery_key)


def test_one_trustee_alone_brings_nothing_back(escrowed, trustees):
    asked, words = ask_trustees(escrowed, on=timezone.localdate(), by=escrowed)
    half = helped(paper_of(asked), trustees[0])

    with pytest.raises(NotYourTurn):
        recover_by_trustees(
            asked, paper=half, words=spoken(words), passphrase=NEW, at=timezone.now()
        )
    stolen = Paper.read(half)
    pair, inner = next(iter(stolen.opened.items()))
    swapped = f"{pair}+".split("+")[1] + "+" + trustees[0].card.trustee_id
    with pytest.raises(CannotOpen):
        replace(stolen, opened={swapped: inner}).helped_by(trustees[0].recovery_key)


def test_what_the_trustees_sent_opens_with_the_one_time_words_alone(escrowed, trustees):
    asked, _words = ask_trustees(escrowed, on=timezone.localdate(), by=escrowed)
    paper = helped(paper_of(asked), *trustees[:2])

    with pytest.raises(WrongWords):
        recover_by_trustees(
            asked,
            paper=paper,
            words=spoken(RecoverySheet.new()),
            passphrase=NEW,
            at=timezone.now(),
        )

    assert escrowed.key is not None
    assert bytes(escrowed.key.locked.by_passphrase) not in paper.encode()


def test_an_administrator_who_puts_in_their_own_key_is_heard_in_the_words(
    escrowed, trustees
):
    asked, words = ask_trustees(escrowed, on=timezone.localdate(), by=escrowed)
    paper = paper_of(asked)
    forged = replace(
        paper, ask=replace(paper.ask, answer_to=PrivateKey.generate().public)
    )

    assert forged.ask.check != paper.ask.check
    with pytest.raises(Refused, match="another ask"):
        recover_by_trustees(
            asked,
            paper=helped(forged, *trustees[:2]),
            words=spoken(words),
            passphrase=NEW,
            at=timezone.now(),
        )


def test_a_newer_ask_ends_the_earlier_one_and_each_serves_once(escrowed, trustees):
    first, words = ask_trustees(escrowed, on=timezone.localdate(), by=escrowed)
    paper = helped(paper_of(first), *trustees[:2])
    again, new_words = ask_trustees(escrowed, on=timezone.localdate(), by=escrowed)

    with pytest.raises(Refused, match="another ask"):
        recover_by_trustees(
            again, paper=paper, words=spoken(words), passphrase=NEW, at=timezone.now()
        )
    whole = helped(paper_of(again), *trustees[:2])
    told = {"paper": whole, "words": spoken(new_words), "at": timezone.now()}
    recover_by_trustees(again, **told, passphrase=NEW)
    with pytest.raises(Refused, match="done already"):
        recover_by_trustees(again, **told, passphrase=PASSPHRASE)
    assert Recovery.objects.count() == 1


def test_the_key_to_new_reports_comes_back_when_nobody_holds_it(escrowed, trustees):
    triage, _public = standing_key(KeyPair.Purpose.TRIAGE)
    Wrap.objects.filter(subject=triage.pk, part="key").delete()

    asked, words = ask_trustees(
        escrowed, on=timezone.localdate(), by=escrowed, triage=True
    )
    paper = helped(paper_of(asked), *trustees[1:])
    take_triage_key(asked, paper=paper, words=spoken(words), at=timezone.now())

    assert holds_triage_key(escrowed)


def test_who_may_not_read_reports_cannot_ask_for_their_key(escrowed, lea):
    with pytest.raises(NotAllowed):
        ask_trustees(lea, on=timezone.localdate(), by=lea, triage=True)


def test_nobody_is_asked_for_what_was_never_sealed_for_them(ada, lea, trustees):
    with pytest.raises(Refused, match="not sealed for three trustees"):
        ask_trustees(lea, on=timezone.localdate(), by=lea)


def test_a_rehearsal_by_trustees_proves_the_key_and_gives_it_to_nobody(
    escrowed, trustees
):
    before = bytes(LockedKey.objects.get(key=escrowed.key).by_passphrase)
    asked, words = ask_trustees(
        escrowed, on=timezone.localdate(), by=escrowed, rehearsal=True
    )
    paper = helped(paper_of(asked), trustees[0], trustees[2])

    told = {"paper": paper, "words": spoken(words), "at": timezone.now()}
    with pytest.raises(Refused, match="was a rehearsal"):
        recover_by_trustees(asked, **told, passphrase=NEW)
    rehearse_by_trustees(asked, **told)

    answer = Paper.read(paper).open_answer(words)
    private = unlock(escrowed, passphrase=PASSPHRASE, at=timezone.now())
    assert private.seed not in answer
    assert bytes(LockedKey.objects.get(key=escrowed.key).by_passphrase) == before
    assert Rehearsal.objects.filter(way="trustees", key=escrowed.key).count() == 1


def test_what_was_asked_in_earnest_is_no_rehearsal(escrowed, trustees):
    asked, words = ask_trustees(escrowed, on=timezone.localdate(), by=escrowed)
    paper = helped(paper_of(asked), *trustees[:2])

    with pytest.raises(Refused, match="in earnest"):
        rehearse_by_trustees(asked, paper=paper, words=spoken(words), at=timezone.now())


def test_a_sheet_is_tried_without_changing_anything(centre, ada):
    before = bytes(LockedKey.objects.get(key=ada.key).by_sheet)
    assert centre.ada.sheet

    proven = rehearse_by_sheet(ada, words=spoken(centre.ada.sheet), at=timezone.now())

    assert [key.purpose for key in proven] == ["staff", "triage"]
    assert bytes(LockedKey.objects.get(key=ada.key).by_sheet) == before
    unlock(ada, passphrase=PASSPHRASE, at=timezone.now())
    with pytest.raises(WrongSheet):
        rehearse_by_sheet(ada, words=spoken(RecoverySheet.new()), at=timezone.now())


def test_the_doors_open_once_recovery_was_tried_and_for_a_year(centre, ada):
    today = timezone.localdate()
    Rehearsal.objects.all().delete()
    assert "recovery" in {one.code for one in readiness.missing()}
    assert len(recoveries.left_to_do(on=today)) == 3

    rehearse_by_sheet(ada, words=spoken(centre.ada.sheet), at=timezone.now())
    assert len(recoveries.left_to_do(on=today)) == 1
    words = spoken(lock_house_keys())
    rehearse_by_house_sheet(words=words, at=timezone.now(), by=ada)

    assert "recovery" not in {one.code for one in readiness.missing()}
    assert not recoveries.is_tried(on=today + timedelta(days=365))


def test_lost_key_files_come_back_by_the_sheet_of_the_house(centre):
    words = spoken(lock_house_keys())
    place = settings.SECRETS / "gate.key"
    seed = place.read_bytes()
    assert restore_house_keys(words) == []
    place.unlink()
    (settings.SECRETS / "fields.key").unlink()
    (settings.SECRETS / "mailer.key").chmod(0o600)
    (settings.SECRETS / "mailer.key").write_bytes(bytes(96))

    written = restore_house_keys(words)

    assert sorted(written) == ["fields.key", "gate.key", "mailer.key"]

    assert place.read_bytes() == seed
    assert (settings.SECRETS / "mailer.key.other").read_bytes() == bytes(96)
    with pytest.raises(WrongSheet):
        open_house_keys(spoken(RecoverySheet.new()))


def test_a_sheet_from_before_a_secret_was_changed_proves_nothing(centre, ada):
    words = spoken(lock_house_keys())
    place = settings.SECRETS / "suppression.key"
    place.chmod(0o600)
    place.write_bytes(bytes(32))

    with pytest.raises(Refused, match=r"suppression\.key"):
        rehearse_by_house_sheet(words=words, at=timezone.now(), by=ada)


def test_a_house_without_the_right_files_makes_no_sheet(centre):
    place = settings.SECRETS / "gate.key"
    place.chmod(0o600)
    place.write_bytes(bytes(96))

    with pytest.raises(Refused, match=r"gate\.key holds another key"):
        lock_house_keys()

    LockedKey.objects.filter(key__purpose="gate").delete()
    LockedKey.objects.exclude(key__purpose="staff").delete()
    with pytest.raises(Refused, match="no sheet yet"):
        open_house_keys(spoken(RecoverySheet.new()))


def test_whoever_changes_their_passphrase_has_a_new_sheet_to_confirm(centre, ada):
    private = unlock(ada, passphrase=PASSPHRASE, at=timezone.now())

    change_passphrase(ada, private=private, passphrase=NEW)

    assert LockedKey.objects.get(key=ada.key).sheet_kept_on is None


def test_an_ask_holds_for_thirty_days_and_while_the_account_is_open(escrowed, trustees):
    asked, words = ask_trustees(escrowed, on=timezone.localdate(), by=escrowed)
    told = {"paper": helped(paper_of(asked), *trustees[:2]), "words": spoken(words)}
    later = timezone.now() + timedelta(days=30)

    with pytest.raises(Refused, match="too long ago"):
        recover_by_trustees(asked, **told, passphrase=NEW, at=later)
    asked.user.is_active = False
    with pytest.raises(NotAllowed, match="closed"):
        recover_by_trustees(asked, **told, passphrase=NEW, at=timezone.now())


def test_the_key_to_new_reports_is_no_members_own(escrowed, trustees):
    day = timezone.localdate()
    asked, words = ask_trustees(escrowed, on=day, by=escrowed, triage=True)
    paper = helped(paper_of(asked), *trustees[:2])

    with pytest.raises(Refused, match="not about your own key"):
        recover_by_trustees(
            asked, paper=paper, words=spoken(words), passphrase=NEW, at=timezone.now()
        )


def test_a_sheet_proves_nothing_before_the_trustees_have_signed(centre, ada):
    (settings.SECRETS / TRUSTEES_FILE).unlink()

    with pytest.raises(Refused, match="not signed the keys"):
        rehearse_by_sheet(ada, words=spoken(centre.ada.sheet), at=timezone.now())
