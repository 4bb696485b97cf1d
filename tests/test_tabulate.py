"""Facts become tables: reports, incidents and people apart, and nothing small printed."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.figures.definitions import DIMENSIONS, REASONS, Unit
from fairwitness.figures.facts import BadFacts, read_facts
from fairwitness.figures.own_work import Kept, Promises, Releases
from fairwitness.figures.plan import BadPlan, Break, Denominator, Plan
from fairwitness.figures.tables import Table
from fairwitness.figures.tabulate import tabulate
from fairwitness.governance import coding
from tests.invented_facts import MONTHS, OWNER, fact, half_a_year, plan


def tables(facts: Any, chosen: Plan | None = None, **beside: Any) -> dict[str, Table]:
    chosen = chosen or plan()
    read = read_facts(facts, plan=chosen)
    return {table.name: table for table in tabulate(read, plan=chosen, **beside)}


def many(count: int, **changed: Any) -> list[dict[str, Any]]:
    start = "".join(str(value) for value in changed.values())
    return [fact(f"{start}{n}", **changed) for n in range(count)]


def test_reports_incidents_and_people_are_three_numbers():
    told = [
        *many(12, person="one person"),
        *(
            fact(f"again {n}", incident="incident of 3", person="one person")
            for n in range(3)
        ),
        *many(10, type="threat"),
    ]

    found = tables(told)

    assert found["totals"].by_code() == {"reports": 25, "incidents": 23, "people": 11}
    assert found["received"].total == 25


def test_a_total_of_few_people_is_not_printed():
    found = tables(many(30, person="one person"))["totals"]

    assert found.by_code() == {"reports": 30, "incidents": None, "people": None}
    assert found.by_code("mark")["people"] == "[c]"


def test_what_was_not_counted_or_not_yet_stands_beside_what_was():
    told = [*many(20), *many(3, status="pending"), *many(7, status="not_counted")]

    found = tables(told)

    assert found["received"].by_code() == {
        "counted": 20,
        "pending": 3,
        "not_counted": 7,
    }
    assert found["totals"].by_code()["reports"] == 20
    assert (
        "30 reports were received between January and June 2026"
        in found["received"].says[0]
    )


def test_a_report_belongs_to_the_edition_in_whose_period_it_was_received():
    told = [
        *many(20),
        *many(9, received_month="2026-07"),
        *many(9, received_month="2025-12"),
    ]

    assert tables(told)["received"].total == 20


def test_an_incident_with_several_grounds_stands_in_each_row_and_once_in_the_total():
    told = [
        *many(20, grounds=["sex", "age", "sex"]),
        *many(20, grounds=["age"]),
        *many(20, grounds=[]),
        *many(20, grounds=["disability"]),
    ]

    found = tables(told)["incidents_by_ground"]

    assert found.by_code() == {"age": 40, "disability": 20, "sex": 20, "not_stated": 20}
    assert (found.total, found.adds_up) == (80, False)
    assert any("in several rows" in said for said in found.says_not)


def test_months_of_the_period_stand_in_order_even_with_nothing_in_them():
    told = [*many(20, month="2026-02"), *many(20, month="2025-10"), *many(20, month="")]

    found = tables(told)["reports_by_month"]

    assert list(found.by_code()) == ["earlier", *MONTHS, "not_stated"]
    assert found.by_code()["2026-01"] == 0
    assert found.by_code("mark")["2026-05"] == "[p]"


def test_what_is_hidden_in_one_unit_is_hidden_in_all():
    told = [
        *many(40, district="north"),
        *many(30, district="south"),
        *many(20, district="west"),
        *(
            fact(f"i{n}", district="island", person="the only islander")
            for n in range(9)
        ),
    ]

    found = tables(told)
    hidden = {found[f"{unit}_by_district"].hidden for unit in Unit}

    assert hidden == {("island", "south", "west")}
    assert found["reports_by_district"].by_code()["island"] is None
    assert found["reports_by_district"].hidden_together == 59
    assert found["people_by_district"].hidden_together == 51


def test_fewer_than_ten_incidents_give_no_table():
    found = tables(many(9))["incidents_by_type"]

    assert (found.is_withheld, found.rows, found.total) == (True, (), None)
    assert "people, not numbers" in found.sentence


def test_two_parts_of_which_one_is_small_give_their_total_alone():
    found = tables([*many(40), *many(2, role="observer")])["reports_by_role"]

    assert (found.is_total_only, found.rows, found.total) == (True, (), 42)


def test_a_person_nobody_named_is_the_one_another_report_of_the_incident_names():
    told = [
        *many(30),
        fact("a", incident="x", person="named"),
        fact("b", incident="x", person=None),
        fact("c", incident="y", person=None),
        fact("d", incident=None, person=None),
    ]

    assert tables(told)["totals"].by_code()["people"] == 33


def test_month_by_month_no_single_report_is_shown_by_what_became_of_it():
    told = [*many(20), *many(1, status="pending"), *many(20, received_month="2026-05")]

    found = tables(told)["received_by_month"]

    assert found.by_code("received")["2026-03"] == 21
    assert found.by_code("pending")["2026-03"] is None
    assert "whole period only" in found.sentence


def test_month_by_month_what_became_of_reports_is_shown_when_no_number_is_small():
    told = [*many(20), *many(9, status="pending")]

    found = tables(told)["received_by_month"]

    assert found.rows[2][:6] == ("2026-03", "March 2026", 29, 20, 9, 0)


def test_a_rate_has_its_denominator_its_source_and_its_range():
    members = Denominator(
        "Members", "Register", date(2026, 1, 1), "members", 5000.0, Unit.PEOPLE
    )
    island = Denominator(
        "Islanders",
        "Census",
        date(2021, 3, 21),
        "people",
        90,
        Unit.PEOPLE,
        "district",
        "island",
    )
    told = [*many(50), *many(2, district="island")]

    found = tables(told, plan(denominators=(members, island)))["rates"]

    assert len(found.rows) == 1
    assert found.rows[0][2:] == (
        *(
            "people",
            52,
            5000.0,
            "members",
            "Register",
            "2026-01-01",
            10.4,
            7.767,
            13.638,
        ),
        "Training centre. Nothing here is real.",
    )


def test_promises_and_releases_are_printed_as_they_are():
    found = tables(
        many(20),
        promises=Promises(Kept(17, 20), Kept(9, 12)),
        releases=Releases(with_consent=3, without_consent=1),
    )

    assert found["promises"].says[0].endswith("17 of 20.")
    assert found["releases"].by_code() == {"with_consent": 3, "without_consent": 1}


def test_a_break_in_the_series_is_said():
    found = tables(many(20), plan(breaks=(Break("2026-03", "a second office opened"),)))

    assert any(
        "from March 2026 on: a second office opened" in said
        for said in found["incidents_by_month"].says_not
    )


def test_everything_printed_says_that_it_is_training():
    found = tables(many(20), promises=Promises(Kept(1, 2), Kept(1, 2)))

    for table in found.values():
        assert all("Nothing here is real" in str(said) for said in table.values("note"))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 120))
def test_whatever_is_told_nothing_small_is_printed_and_every_row_adds_up(
    chance, reports
):
    for table in tables(half_a_year(reports, chance=chance)).values():
        if "count" not in [c.name for c in table.columns] or not table.dimension:
            continue
        if table.dimension == "status":
            continue
        shown = [count for count in table.values("count") if isinstance(count, int)]
        assert all(count == 0 or count >= 5 for count in shown), table.name
        if table.rows and table.adds_up:
            assert sum(shown) + (table.hidden_together or 0) == table.total


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_file_gives_the_same_tables_as_its_rows(tmp_path):
    told = half_a_year(120)
    lines = [
        one | {"grounds": "|".join(one["grounds"]), "seed": one["seed"].hex()}
        for one in told
    ]
    as_csv = written(tmp_path / "facts.csv", lines)
    as_parquet = tmp_path / "facts.parquet"
    duckdb.sql(
        f"COPY (FROM read_csv('{as_csv}', all_varchar = true)) TO '{as_parquet}'"
    )

    assert tables(as_csv) == tables(told) == tables(as_parquet)


def test_a_plan_maps_the_columns_of_somebody_elses_file(tmp_path):
    rows = [
        {"No": f"{n}", "Year": "2026", "Month": "3", "Got": "03/28/2026", "Where": "D14",
         "Faith": "Jewish" if n % 2 else "None", "Colour": "None" if n % 3 else "Black"}
        for n in range(60)
    ]  # fmt: skip
    path = written(tmp_path / "police.csv", rows)
    (tmp_path / "plan.toml").write_text(
        """
        number = 1
        published = 2026-09-01
        period = {from = "2026-01", to = "2026-06"}
        controller = {name = "City Legal Aid"}
        missing = ["None"]
        dimensions = ["month", "ground", "district"]
        labels.district = {D14 = "Fourteenth district"}
        [columns]
        id = "No"
        month = {year = "Year", month = "Month"}
        received_month = "Got"
        district = "Where"
        type = {constant = "threat"}
        grounds = ["Faith", "Colour"]
        [[denominator]]
        name = "Residents"
        source = "Census"
        date = 2021-03-21
        unit = "people"
        value = 9000
        """
    )

    found = tables(path, Plan.from_toml(tmp_path / "plan.toml"))

    assert found["reports_by_ground"].by_code() == {
        "Black": 20,
        "Jewish": 30,
        "not_stated": 20,
    }
    assert found["reports_by_month"].by_code()["2026-03"] == 60
    assert found["reports_by_district"].by_code("label") == {
        "D14": "Fourteenth district"
    }
    assert found["rates"].by_code("rate")["1"] == 6.667


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"id": ""}, "have no id"),
        ({"status": "maybe"}, "none of: counted, pending, not_counted"),
        ({"month": "March"}, "not written as 2026-03"),
        ({"received_month": "20260301"}, "in which they were received"),
        ({"seed": b"short"}, "32 bytes"),
        ({"district": "=HYPERLINK(1)"}, "a table cannot show"),
        ({"type": "a\tb"}, "a table cannot show"),
        ({"grounds": ["x" * 81]}, "a table cannot show"),
    ],
)
def test_facts_that_cannot_be_counted_are_refused_with_the_reason(wrong, said):
    with pytest.raises(BadFacts, match=said):
        read_facts([fact("a"), fact("b", **wrong)], plan=plan())


def test_a_report_with_a_seed_stands_in_one_row():
    with pytest.raises(BadFacts, match="in several rows"):
        read_facts([fact("a", seed=bytes(32)), fact("a", seed=bytes(32))], plan=plan())


def test_a_report_without_a_seed_may_stand_in_several_rows_and_counts_once():
    told = [*many(20), fact("a", district="north"), fact("a", district="south")]

    assert tables(told)["totals"].by_code()["reports"] == 21


def test_a_file_without_the_columns_that_the_plan_names_is_refused(tmp_path):
    path = written(tmp_path / "facts.csv", [{"Number": "1"}])

    with pytest.raises(BadFacts, match=r"none of that name\. It has: Number"):
        read_facts(path, plan=plan(columns={"id": "Nummer"}))


def test_a_field_that_no_fact_has_is_refused(tmp_path):
    path = written(tmp_path / "facts.csv", [{"Number": "1"}])

    with pytest.raises(BadFacts, match="no field of a fact"):
        read_facts(path, plan=plan(columns={"name": "Number"}))


@pytest.mark.parametrize("name", ["facts.xlsx", "none.csv", "broken.parquet"])
def test_a_file_that_is_no_table_is_refused(tmp_path, name):
    if name == "broken.parquet":
        (tmp_path / name).write_bytes(b"nothing")

    with pytest.raises(BadFacts, match=name.split(".")[0]):
        read_facts(tmp_path / name, plan=plan())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": 0}, "1 or more"),
        ({"period_from": "2026-13"}, "not a month"),
        ({"period_from": "2026-09"}, "ends before it begins"),
        ({"least": 3}, "would show people"),
        ({"fewest": 2}, "would show people"),
        ({"dimensions": ("faith",)}, "Choose from: month"),
        ({"published": "today"}, "such as 2026-09-01"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(changed, said):
    with pytest.raises(BadPlan, match=said):
        plan(**changed)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("number = ", "not a TOML file"),
        ("number = 1", "does not say 'from'"),
        ('number = 1\nperiod = {from = "2026-01", to = "2026-02"}\npublished = 2026-01-01', "'controller'"),
        ('number = 1\nperiod = {from = "2026-01", to = "2026-02"}\npublished = 2026-01-01\ncontroller = {name = "A"}\ncolor = 1', "not understood"),
    ],
)  # fmt: skip
def test_a_plan_file_that_is_not_understood_says_what_is_missing(tmp_path, text, said):
    (tmp_path / "plan.toml").write_text(text)

    with pytest.raises(BadPlan, match=said):
        Plan.from_toml(tmp_path / "plan.toml")


def test_a_plan_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadPlan, match="cannot be read"):
        Plan.from_toml(tmp_path / "plan.toml")


@pytest.mark.parametrize("changed", [{"value": 0}, {"source": ""}, {"date": "2021"}])
def test_a_denominator_counts_somebody_and_says_where_it_is_from(changed):
    told: dict[str, Any] = {
        "name": "Members",
        "source": "Register",
        "date": date(2026, 1, 1),
        "unit": "members",
        "value": 10,
    }
    with pytest.raises(BadPlan, match="denominator"):
        Denominator(**told | changed)


def test_the_codes_are_those_of_the_coding_book():
    books = {
        "type": coding.IncidentType,
        "ground": coding.Ground,
        "setting": coding.Setting,
        "role": coding.Role,
        "age_band": coding.AgeBand,
        "outcome": coding.Outcome,
        "detected_by": coding.DetectedBy,
    }
    for name, book in books.items():
        assert list(DIMENSIONS[name].codes) == book.values
    assert [code for code in REASONS if code in coding.Reason] == coding.Reason.values


def test_a_plan_can_be_read_back_from_what_an_edition_prints():
    printed = plan().as_mapping()

    assert printed["period"] == {"from": "2026-01", "to": "2026-06"}
    assert printed["denominators"][0]["source"] == "Register"
    assert plan().title == "Edition 4: January to June 2026"
    assert plan(period_to="2027-01").months[-2:] == ("2026-12", "2027-01")
    assert plan(period_from="2026-06").during == "in June 2026"
    assert plan().controller is OWNER
