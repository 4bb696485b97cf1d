"""The command line: exit code 0 when all is well, 1 for findings and refusals, 2 for wrong use."""

import json
from io import StringIO

import pytest
from django.conf import settings

from fairwitness.cli import doctor, founding, main
from fairwitness.governance.models import Controller
from fairwitness.sifting import apart
from fairwitness.staff.models import User
from fairwitness.surveys.models import Version
from fairwitness.vault.actions import standing_key
from fairwitness.vault.models import KeyPair

FACTS = "id,month,type,setting,status\n" + "".join(
    f"r{number},2026-0{number % 3 + 1},words,meeting,counted\n" for number in range(60)
)
PLAN = """
number = 1
published = 2026-07-01
period = {from = "2026-01", to = "2026-06"}
controller = {name = "Harbour Members' Trust"}
training = true
"""


@pytest.fixture
def edition(tmp_path):
    (tmp_path / "facts.csv").write_text(FACTS)
    (tmp_path / "plan.toml").write_text(PLAN)
    out = tmp_path / "edition"
    places = [str(tmp_path / "facts.csv"), str(tmp_path / "plan.toml")]
    assert main(["figures", "build", *places, "--out", str(out)]) == 0
    return out


@pytest.fixture
def answers(monkeypatch):
    """What a person types when `init` asks."""
    typed = {"password": "quiet harbour lamp", "passphrase": "eleven quiet lanterns by"}
    monkeypatch.setattr(founding, "ask_line", lambda _asked: "Ann")
    monkeypatch.setattr(
        founding,
        "ask_twice",
        lambda what: typed["passphrase" if "passphrase" in what else "password"],
    )
    return typed


def test_an_edition_that_nobody_touched_verifies(edition, capsys):
    code = main(["verify", str(edition)])

    assert code == 0
    assert "as it was published" in capsys.readouterr().out


def test_one_changed_digit_is_found(edition, capsys):
    table = edition / "tables" / "incidents_by_month.csv"
    table.write_text(table.read_text().replace(",20,", ",21,", 1))

    code = main(["verify", str(edition), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert code == 1
    assert "incidents_by_month" in {one["table"] for one in told["findings"]}


def test_a_plan_that_says_too_little_is_refused(tmp_path, capsys):
    (tmp_path / "facts.csv").write_text(FACTS)
    (tmp_path / "plan.toml").write_text("number = 1\n")
    places = [str(tmp_path / "facts.csv"), str(tmp_path / "plan.toml")]

    code = main(["figures", "build", *places, "--out", str(tmp_path / "out")])

    assert code == 1
    assert "does not say" in capsys.readouterr().err


def test_wrong_use_is_two():
    with pytest.raises(SystemExit) as ended:
        main(["verify"])

    assert ended.value.code == 2


@pytest.mark.django_db(databases=["default", "keystore"])
def test_a_centre_is_founded_and_its_keys_are_signed_elsewhere(
    answers, monkeypatch, tmp_path
):
    monkeypatch.setattr(founding, "migrate", lambda: None)
    mine, asked, signed = (str(tmp_path / name) for name in ("me", "ask", "signed"))

    assert main(["init"]) == 0
    assert main(["keys", "trustee", "--out", mine]) == 0
    monkeypatch.setattr("sys.stdin", StringIO("yes\n"))
    assert main(["keys", "trust", f"{mine}.card"]) == 0
    assert main(["keys", "statements", "--out", asked]) == 0
    assert main(["keys", "sign", asked, "--with", mine, "--out", signed]) == 0
    assert main(["keys", "accept", signed]) == 0

    assert standing_key(KeyPair.Purpose.TRIAGE)
    assert User.objects.get().name == "Ann"


@pytest.mark.django_db(databases=["default", "keystore"])
def test_a_weak_passphrase_founds_nothing(answers, monkeypatch, capsys):
    monkeypatch.setattr(founding, "migrate", lambda: None)
    answers["passphrase"] = "short"

    assert main(["init"]) == 1

    assert "15 characters" in capsys.readouterr().err
    assert not KeyPair.objects.exists()
    assert not User.objects.exists()


def test_a_trustee_never_overwrites_a_key(tmp_path, capsys):
    place = str(tmp_path / "me")
    main(["keys", "trustee", "--out", place])

    assert main(["keys", "trustee", "--out", place]) == 1
    assert "is there already" in capsys.readouterr().err


@pytest.mark.django_db(databases=["default", "keystore"])
def test_what_is_no_trustees_line_is_refused(capsys):
    assert main(["keys", "trust", "abc"]) == 1
    assert not (settings.SECRETS / "trustees.json").exists()


def test_the_doctor_finds_the_missing_controller(centre, capsys):
    Controller.objects.all().delete()

    code = main(["doctor", "--json"])

    told = json.loads(capsys.readouterr().out)["findings"]
    assert code == 1
    assert "Who runs it" in {one["what"] for one in told}


@pytest.mark.parametrize(
    ("user", "scope", "said"),
    [
        (0, "1", "this runs as root"),
        (1000, "0\n", "a process may look into another"),
        (1000, "", "a process may look into another"),
        (1000, "1\n", "what reads files is held apart"),
    ],
)
def test_the_doctor_says_how_far_the_reader_of_files_is_held_apart(
    monkeypatch, tmp_path, user, scope, said
):
    place = tmp_path / "ptrace_scope"
    if scope:
        place.write_text(scope)
    monkeypatch.setattr(doctor, "_YAMA", place)
    monkeypatch.setattr("os.geteuid", lambda: user)

    assert doctor._apart().what == said


def test_the_doctor_says_what_cannot_be_cleaned(monkeypatch):
    assert doctor._files().level == "ok"
    monkeypatch.setattr(apart, "missing", lambda: ["pictures", "PDF files"])

    assert doctor._files().what.startswith("what is hidden in pictures and PDF files")


def test_a_questionnaire_is_published_by_a_member(centre, capsys):
    Version.objects.all().delete()

    assert main(["questionnaire", "publish", "--by", "Lea"]) == 0
    assert main(["questionnaire", "publish", "--by", "Nobody"]) == 1
    assert Version.objects.count() == 1


def test_a_form_is_checked_without_a_centre(tmp_path, capsys):
    (tmp_path / "form.xlsx").write_bytes(b"no sheet")

    code = main(["questionnaire", "check", str(tmp_path / "form.xlsx"), "--json"])

    assert code == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["code"] == "unreadable"
