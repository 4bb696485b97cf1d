"""An edition is a folder that says the same each time, and no more than is known."""

import json
import re
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fairwitness.figures import edition as edition_module
from fairwitness.figures.canvas import DARK, LIGHT
from fairwitness.figures.charts import chart
from fairwitness.figures.edition import attack_tables, build_from_file
from fairwitness.figures.facts import BadFacts, read_facts
from fairwitness.figures.files import read_parquets
from fairwitness.figures.manifest import BadEdition, read_manifest, sign_edition
from fairwitness.figures.page import style_source
from fairwitness.figures.tables import Table
from fairwitness.figures.tabulate import tabulate
from fairwitness.ledger.notes import Checkpoint, sign_note, verify_note
from tests.editions import SIGNER, build, log_of, published, slim, usual_log
from tests.invented_facts import fact, half_a_year, plan

SVG = "{http://www.w3.org/2000/svg}"


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_built_twice_it_is_the_same_byte_for_byte(tmp_path):
    build(tmp_path / "again")
    one, other = files(published()), files(tmp_path / "again")
    # An ML-DSA signature is another one each time; both are of the same edition.json.
    signatures = [one.pop("edition.sig"), other.pop("edition.sig")]

    assert one == other
    assert len({note.split(b"\n\n")[0] for note in signatures}) == 1
    assert {Path(name).suffix for name in one} >= {".csv", ".parquet", ".svg", ".pdf"}


def test_the_order_of_the_facts_changes_nothing(tmp_path):
    facts = half_a_year()
    build(tmp_path / "other", facts=facts[::-1])

    assert (tmp_path / "other" / "edition.json").read_bytes() == (
        published() / "edition.json"
    ).read_bytes()


def test_the_folder_holds_what_it_promises():
    names = set(files(published()))

    assert names >= {
        "edition.json",
        "edition.sig",
        "edition.pdf",
        "index.html",
        "datapackage.json",
        "keys.txt",
        "log/leaves.txt",
        "log/checkpoint",
        "tables/incidents_by_month.csv",
        "tables/incidents_by_month.parquet",
        "tags/reports_by_month.txt",
        "charts/incidents_by_month-light.svg",
        "charts/incidents_by_month-dark.svg",
    }


def test_edition_json_says_by_what_rules_it_was_counted():
    told = read_manifest(published())

    assert told["period"] == {"from": "2026-01", "to": "2026-06"}
    assert told["definitions"]["units"]["incidents"].startswith(
        "An incident is one act"
    )
    assert told["plan"]["least"] == 5
    assert (
        told["files"]["index.html"]["sha256"]
        == sha256((published() / "index.html").read_bytes()).hexdigest()
    )
    assert told["log"]["size"] == 214 + 60


def test_every_file_says_that_it_is_training():
    silent = []
    for name, content in files(published()).items():
        if name.endswith(".pdf"):  # compressed; its footer comes from the same words
            continue
        if b"Nothing here is real." not in content:
            silent.append(name)

    assert silent == ["log/checkpoint"]  # which is signed as the log wrote it


def test_a_real_edition_does_not_call_itself_training(tmp_path):
    build(tmp_path / "real", plan=slim(is_training=False))

    for content in files(tmp_path / "real").values():
        assert b"Nothing here is real" not in content


def test_csv_and_parquet_hold_the_same():
    path = published() / "tables" / "reports_by_district.parquet"
    names, rows = read_parquets([path])["reports_by_district"] or ([], [])
    lines = (
        (published() / "tables" / "reports_by_district.csv").read_text().splitlines()
    )

    assert lines[0] == ",".join(names)
    assert len(lines) == len(rows) + 1
    assert any(row["mark"] == "[c]" and row["count"] == "" for row in rows)


def test_the_data_package_describes_every_table():
    package = json.loads((published() / "datapackage.json").read_text())
    there = {path.name for path in (published() / "tables").glob("*.csv")}

    assert {
        one["path"].removeprefix("tables/") for one in package["resources"]
    } == there
    for resource in package["resources"]:
        head = (published() / resource["path"]).read_text().splitlines()[0]
        assert [field["name"] for field in resource["schema"]["fields"]] == head.split(
            ","
        )


def test_no_tag_stands_in_two_tables_or_two_rows():
    lines = [
        line.split("\t")[1]
        for path in (published() / "tags").iterdir()
        for line in path.read_text().splitlines()
        if not line.startswith("#")
    ]

    assert len(lines) == len(set(lines))


def test_tags_stand_in_an_order_that_tells_nothing():
    for path in (published() / "tags").iterdir():
        rows: dict[str, list[str]] = {}
        for line in path.read_text().splitlines():
            if not line.startswith("#"):
                cell, tag = line.split("\t")
                rows.setdefault(cell, []).append(tag)
        assert all(tags == sorted(tags) for tags in rows.values())


def test_the_seeds_stand_nowhere_in_the_edition():
    everything = b"".join(files(published()).values())

    for one in half_a_year():
        assert one["seed"] not in everything
        assert one["seed"].hex().encode() not in everything


@pytest.mark.parametrize("name", ["incidents_by_month", "incidents_by_district"])
@pytest.mark.parametrize("look", [LIGHT, DARK])
def test_a_chart_is_a_still_picture_with_a_title_and_a_description(name, look):
    svg = (published() / "charts" / f"{name}-{look.name}.svg").read_text()
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own file
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")

    assert root.get("role") == "img"
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "script" not in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    assert min(map(float, re.findall(r'font-size="([\d.]+)px"', svg))) >= 15
    assert look.ground in svg


def test_a_chart_of_hidden_rows_orders_them_by_name():
    table = next(t for t in _tables() if t.name == "incidents_by_district")
    drawn = chart(table, plan=plan())

    assert drawn is not None
    assert drawn.description.endswith("Island: [c]; South: [c]; West: [c].")
    assert "url(#incidents_by_district-light-hidden)" in drawn.svg["light"]
    assert "#010204" not in drawn.svg["light"]


def test_months_that_are_not_complete_are_hatched():
    svg = (published() / "charts" / "incidents_by_month-light.svg").read_text()

    assert svg.count('fill="url(#incidents_by_month-light-open)"') == 2
    assert "not complete" in svg


def test_the_page_stands_on_its_own():
    html = (published() / "index.html").read_text()
    linked = re.findall(r'(?:href|src|srcset)="([^"#]+)"', html)

    assert "<script" not in html
    assert all((published() / name).is_file() for name in linked)
    assert html.count("<h1>") == 1
    assert html.count("It does not say") >= 6
    assert style_source().startswith("'sha256-")


def test_the_page_names_its_owner_safely(tmp_path):
    owner = replace(plan().controller, name="<b>Trust & Sons</b>")
    build(tmp_path / "e", plan=slim(controller=owner))
    html = (tmp_path / "e" / "index.html").read_text()

    assert "&lt;b&gt;Trust &amp; Sons" in html
    assert "<b>Trust" not in html


def test_the_pdf_is_accessible():
    pdf = (published() / "edition.pdf").read_bytes()

    assert b"/MarkInfo" in pdf
    assert b"pdfuaid:part" in pdf or b"pdfuaid" in pdf


def test_a_signed_edition_names_the_hash_of_its_edition_json():
    note = (published() / "edition.sig").read_text()
    digest = sha256((published() / "edition.json").read_bytes()).hexdigest()

    assert f"edition 4\nsha256 {digest}\n" in verify_note(note, SIGNER.verifiers).text


def test_an_edition_can_be_signed_later(tmp_path):
    build(tmp_path / "e", plan=slim(), signer=None)

    note = sign_edition(tmp_path / "e", signer=SIGNER)

    assert (tmp_path / "e" / "edition.sig").read_text() == note


def test_an_edition_is_built_from_a_file(tmp_path):
    (tmp_path / "facts.csv").write_text(
        "id,month\n" + "".join(f"{n},2026-0{n % 3 + 1}\n" for n in range(60))
    )
    (tmp_path / "plan.toml").write_text(
        'number = 1\npublished = 2026-09-01\nperiod = {from = "2026-01", to = "2026-03"}\n'
        'controller = {name = "City Legal Aid"}\n'
    )

    summary = build_from_file(
        tmp_path / "facts.csv", tmp_path / "plan.toml", out=tmp_path / "e"
    )

    assert (summary.number, summary.received, summary.counted) == (1, 60, 60)
    assert not (tmp_path / "e" / "edition.sig").exists()
    assert (
        summary.digest
        == sha256((tmp_path / "e" / "edition.json").read_bytes()).digest()
    )


def test_what_is_refused_leaves_nothing_behind(tmp_path):
    with pytest.raises(BadFacts):
        build(tmp_path / "e", facts=[fact("", seed=bytes(32))], log=None)

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_something_is_not_overwritten(tmp_path):
    (tmp_path / "kept.txt").write_text("kept")

    with pytest.raises(BadEdition, match="holds files already"):
        build(tmp_path)


def test_a_counted_report_that_is_not_in_the_log_stops_the_edition(tmp_path):
    facts = half_a_year()

    with pytest.raises(BadEdition, match="do not stand in the log yet"):
        build(tmp_path / "e", facts=facts, log=log_of(facts[:100]))


@pytest.mark.parametrize(
    "point",
    [Checkpoint("a.example", 7, bytes(32)), Checkpoint("a.example", 274, bytes(32))],
)
def test_a_checkpoint_of_another_log_is_refused(tmp_path, point):
    log = replace(usual_log(), note=sign_note(point.text, SIGNER))

    with pytest.raises(BadEdition, match="The checkpoint is"):
        build(tmp_path / "e", log=log)


def test_an_edition_names_the_one_before(tmp_path):
    later = slim(number=5, period_from="2026-07", period_to="2026-12", complete_to="")
    facts = [one | {"received_month": "2026-08"} for one in half_a_year()]

    build(tmp_path / "5", facts=facts, plan=later, earlier=[published()])

    digest = sha256((published() / "edition.json").read_bytes()).hexdigest()
    assert read_manifest(tmp_path / "5")["previous"] == {"number": 4, "sha256": digest}


def test_a_correction_that_would_describe_one_report_is_refused(tmp_path):
    facts = [*half_a_year(), fact("late", district="north", seed=bytes(32))]

    with pytest.raises(BadEdition, match="fewer than 5 have changed"):
        build(tmp_path / "5", facts=facts, plan=slim(number=5), earlier=[published()])


def test_a_correction_that_changes_nothing_small_is_published(tmp_path):
    build(tmp_path / "5", plan=slim(number=5, place="Harbour"), earlier=[published()])

    assert read_manifest(tmp_path / "5")["previous"]["number"] == 4


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": 4}, "published already"),
        ({"number": 5, "period_to": "2026-09"}, "overlaps"),
    ],
)
def test_an_edition_that_lets_two_be_compared_is_refused(tmp_path, changed, said):
    with pytest.raises(BadEdition, match=said):
        build(tmp_path / "5", plan=plan(**changed), earlier=[published()])


@pytest.mark.parametrize("content", [None, b"no json", b"[]", b'{"format": "other"}'])
def test_an_earlier_folder_that_is_no_edition_is_refused(tmp_path, content):
    (tmp_path / "4").mkdir()
    if content is not None:
        (tmp_path / "4" / "edition.json").write_bytes(content)

    with pytest.raises(BadEdition, match=r"edition\.json"):
        build(tmp_path / "5", plan=plan(number=5), earlier=[tmp_path / "4"])


def test_a_small_centre_publishes_what_it_can(tmp_path):
    summary = build(tmp_path / "e", facts=half_a_year(8))

    tables = {table.name: table for table in summary.tables}
    assert tables["incidents_by_type"].is_withheld
    assert not (tmp_path / "e" / "tags" / "incidents_by_type.txt").exists()
    assert (tmp_path / "e" / "tags" / "received.txt").exists()


def test_an_edition_of_nothing_can_be_published(tmp_path):
    empty = [fact("a", received_month="2020-01", seed=bytes(32))]

    summary = build(tmp_path / "e", facts=empty, log=None)

    assert (summary.received, summary.counted) == (0, 0)


def test_a_table_that_gives_a_hidden_number_away_is_never_written():
    told = next(t for t in _tables() if t.name == "reports_by_district")
    careless = replace(told, hidden=("island", "west"), hidden_together=6)

    with pytest.raises(AssertionError, match="away"):
        attack_tables([careless], least=5)


def test_figures_cannot_open_what_is_sealed():
    sources = Path(edition_module.__file__).parent.glob("*.py")

    assert not [path for path in sources if "vault.opening" in path.read_text()]


def _tables() -> tuple[Table, ...]:
    return tabulate(read_facts(half_a_year(), plan=plan()), plan=plan())
