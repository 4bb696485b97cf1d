"""Routes to an address: which serves which kind of letter, with which evidence; other countries as data."""

from itertools import product
from pathlib import Path

import pytest
from django.conf import settings as house
from django.core.checks.registry import registry

from fairwitness.cli.doctor import examine
from fairwitness.governance.models import Controller, Processor
from fairwitness.outreach import bases
from fairwitness.outreach.actions import NotReady, draft_campaign, launch_wave
from fairwitness.outreach.letters import letters_to_start_from
from fairwitness.outreach.models import Basis, Campaign, Delivery, Source
from fairwitness.outreach.preflight.campaign import preflight
from fairwitness.outreach.sending import send_due
from tests.invited import a_campaign, letters, make_campaign, make_contacts, make_source

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

Kind = Campaign.Kind
# What may be sent by which route; everything else may not.
SERVES = {
    "GB": {
        "consent": {"survey", "appeal", "service"},
        "charity_soft_opt_in": {"survey", "appeal"},
        "genuine_research": {"survey"},
        "corporate": {"survey", "appeal", "service"},
        "service": {"service"},
    },
    "XX": {
        "consent": {"survey", "appeal", "service"},
        "charity_soft_opt_in": set(),
        "genuine_research": {"survey"},
        "corporate": {"survey", "service"},
        "service": {"service"},
    },
}
ELSEWHERE = """
[QQ.consent]
law = "Letters Act of Harbour Land, s. 4"
for = ["survey"]
[QQ.consent.needs]
wording = "The words that they agreed to"
stamp = "The stamp of the harbour master"
witness = "Did somebody witness it? (yes)"
[QQ.consent.yes]
witness = true
"""


def evidence_for(basis, country, kind):
    rule = bases.rule_for(basis, country)
    return dict.fromkeys(rule.asks(kind), "yes") if rule else {}


def test_a_route_serves_some_kinds_of_letters_and_no_other():
    for country, basis, kind in product(SERVES, Basis.values, Kind):
        evidence = evidence_for(basis, country, kind)

        found = bases.gaps(basis, evidence, country, kind=kind)

        assert (found == []) == (kind in SERVES[country][basis]), (country, basis, kind)


def test_it_is_closed_while_any_evidence_for_that_kind_is_missing():
    for country, basis, kind in product(SERVES, Basis.values, Kind):
        whole = evidence_for(basis, country, kind)
        rule = bases.rule_for(basis, country)

        for name in whole:
            assert bases.gaps(basis, {**whole, name: " "}, country, kind=kind)
        for name in rule.yes if rule else ():
            if name in whole:
                no = {**whole, name: "no"}
                assert bases.gaps(basis, no, country, kind=kind)


def test_every_rule_that_comes_with_the_software_names_its_law():
    for _country, rows in bases.read_table(bases.OURS.read_text()):
        for rule in rows.values():
            assert "Art" in rule.law or "reg." in rule.law


# What may not be sent is not sent.


@pytest.fixture
def soft(centre):
    """In the United Kingdom, where the charity's own opt-in exists."""
    Controller.objects.update(country="GB")
    Processor.objects.update(country="GB")


@pytest.mark.parametrize(("basis", "kind"), [*product(Basis.values, Kind.values)])
def test_no_letter_leaves_by_a_route_that_does_not_serve_it(
    centre, soft, lea, basis, kind
):
    source = make_source(
        centre, basis=basis, basis_evidence=evidence_for(basis, "GB", Kind(kind))
    )
    make_contacts(centre, source, ["ann@members.example"])
    campaign = make_campaign(centre, source, kind=kind)

    if kind in SERVES["GB"][basis]:
        launch_wave(campaign, number=1, by=lea)
        assert send_due().handed_over == 1
        return
    with pytest.raises(NotReady, match="FW141"):
        launch_wave(campaign, number=1, by=lea)
    assert not Delivery.objects.exists()


def test_the_kind_is_looked_at_again_just_before_a_letter_leaves(centre, lea):
    source = make_source(centre)
    make_contacts(centre, source)
    campaign = make_campaign(centre, source)
    launch_wave(campaign, number=1, by=lea)
    assert send_due(limit=2).handed_over == 2
    Source.objects.update(basis="service")

    assert send_due().refused == 3

    assert set(Delivery.objects.values_list("reason", flat=True)) == {"", "route"}
    assert len(letters()) == 2


def test_who_agreed_to_surveys_is_not_asked_for_money(centre, lea):
    source = make_source(centre)
    make_contacts(centre, source)
    campaign = make_campaign(centre, source, kind="appeal")

    [gap] = preflight(campaign, on=campaign.period_from)

    assert gap.code == "FW141"
    assert "cover letters that ask for money" in gap.fix


def test_a_letter_that_asks_for_money_says_so_of_itself(centre, lea):
    source = make_source(centre)
    text = letters_to_start_from()["en"]["text"] + "\nYou can also donate to us."
    letter = {"en": {**letters_to_start_from()["en"], "text": text}}

    with pytest.raises(NotReady, match="donate"):
        draft_campaign(a_campaign(centre, source, letter=letter), by=lea)

    draft_campaign(a_campaign(centre, source, letter=letter, kind="appeal"), by=lea)


# Other countries are data.


@pytest.fixture
def own_rows():
    """Rows of the centre's own, in its folder."""
    place = Path(house.DIR) / bases.NAME

    def write(text):
        place.write_text(text)

    yield write
    place.unlink(missing_ok=True)


def test_a_centre_adds_the_rules_of_its_country(centre, lea, own_rows):
    own_rows(ELSEWHERE)
    whole = dict.fromkeys(("wording", "stamp", "witness"), "yes")

    assert bases.gaps("consent", whole, "QQ", kind=Kind.SURVEY) == []
    for name in whole:
        assert bases.gaps("consent", {**whole, name: ""}, "QQ")
    assert bases.gaps("consent", {**whole, "witness": "no"}, "QQ")
    assert "does not serve" in bases.gaps("consent", whole, "QQ", kind=Kind.APPEAL)[0]
    assert "does not exist" in bases.gaps("genuine_research", whole, "QQ")[0]
    assert bases.rule_for("genuine_research", "XX")


def test_one_route_of_a_country_can_be_said_otherwise(own_rows):
    own_rows(ELSEWHERE.replace("QQ", "gb"))

    consent = bases.rule_for("consent", "GB")

    assert consent is not None
    assert consent.law.startswith("Letters Act")
    assert bases.rule_for("corporate", "GB")


def test_rows_that_change_are_read_anew(own_rows):
    own_rows(ELSEWHERE)
    assert bases.gaps("consent", {}, "QQ", kind=Kind.SERVICE)
    own_rows(ELSEWHERE.replace('["survey"]', '["service"] # wider'))

    rule = bases.rule_for("consent", "QQ")

    assert rule is not None
    assert rule.kinds == {Kind.SERVICE}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[QQ", "Expected"),
        ("QQ = 1", "no table"),
        (ELSEWHERE.replace("QQ.consent", "QQ.because"), "no such route"),
        (ELSEWHERE.replace("law = ", "lore = "), "says nothing of law"),
        (ELSEWHERE.replace("[QQ.consent.yes]", "[QQ.consent.no]"), "does not know no"),
        (ELSEWHERE.replace('"survey"', '"spam"'), "no kind of letters spam"),
        (ELSEWHERE.replace("witness = true", "oath = true"), "does not ask: oath"),
    ],
)
def test_rows_that_nobody_can_execute_are_named(own_rows, text, told):
    own_rows(text)

    with pytest.raises(bases.MalformedTable, match=told):
        bases.rule_for("consent", "QQ")
    [found] = bases.every_row_can_be_executed()
    assert found.id == "outreach.E001"
    assert str(found.msg) in [one.what for one in examine()]


def test_the_house_looks_at_its_rows_at_every_start():
    asked: list[object] = list(registry.get_checks())
    assert bases.every_row_can_be_executed in asked
    assert bases.every_row_can_be_executed() == []


def test_the_row_that_the_manual_shows_can_be_executed():
    manual = (Path(__file__).parent.parent / "docs" / "running.md").read_text()
    text = manual.partition("replaces ours of the same country:\n\n```\n")[2].partition(
        "```"
    )[0]

    [(country, rows)] = bases.read_table(text)

    assert (country, list(rows)) == ("IE", ["corporate"])
