"""`fairwitness keys`: what trustees and whoever runs the machine do at a terminal."""

import json
from io import StringIO

import pytest
from django.conf import settings
from django.utils import timezone

from fairwitness.cli import main
from fairwitness.demo.world import PASSPHRASE
from fairwitness.staff.actions import unlock
from fairwitness.staff.models import Recovery, Rehearsal
from fairwitness.vault.house_sheet import lock_house_keys
from fairwitness.vault.models import LockedKey
from tests.trusting import NEW, spoken


@pytest.fixture
def typed(monkeypatch):
    """Types lines at the terminal of the next command."""
    return lambda *lines: monkeypatch.setattr(
        "sys.stdin", StringIO("".join(f"{line}\n" for line in lines))
    )


@pytest.fixture
def files(tmp_path, trustees):
    """The trustees' key files, in the order in which an escrow names them."""
    places = []
    for number, trustee in enumerate(trustees):
        place = tmp_path / f"{number}.key"
        place.write_text(trustee.text)
        places.append(str(place))
    return places


@pytest.fixture
def at(tmp_path, monkeypatch):
    """A folder in which commands are typed."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def words_in(told):
    """The 20 words that a command showed."""
    lines = [line for line in told.splitlines() if line.startswith("  ")]
    return " ".join(" ".join(lines[:4]).split())


def recover(*words):
    return main(["keys", "recover", *words])


def brought_back(typed, files, capsys, *more):
    """Ask, let two trustees help; gives the one-time words. The answer is in whole.json."""
    capsys.readouterr()
    assert recover("ask", "--member", "Ada", *more, "--out", "ask.json") == 0
    words = words_in(capsys.readouterr().out)
    typed("yes")
    assert recover("help", "ask.json", "--with", files[0], "--out", "half.json") == 0
    typed("yes")
    assert recover("help", "half.json", "--with", files[1], "--out", "whole.json") == 0
    assert "Two have helped" in capsys.readouterr().out
    return words


def test_two_trustees_bring_a_key_back_at_the_terminal(
    escrowed, files, at, typed, capsys
):
    words = brought_back(typed, files, capsys)

    typed(words, "one", "another", NEW, NEW)
    assert recover("take", "whole.json") == 0

    told = capsys.readouterr().out
    assert "These two differ" in told
    assert "new recovery sheet" in told
    unlock(escrowed, passphrase=NEW, at=timezone.now())


def test_a_rehearsal_at_the_terminal_changes_nothing(
    escrowed, files, at, typed, capsys
):
    before = LockedKey.objects.values_list("by_passphrase", flat=True)
    kept = {bytes(one) for one in before}

    words = brought_back(typed, files, capsys, "--rehearsal", "--triage")
    typed(words)
    assert recover("take", "whole.json") == 0

    assert {bytes(one) for one in before.all()} == kept
    assert Rehearsal.objects.filter(way="trustees").count() == 1


def test_a_trustee_who_is_not_sure_helps_nobody(escrowed, files, at, typed, capsys):
    recover("ask", "--member", "Ada", "--out", "ask.json")

    typed("no")
    assert recover("help", "ask.json", "--with", files[0], "--out", "half.json") == 1

    assert "nothing was done" in capsys.readouterr().err
    assert not (at / "half.json").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("ask --member Nobody --out new.json", "called Nobody"),
        ("ask --member Ada --out ask.json", "is there already"),
        ("help none.json --with 0.key --out half.json", "no file none.json"),
        ("help 0.key --with 0.key --out half.json", "no paper of a recovery"),
        ("take 0.key", "no paper of a recovery"),
    ],
)
def test_the_terminal_says_why_not(escrowed, files, at, capsys, words, said):
    recover("ask", "--member", "Ada", "--out", "ask.json")

    assert recover(*words.split()) == 1

    assert said in capsys.readouterr().err


def test_what_nobody_asked_for_is_not_taken(escrowed, files, at, typed, capsys):
    brought_back(typed, files, capsys)
    Recovery.objects.all().delete()

    assert recover("take", "whole.json") == 1

    assert "Nobody here asked" in capsys.readouterr().err


def test_an_altered_paper_is_not_helped(escrowed, files, at, typed, capsys):
    recover("ask", "--member", "Ada", "--out", "ask.json")
    paper = json.loads((at / "ask.json").read_text())
    paper["sealed"] = {pair: f"{one[:-2]}00" for pair, one in paper["sealed"].items()}
    (at / "ask.json").write_text(json.dumps(paper))

    typed("yes")
    assert recover("help", "ask.json", "--with", files[0], "--out", "half.json") == 1

    assert "altered on its way" in capsys.readouterr().err


def test_sheets_are_tried_printed_and_used_at_the_terminal(centre, at, typed, capsys):
    typed(spoken(centre.ada.sheet))
    assert main(["keys", "rehearse", "--member", "Ada"]) == 0
    assert main(["keys", "sheet"]) == 0
    told = capsys.readouterr().out
    words = words_in(told.split("sheet of the house.")[1])
    typed(words)
    assert main(["keys", "rehearse", "--house"]) == 0
    (settings.SECRETS / "gate.key").unlink()
    typed(words)
    assert main(["keys", "restore"]) == 0
    assert "Written: gate.key." in capsys.readouterr().out
    typed(words)
    assert main(["keys", "restore"]) == 0

    assert "as it was" in capsys.readouterr().out
    typed()
    assert main(["keys", "rehearse", "--house"]) == 1
    assert "Nothing was typed" in capsys.readouterr().err


def test_whom_the_centre_believes_is_said_and_ended(centre, at, typed, capsys):
    main(["keys", "trustee", "--name", "Sam Reed", "--out", "sam.key"])
    typed("yes")
    assert main(["keys", "trust", "sam.card", "--recovery-only"]) == 0
    assert "1 may vouch for keys, 1 help" in capsys.readouterr().out

    assert main(["keys", "distrust", "Sam Reed"]) == 0
    assert "0 help to recover" in capsys.readouterr().out
    assert main(["keys", "distrust", "Sam Reed"]) == 1
    assert main(["keys", "trust", "sam.key"]) == 1
    assert "no card" in capsys.readouterr().err
    (at / "torn.card").write_text("{")
    assert main(["keys", "trust", "torn.card"]) == 1


def test_signatures_that_vouch_for_nothing_are_refused(centre, at, typed, capsys):
    main(["keys", "trustee", "--out", "eve.key"])
    main(["keys", "statements", "--out", "ask.json"])
    main(["keys", "sign", "ask.json", "--with", "eve.key", "--out", "signed.json"])

    assert main(["keys", "accept", "signed.json"]) == 1
    assert "None of these" in capsys.readouterr().err
    assert main(["keys", "accept", "ask.json"]) == 1
    assert "holds no signed" in capsys.readouterr().err


def test_files_of_another_shape_are_refused(centre, at, typed, capsys):
    main(["keys", "trustee", "--out", "eve.key"])
    (at / "torn.json").write_text('{"signed": [{"statement": 1}], "statements": [1]}')
    capsys.readouterr()

    assert main(["keys", "accept", "torn.json"]) == 1
    assert "not what `keys sign` writes" in capsys.readouterr().err
    sign = ["keys", "sign", "torn.json", "--with", "eve.key", "--out", "signed.json"]
    assert main(sign) == 1
    assert "no statement about a key" in capsys.readouterr().err


def test_two_secrets_that_never_agree_end_the_command(
    escrowed, files, at, typed, capsys
):
    words = brought_back(typed, files, capsys)

    typed(words, "a", "b", "c", "d", "e", "f")
    assert recover("take", "whole.json") == 1

    assert "Three times" in capsys.readouterr().err
    unlock(escrowed, passphrase=PASSPHRASE, at=timezone.now())


def test_a_house_sheet_renews_what_it_locks(centre):
    first, second = lock_house_keys(), lock_house_keys()

    assert first.key != second.key
