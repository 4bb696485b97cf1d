"""The check of a campaign of ours: what it finds, who lets a warning stand, and where that shows."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from fairwitness.cli import main
from fairwitness.demo.people import run_campaign, take_contacts, write_list
from fairwitness.governance.models import Controller
from fairwitness.governance.wording import VagueWords
from fairwitness.ledger.models import Entry
from fairwitness.outreach import commands
from fairwitness.outreach.actions import (
    NotReady,
    draft_campaign,
    keep_warning,
    launch_wave,
)
from fairwitness.outreach.kept import with_reasons
from fairwitness.outreach.letters import letters_to_start_from
from fairwitness.outreach.models import KeptWarning
from fairwitness.outreach.preflight import house
from fairwitness.outreach.preflight.campaign import preflight
from fairwitness.outreach.preflight.finding import Passage
from fairwitness.outreach.preflight.style import style_findings
from fairwitness.refusal import NotAllowed
from tests.bad_campaign import Names
from tests.desk import at_desk
from tests.invited import (
    a_campaign,
    make_campaign,
    make_contacts,
    make_source,
)

DAY = timezone.localdate()
HARD = (
    "\nNotwithstanding considerable organisational difficulties, comprehensive "
    "participation facilitates representative results regarding discriminatory experiences."
)


def letter_with(words: str) -> dict[str, dict[str, str]]:
    """The letters to start from, and more words in the English invitation."""
    ready = letters_to_start_from()
    text = ready["en"]["text"] + words
    return {**ready, "en": {**ready["en"], "text": text}}


@pytest.fixture
def source(centre):
    source = make_source(centre)
    make_contacts(centre, source)
    return source


@pytest.fixture
def hard(centre, source):
    """A campaign with one warning."""
    return make_campaign(centre, source, letter=letter_with(HARD))


def warning_of(campaign):
    [found] = preflight(campaign, on=DAY)
    return found


def test_the_campaign_of_the_training_centre_is_clean(centre, tmp_path):
    file = write_list(tmp_path, contacts=10)
    source = take_contacts(centre, file, on=DAY)

    campaign = run_campaign(centre, source, on=DAY)

    assert preflight(campaign, on=DAY) == []


def test_a_warning_says_where_it_stands(hard):
    found = warning_of(hard)

    assert (found.code, found.level) == ("FW212", "LOOK")
    assert (found.at.part, found.at.field) == ("letter, en", "text_en")
    text = hard.letter["en"]["text"]
    assert text[found.at.start :].startswith("Notwithstanding")


def test_letters_wait_until_somebody_says_why_a_warning_stands(hard, lea):
    with pytest.raises(NotReady, match="FW212"):
        launch_wave(hard, number=1, by=lea)

    kept = keep_warning(
        hard, warning_of(hard), reason="The name of the law is this long.", by=lea
    )

    assert launch_wave(hard, number=1, by=lea).number == 1
    entry = Entry.objects.get(act="outreach.warning_kept")
    assert entry.subject == f"outreach.keptwarning:{kept.pk}"
    assert "law" not in str(entry.__dict__)


def test_a_reason_holds_for_the_same_words_alone(hard, lea):
    keep_warning(hard, warning_of(hard), reason="The name is this long.", by=lea)
    hard.letter = letter_with(HARD.replace("regarding", "concerning"))
    draft_campaign(hard, by=lea)

    told = with_reasons(hard, preflight(hard, on=DAY))

    assert any(one.is_open for one in told)


def test_a_second_reason_takes_the_place_of_the_first(hard, lea):
    for reason in ("The name is this long.", "The name of the law is long."):
        keep_warning(hard, warning_of(hard), reason=reason, by=lea)

    assert KeptWarning.objects.get().reason == "The name of the law is long."
    assert Entry.objects.filter(act="outreach.warning_kept").count() == 2


@pytest.mark.parametrize(
    ("reason", "refusal"),
    [
        ("Our partners want it so.", VagueWords),
        ("because", NotReady),
    ],
)
def test_a_reason_that_says_nothing_is_refused(hard, lea, reason, refusal):
    with pytest.raises(refusal):
        keep_warning(hard, warning_of(hard), reason=reason, by=lea)

    assert not KeptWarning.objects.exists()


def test_only_those_who_run_campaigns_let_a_warning_stand(hard, ada):
    with pytest.raises(NotAllowed):
        keep_warning(hard, warning_of(hard), reason="It is well as it is.", by=ada)


def test_no_reason_lets_stand_what_stops_a_campaign(hard, lea):
    Controller.objects.update(registration_number="", exemption_reason="")
    stop = next(one for one in preflight(hard, on=DAY) if one.level == "STOP")

    with pytest.raises(NotReady, match="Mend it"):
        keep_warning(hard, stop, reason="It is well as it is.", by=lea)


def test_a_text_in_another_language_than_its_letter_is_refused(centre, source, lea):
    with pytest.raises(NotReady, match="FW181"):
        draft_campaign(a_campaign(centre, source, places={}), by=lea)


def test_misspellings_are_told_and_names_of_ours_are_not(centre, source):
    words = "\nThe Trust wants to recieve your answer in the branch."

    campaign = make_campaign(centre, source, letter=letter_with(words))

    assert [(one.code, one.words) for one in preflight(campaign, on=DAY)] == [
        ("FW221", "recieve")
    ]


def test_the_domain_of_a_real_sender_is_looked_up(centre, source, settings):
    settings.IS_TRAINING = False
    settings.EMAIL_HOST, settings.MAIL_FROM = "mail.test", "c@harbour.test"
    names = Names()
    names.records = {"harbour.test": ("v=spf1 mx -all",)}

    found = {one.code for one in house.sender_findings(names)}
    settings.DKIM_SELECTOR = "k1"
    with_selector = {one.code for one in house.sender_findings(names)}

    assert found == {"FW164", "FW170"}
    assert with_selector == {"FW164", "FW163"}


def test_the_page_marks_the_place_and_takes_a_reason(hard, lea):
    client = at_desk(lea)
    page = client.get(reverse("outreach:campaign", args=[hard.name]))
    text = page.content.decode()

    mark = warning_of(hard).mark
    there = reverse("outreach:keep", args=[hard.name, mark])
    answer = client.post(there, {"reason": "The name of the law is this long."})

    assert '<mark id="text_en-' in text
    assert there in text
    assert "1 finding holds the letters back" in text
    assert reverse("outreach:launch", args=[hard.name]) not in text
    assert answer.status_code == 302
    again = client.get(reverse("outreach:campaign", args=[hard.name])).content.decode()
    assert "Lea: The name of the law is this long." in again
    assert reverse("outreach:launch", args=[hard.name]) in again


def test_a_reason_for_nothing_is_no_page(hard, lea):
    client = at_desk(lea)

    there = reverse("outreach:keep", args=[hard.name, "0" * 64])

    assert client.get(there).status_code == 404


def test_the_reason_is_published_with_the_campaign(hard, lea, client):
    keep_warning(hard, warning_of(hard), reason="The name is this long.", by=lea)
    launch_wave(hard, number=1, by=lea)

    text = client.get(reverse("front:campaign", args=[hard.name])).content.decode()

    assert "The name is this long." in text
    assert "Lea" in text
    assert "Hard to read" in text


def test_the_command_line_keeps_a_warning(hard, lea):
    told = commands.preflight_named(hard.name).told
    assert [one.finding.code for one in told] == ["FW212"]

    commands.keep_named(hard.name, "FW212", reason="The name is long.", by="Lea")

    assert [one.by for one in commands.preflight_named(hard.name).told] == ["Lea"]
    for code, words in (("FW999", ""), ("FW212", "other")):
        with pytest.raises(commands.NoSuchThing):
            commands.keep_named(
                hard.name, code, words=words, reason="The name is long.", by="Lea"
            )


def test_several_warnings_of_a_code_are_told_apart_by_their_words(centre, source):
    words = "\nWe wish to recieve your answer. It is definately short."
    campaign = make_campaign(centre, source, letter=letter_with(words))

    with pytest.raises(commands.NoSuchThing, match="definately"):
        commands.keep_named(campaign.name, "FW221", reason="It is our word.", by="Lea")
    kept = commands.keep_named(
        campaign.name, "FW221", words="recieve", reason="It is our word.", by="Lea"
    )

    assert kept.words == "recieve"


def test_the_command_checks_files(tmp_path, capsys):
    from tests.bad_campaign import bad_form, good_form, good_letter

    (tmp_path / "good.eml").write_bytes(good_letter())
    (tmp_path / "good.xlsx").write_bytes(good_form())
    (tmp_path / "bad.xlsx").write_bytes(bad_form())
    letter = ["--letter", str(tmp_path / "good.eml"), "--offline"]

    fine = main(["preflight", *letter, "--form", str(tmp_path / "good.xlsx"), "--json"])
    told = json.loads(capsys.readouterr().out)
    bad = main(["preflight", *letter, "--form", str(tmp_path / "bad.xlsx")])
    lines = capsys.readouterr().out
    missing = main(["preflight", "--letter", str(tmp_path / "none.eml")])

    assert (fine, bad, missing) == (0, 1, 1)
    assert told == {
        "findings": [],
        "unchecked": ["the sender's domain (SPF, DKIM, DMARC)"],
    }
    assert "STOP  FW172  form, sheet survey C3" in lines
    with pytest.raises(SystemExit) as wrong:
        main(["preflight"])
    assert wrong.value.code == 2


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["ours", "a browser's"])
def test_a_hard_sentence_is_marked_from_its_first_sign_to_its_last(line_end):
    hard = (
        "The committee of {place}, notwithstanding previously communicated"
        " considerations, appreciates comprehensively elaborated representations."
    )
    lines = ["Answer: {link}", "Never write to me again: {leave}", hard, ""]
    text = line_end.join(lines)

    [found] = style_findings(Passage("letter", text, language="en"))

    assert found.code == "FW212"
    assert text[found.at.start :][: found.at.length] == hard
