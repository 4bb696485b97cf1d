"""What a bench measures is the house itself: real reports, real pages, and an honest floor."""

import json

import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fairwitness.bench import actions, imports, questionnaire, visits
from fairwitness.bench.browser import Browser, Unwell
from fairwitness.bench.crowd import Plan, visit_together
from fairwitness.bench.forms import CONTROLS, large_form
from fairwitness.bench.intake import Asked
from fairwitness.bench.measured import Measured, percentile
from fairwitness.intake.actions import find_by_receipt
from fairwitness.intake.models import Report, Section
from fairwitness.intake.payloads import unpack
from fairwitness.ledger.actions import chain_entries, first_broken_entry
from fairwitness.outreach.models import Contact
from fairwitness.surveys.findings import findings_of
from fairwitness.surveys.models import Draft
from fairwitness.surveys.xlsform import read_form
from fairwitness.vault.models import ShredKey
from fairwitness.vault.opening import Chest, unwrap_for_reporter

FLOOR = "fairwitness.bench.floors.urls"
BOTH = ["default", "keystore"]


def read_back(code) -> str:
    report = find_by_receipt(code)
    key = unwrap_for_reporter(report.pk, "case", code.read_key)
    sealed = Section.objects.get(report=report, kind="narrative").envelope
    opened = Chest(report.pk, report.slot_id, key).open("narrative", bytes(sealed))
    return str(unpack(opened)["answers"]["what_happened"])


@pytest.fixture
def today():
    return timezone.localdate()


def test_a_filled_archive_holds_whole_reports_with_slots_of_their_own(centre, today):
    came: list[int] = []

    actions.fill(3, on=today, progress=came.append)

    assert (Report.objects.count(), sum(came)) == (3, 3)
    assert Section.objects.count() == 6
    slots = set(Report.objects.values_list("slot", flat=True))
    assert ShredKey.objects.filter(slot__in=slots).count() == 3
    chain_entries()
    assert first_broken_entry() is None


def test_what_is_sent_in_one_request_can_be_read_back(centre, today):
    code = actions.take_report("They shut the door.", on=today)

    assert read_back(code) == "They shut the door."


@pytest.mark.django_db(transaction=True)
def test_the_row_of_the_floor_is_two_kilobytes_and_one():
    for is_durable in (False, True, False):
        actions.write_row("a" * 64, is_durable=is_durable)

    assert [len(bytes(row.body)) for row in Draft.objects.all()] == [2048]


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_the_visitor_of_the_bench_walks_to_a_receipt(centre, live_server, today):
    with Browser(live_server.thread.port) as browser:
        shown = visits.whole(browser)

    assert [page.status for page in shown] == [200] * 6
    assert b"Your report is safe with us." in shown[-1].body
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True, databases=BOTH)
@override_settings(ROOT_URLCONF=FLOOR)
def test_the_floor_shows_pages_of_the_same_size_by_as_many_requests(
    centre, live_server
):
    with Browser(live_server.thread.port) as browser:
        visits.like_whole([400, 900, 1200])(browser)
        page = browser.open("/floor/page/900/")

    assert abs(page.length - 900) < 30
    assert [len(bytes(row.body)) for row in Draft.objects.all()] == [2048]


@pytest.mark.django_db(transaction=True, databases=BOTH)
@override_settings(ROOT_URLCONF=FLOOR)
def test_a_crowd_says_how_long_each_took_and_what_it_cost(centre, live_server):
    port = live_server.thread.port

    met = visit_together(Plan("single/floor", port, (700,), 2, 0.3))

    assert met.troubles == []
    assert met.took_ms
    assert met.seconds >= 0.3
    assert met.cpu_seconds > 0


@pytest.mark.django_db(transaction=True, databases=BOTH)
def test_a_visitor_says_when_a_page_is_not_what_a_visitor_should_see(
    centre, live_server
):
    with (
        Browser(live_server.thread.port) as browser,
        pytest.raises(Unwell, match="answered 404"),
    ):
        browser.open("/nowhere/")


def test_a_result_is_written_with_its_floor():
    result = Measured(
        name="whole",
        database="sqlite",
        stored=10,
        concurrency=8,
        ops_per_s=50.0,
        floor_ops_per_s=100.0,
        ratio=0.5,
        bare_ops_per_s=900.0,
        p50_ms=1.0,
        p95_ms=2.0,
        p99_ms=3.0,
        done=150,
        troubles=0,
        client_share=0.0512345,
    )

    told = json.loads(json.dumps(result.as_json()))

    assert {"name", "ops_per_s", "floor_ops_per_s", "ratio", "concurrency"} <= set(told)
    assert {"p50_ms", "p95_ms", "p99_ms", "stored", "database"} <= set(told)
    assert told["client_share"] == 0.051
    assert "ratio 0.50" in result.line


def test_each_name_is_measured_at_each_concurrency_and_size():
    asked = Asked(database="sqlite", stored=(10, 100), concurrencies=(1, 8, 32))

    assert asked.results == 12


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 100))
def test_a_percentile_is_one_of_the_values_and_bounds_its_part(took, percent):
    found = percentile(took, percent)

    assert found in took
    assert sum(one <= found for one in took) >= len(took) * percent / 100 - 1e-6


def test_nothing_measured_has_no_percentile():
    assert percentile([], 50) == 0.0


def test_the_large_questionnaire_of_the_bench_is_one_that_could_be_asked():
    form = read_form(large_form())

    assert sum(each.is_shown for each in form.questions) == CONTROLS
    assert findings_of(form) == ()


def test_the_bench_says_what_a_questionnaire_costs():
    small = (
        b"survey\n,type,name,label,relevant\n,integer,age,How old?,\n"
        b",text,what,What happened?,${age} > 3\n"
    )

    measured = questionnaire.measure(small, rounds=3)

    assert (measured.controls, measured.expressions) == (2, 1)
    assert all(told >= 0 for told in measured.as_json().values())
    assert "2 controls, 1 rules" in measured.line


def test_a_short_import_is_measured_beside_its_floor(centre, tmp_path):
    found = imports.measure(120, place=tmp_path, database="sqlite")

    assert found.troubles == 0
    assert found.rows == Contact.objects.count() == 120
    assert found.as_json()["ratio"] > 0
    assert found.rss_100_mb > 0
    assert "120 rows" in found.line
