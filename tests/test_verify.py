"""Anybody can check an edition from its folder, and every change is found and named."""

import csv
import json
import random
import shutil
from collections.abc import Callable
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest

from fairwitness.figures.findings import Finding, Level
from fairwitness.figures.verify import verify_edition
from fairwitness.ledger.notes import Signer
from tests.editions import SIGNER, WITNESS, build, published, slim
from tests.invented_facts import count_code, half_a_year


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    """A copy of an edition, to be tampered with."""
    return Path(shutil.copytree(published(), tmp_path / "4"))


def stops(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level is Level.STOP]


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def rehash(folder: Path, *, paths: list[str]) -> None:
    """What a forger does: make edition.json agree with the changed files."""
    told = json.loads((folder / "edition.json").read_text())
    for path in paths:
        content = (folder / path).read_bytes()
        told["files"][path] = {
            "sha256": sha256(content).hexdigest(),
            "bytes": len(content),
        }
    (folder / "edition.json").write_text(json.dumps(told, ensure_ascii=False, indent=2))


def forge(folder: Path, name: str, code: str, **values: Any) -> None:
    """Change a row in CSV, Parquet, data package and edition.json alike."""
    path = folder / "tables" / f"{name}.csv"
    rows = list(csv.DictReader(StringIO(path.read_text())))
    for row in rows:
        if row["code"] == code:
            row |= {key: str(value) for key, value in values.items()}
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    parquet = path.with_suffix(".parquet")
    kinds = duckdb.execute(f"DESCRIBE FROM '{parquet}'").fetchall()
    columns = "{" + ", ".join(f"'{row[0]}': '{row[1]}'" for row in kinds) + "}"
    duckdb.sql(
        f"COPY (FROM read_csv('{path}', columns = {columns}, nullstr = '', "
        f"force_not_null = {[row[0] for row in kinds if row[1] == 'VARCHAR']})) "
        f"TO '{parquet}' (FORMAT parquet)"
    )
    package = json.loads((folder / "datapackage.json").read_text())
    for resource in package["resources"]:
        if resource["name"] == name:
            resource["hash"] = f"sha256:{sha256(path.read_bytes()).hexdigest()}"
    (folder / "datapackage.json").write_text(json.dumps(package))
    rehash(
        folder,
        paths=[f"tables/{name}.csv", f"tables/{name}.parquet", "datapackage.json"],
    )


def test_an_edition_that_nobody_touched_holds_and_says_so_for_every_table():
    findings = verify_edition(
        published(), keys=SIGNER.verifiers, witnesses=WITNESS.verifiers
    )

    assert {finding.level for finding in findings} == {Level.OK}
    there = {path.stem for path in (published() / "tables").glob("*.csv")}
    assert {finding.table for finding in findings if finding.table} == there
    assert any("seen by eastend.example/witness" in f.message for f in findings)


def test_each_table_has_one_line():
    line = next(
        f.line for f in verify_edition(published()) if f.table == "reports_by_month"
    )

    assert line.startswith("ok    reports_by_month")
    assert "tags counted again" in line


def test_keys_that_lie_in_the_folder_are_said_to_prove_little():
    findings = verify_edition(published())

    assert [f.code for f in findings if f.level is Level.LOOK] == ["keys"]


def bend(path: Path) -> bool:
    """Change the last digit of a table, if it has one."""
    text = path.read_text()
    places = [n for n, letter in enumerate(text) if letter.isdigit()]
    if places:
        last = places[-1]
        digit = str((int(text[last]) + 1) % 10)
        path.write_text(text[:last] + digit + text[last + 1 :])
    return bool(places)


@pytest.mark.parametrize("name", ["reports_by_month", "received", "rates"])
def test_one_changed_digit_in_a_table_is_found_and_named(edition, name):
    assert bend(edition / "tables" / f"{name}.csv")

    assert name in {finding.table for finding in stops(verify_edition(edition))}


def test_a_changed_digit_is_named_for_every_table_that_has_one(edition):
    bent = {path.stem for path in (edition / "tables").glob("*.csv") if bend(path)}

    assert {finding.table for finding in stops(verify_edition(edition))} == bent


@pytest.mark.parametrize(
    "path",
    [
        "charts/incidents_by_month-dark.svg",
        "index.html",
        "edition.pdf",
        "log/leaves.txt",
    ],
)
def test_any_other_changed_file_is_found_and_named(edition, path):
    content = (edition / path).read_bytes()
    (edition / path).write_bytes(content[:-2] + b" " + content[-1:])

    assert any(path in finding.message for finding in stops(verify_edition(edition)))


def test_a_forged_number_disagrees_with_its_tags_even_when_every_hash_is_made_anew(
    edition,
):
    forge(edition, "incidents_by_type", "words", count=70, low=54.6, high=88.4)

    found = stops(verify_edition(edition))

    said = {
        finding.message for finding in found if finding.table == "incidents_by_type"
    }
    assert any("the row words: 70 printed" in message for message in said)
    assert any("add up" in message for message in said)
    assert any(finding.code == "signature" for finding in found)


def test_a_forged_promise_is_found_by_the_signature_alone(edition):
    forge(edition, "promises", "read_within", kept=180)

    found = stops(verify_edition(edition))

    assert [finding.code for finding in found] == ["signature"]
    assert "changed afterwards" in found[0].message


def test_a_forged_edition_signed_by_somebody_else_is_refused_by_the_centres_key(
    edition,
):
    other = Signer(bytes([9]) * 32, SIGNER.name)
    (edition / "edition.sig").unlink()
    build(edition.parent / "forged", plan=slim(), signer=other)

    found = stops(verify_edition(edition.parent / "forged", keys=SIGNER.verifiers))

    assert any(finding.code == "signature" for finding in found)


def test_an_added_tag_is_found(edition):
    path = edition / "tags" / "reports_by_district.txt"
    path.write_text(path.read_text() + "[c]\t" + "ab" * 32 + "\n")
    rehash(edition, paths=["tags/reports_by_district.txt"])

    said = [f.message for f in stops(verify_edition(edition)) if f.code == "tags"]

    assert any("the hidden rows together" in message for message in said)


def test_one_report_counted_twice_is_found(edition):
    path = edition / "tags" / "reports_by_type.txt"
    lines = path.read_text().splitlines()
    cell = lines[-1].split("\t")[0]
    lines[-2] = f"{cell}\t{lines[-1].split(chr(9))[1]}"
    path.write_text("\n".join(lines) + "\n")

    said = [f.message for f in stops(verify_edition(edition)) if f.code == "tags"]

    assert "a tag stands there twice" in said


def test_more_reports_than_sendings_is_found(edition):
    def few(told: dict[str, Any]) -> None:
        told["tables"]["received"]["total"] = 500

    alter(edition, few)

    assert any("only 274 sendings" in f.message for f in stops(verify_edition(edition)))


def alter(folder: Path, how: Callable[[dict[str, Any]], None]) -> None:
    told = json.loads((folder / "edition.json").read_text())
    how(told)
    (folder / "edition.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("how", "said"),
    [
        (lambda told: told["tables"]["reports_by_month"].update(total=9), "total"),
        (lambda told: told["tables"]["people_by_district"].update(hidden=["west"]), "not hidden"),
        (lambda told: told["tables"]["reports_by_district"].update(hidden_together=4), "contradict"),
        (lambda told: told["tables"]["reports_by_type"].update(rows=99), "rows"),
        (lambda told: told["log"].update(size=3), "root"),
        (lambda told: told.update(files=None), "not whole"),
        (lambda told: told.update(tables={}), "names no tables"),
        (lambda told: told["plan"]["denominators"][0].update(value=9), "denominator"),
    ],
)  # fmt: skip
def test_an_edition_json_that_says_something_else_is_found(edition, how, said):
    alter(edition, how)

    assert any(said in finding.message for finding in stops(verify_edition(edition)))


def test_a_hidden_number_that_was_printed_after_all_is_found(edition):
    forge(edition, "reports_by_district", "island", count=2, low=0.2, high=7.2)

    assert any("not hidden" in f.message for f in stops(verify_edition(edition)))


def test_hidden_rows_that_can_be_worked_out_are_found(edition):
    def careless(told: dict[str, Any]) -> None:
        for unit in ("reports", "incidents", "people"):
            told["tables"][f"{unit}_by_district"] |= {
                "hidden": ["island"],
                "hidden_together": 3,
            }

    alter(edition, careless)

    found = [f for f in stops(verify_edition(edition)) if f.code == "leak"]

    assert "island can be worked out: between 3 and 3" in found[0].message


def test_a_range_of_chance_that_is_not_that_of_its_count_is_found(edition):
    forge(edition, "incidents_by_month", "2026-01", high=99.9)

    said = [f.message for f in stops(verify_edition(edition))]

    assert any("range of chance in the row 2026-01" in message for message in said)


def test_a_rate_that_is_not_count_by_denominator_is_found(edition):
    forge(edition, "rates", "1", rate=99.9)

    assert any("rate in the row 1" in f.message for f in stops(verify_edition(edition)))


def test_more_incidents_than_reports_is_found(edition):
    forge(edition, "incidents_by_setting", "online", count=900, low=842.2, high=960.8)

    said = [f.message for f in stops(verify_edition(edition)) if f.code == "units"]

    assert any("more incidents than reports" in message for message in said)


@pytest.mark.parametrize(
    "path",
    ["tables/totals.csv", "tables/totals.parquet", "tags/totals.txt", "datapackage.json",
     "edition.sig", "keys.txt", "log/checkpoint", "log/leaves.txt", "log/keys.txt"],
)  # fmt: skip
@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00nonsense\n"])
def test_a_missing_or_damaged_file_is_a_finding_and_never_an_error(
    edition, path, content
):
    if content is None:
        (edition / path).unlink()
    else:
        (edition / path).write_bytes(content)

    assert stops(verify_edition(edition))


def test_a_file_that_does_not_belong_is_pointed_out(edition):
    (edition / "tables" / "extra.csv").write_text("a\n")

    looks = [f.message for f in verify_edition(edition) if f.level is Level.LOOK]

    assert "tables/extra.csv is no part of this edition" in looks


def test_a_path_out_of_the_folder_is_not_followed(edition):
    alter(edition, lambda told: told["files"].update({"../secret": {"sha256": "0"}}))

    assert any(
        "../secret is missing" in f.message for f in stops(verify_edition(edition))
    )


def test_a_folder_that_is_no_edition_is_one_finding(tmp_path):
    assert [finding.code for finding in verify_edition(tmp_path)] == ["manifest"]


def test_an_edition_without_signature_log_and_tags_says_so(tmp_path):
    facts = [one | {"seed": None} for one in half_a_year()]
    build(tmp_path / "e", facts=facts, plan=slim(), log=None, signer=None)

    findings = verify_edition(tmp_path / "e")

    assert not stops(findings)
    assert {f.code for f in findings if f.level is Level.LOOK} == {
        "signature",
        "log",
        "tags",
    }


def own(code: str, **more: Any) -> dict[str, Finding]:
    findings = verify_edition(published(), count_code=code, **more)
    return {finding.code: finding for finding in findings}


def told_with(status: str) -> int:
    return next(n for n, one in enumerate(half_a_year()) if one["status"] == status)


def test_whoever_holds_the_count_code_sees_that_the_report_is_counted():
    found = own(" ".join(count_code(told_with("counted")).words))

    assert (
        found["counted"].message == "This report is counted in the total of edition 4."
    )
    assert found["leaf"].level is Level.OK
    assert "cell" not in found


def test_the_count_code_may_be_given_as_digits():
    found = own(" ".join(count_code(told_with("counted")).digits))

    assert found["counted"].level is Level.OK


def test_where_the_report_stands_is_shown_only_when_asked_for():
    number = next(
        n
        for n, one in enumerate(half_a_year())
        if one["status"] == "counted"
        and len(one["grounds"]) == 2
        and one["district"] == "island"
    )
    findings = verify_edition(
        published(), count_code=" ".join(count_code(number).words), show_cell=True
    )
    cells = {f.table: f.message for f in findings if f.code == "cell"}

    assert (
        cells["reports_by_district"] == "This report stands in a row that is not shown."
    )
    for ground in half_a_year()[number]["grounds"]:
        assert ground in cells["reports_by_ground"]
    assert half_a_year()[number]["type"] in cells["reports_by_type"]


@pytest.mark.parametrize(
    ("status", "said"),
    [("pending", "not finished"), ("not_counted", "not in the count")],
)
def test_a_report_that_is_not_counted_learns_that(status, said):
    found = own(" ".join(count_code(told_with(status)).words), show_cell=True)

    assert found["counted"].level is Level.LOOK
    assert said in found["counted"].message
    assert "cell" not in found


def test_a_code_of_no_report_is_told_so():
    found = own(" ".join(count_code(999_999).words))

    assert "No report of this code" in found["counted"].message
    assert found["leaf"].level is Level.LOOK


def test_a_mistyped_code_is_explained():
    found = own("pencal pencil")

    assert found["count-code"].level is Level.STOP
    assert "pencal" in found["count-code"].message


def test_a_report_that_was_counted_and_taken_out_of_the_tags_is_missed(edition):
    code = count_code(told_with("counted"))
    path = edition / "tags" / "received.txt"
    lines = path.read_text().splitlines()
    del lines[5]
    path.write_text("\n".join(lines) + "\n")

    findings = verify_edition(edition, count_code=" ".join(code.words))

    assert any(f.table == "received" and f.code == "tags" for f in stops(findings))


@pytest.mark.parametrize("chance", range(25))
def test_one_changed_bit_anywhere_in_the_folder_is_found(edition, chance):
    dice = random.Random(chance)
    path = dice.choice(sorted(path for path in edition.rglob("*") if path.is_file()))
    content = bytearray(path.read_bytes())
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    path.write_bytes(content)

    assert stops(verify_edition(edition))


@pytest.mark.parametrize("chance", range(25))
def test_an_edition_json_of_another_shape_is_a_finding_and_never_an_error(
    edition, chance
):
    def bend_shape(told: dict[str, Any]) -> None:
        dice, place, key = random.Random(chance), told, "tables"
        while isinstance(place[key], dict) and place[key] and dice.random() < 0.8:
            place, key = place[key], dice.choice(sorted(place[key]))
        place[key] = dice.choice([None, [], {}, "x", -1, True, [1], {"a": 1}])

    alter(edition, bend_shape)

    assert stops(verify_edition(edition, count_code="abacus " * 6, show_cell=True))
