"""The desk of questionnaires: brought in, checked on its own grid, published, compared."""

import re
import time
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from fairwitness.refusal import NotAllowed
from fairwitness.surveys.actions import (
    Reworded,
    keep_manuscript,
    publish_version,
)
from fairwitness.surveys.fitness import NotFit
from fairwitness.surveys.freezing import NotFrozen
from fairwitness.surveys.models import Manuscript, Version
from fairwitness.surveys.published import form_of, newest_version, sheet_of
from fairwitness.surveys.xlsform import DEFAULT
from tests import hostile
from tests.desk import at_desk, text_of
from tests.sheets import list_of, question
from tests.sheets import sheet_of as spreadsheet

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

MOST_SECONDS, MOST_BYTES = 60, 2_000_000  # of a hostile file, on a busy machine
SHELF = "/desk/questionnaires/"
SAYS_ALL = {"bind::fw:purpose": "answers", "guidance_hint": "So that we know."}
ABOUT = question("about", "select_one about", part="survey", **SAYS_ALL)
OPTIONS = list_of("about", "nothing_happened", "saw_or_heard")


def fit(*more, choices=OPTIONS, **settings):
    """A sheet that can be published."""
    return spreadsheet([ABOUT, *more], choices, settings)


def story(**columns):
    said = {**SAYS_ALL, "bind::fw:section": "narrative", **columns}
    return question("story", **said)


def bring_in(client, sheet, *, name="Spring", file_name="spring.xlsx"):
    upload = SimpleUploadedFile(file_name, sheet)
    told = {"name": name, "file": upload}
    return client.post(f"{SHELF}upload", told, follow=True)


def draft_of(sheet, by, name="Spring"):
    kept = keep_manuscript(sheet, name=name, file_name="spring.xlsx", by=by)
    return reverse("surveys:source", args=[kept.pk])


# Bringing in.


def test_a_file_with_mistakes_is_kept_and_shown_on_its_own_grid(lea):
    wrong = [ABOUT, question("age", "intteger", relevant="${abuot} = 'x'")]

    page = text_of(bring_in(at_desk(lea), spreadsheet(wrong, OPTIONS)))

    assert Manuscript.objects.get().name == "Spring"
    assert "There is no type intteger" in page or "intteger" in page
    cell = re.search(r'<td[^>]*class="mistake"[^>]*id="(survey-\w+)"', page)
    assert cell
    assert f'href="#{cell.group(1)}"' in page
    assert "Publish it" not in page


def test_a_mended_file_takes_the_place_of_the_one_before(lea):
    client = at_desk(lea)
    bring_in(client, fit(question("age", "intteger")))

    page = text_of(bring_in(client, fit()))

    assert Manuscript.objects.count() == 1
    assert "No mistakes" in page
    assert "Publish it" in page


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7 not a sheet", "not a spreadsheet"),
        (b"PK\x03\x04 torn", "damaged"),
        (b"", "empty"),
        (b"x" * 5_100_000, "too large"),
        (b"x" * 7_600_000, "too large"),
    ],
    ids=["pdf", "torn", "empty", "large", "larger than is taken"],
)
def test_what_is_no_spreadsheet_is_sent_back_with_what_to_do(lea, content, told):
    page = text_of(bring_in(at_desk(lea), content))

    assert told in page
    assert "<title>Error:" in page
    assert not Manuscript.objects.exists()


@pytest.mark.parametrize(
    "named",
    [
        *("a million choices", "a zip bomb that lies", "900 unknown names"),
        *(pytest.param(one, marks=pytest.mark.proof) for one in hostile.FORMS),
    ],
)
def test_a_hostile_file_does_no_harm_at_the_desk(lea, named):
    client = at_desk(lea)
    begun = time.monotonic()

    page = bring_in(client, hostile.FORMS[named][0](), file_name="spring.csv")
    kept = Manuscript.objects.first()
    address = reverse("surveys:source", args=[kept.pk]) if kept else SHELF
    looked_at = [client.get(f"{address}{one}") for one in ("", "sheet/1", "preview")]

    assert page.status_code == 200
    assert "Publish it" not in text_of(page)
    if kept:
        assert {one.status_code for one in looked_at} <= {200, 302, 404}
    assert time.monotonic() - begun < MOST_SECONDS
    assert all(len(one.content) < MOST_BYTES for one in (page, *looked_at))


def test_what_stands_in_a_cell_stays_text(lea):
    nasty = question("age", label="<script>alert(1)</script>", relevant="${nobody}")

    page = text_of(bring_in(at_desk(lea), fit(nasty)))

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_a_large_sheet_shows_the_rows_around_a_mistake_and_is_paged_as_a_whole(lea):
    rows = [question(f"q{number}") for number in range(250)]
    rows[120]["relevant"] = "${nobody} = 1"
    address = draft_of(fit(*rows), lea)
    client = at_desk(lea)

    page = text_of(client.get(address))
    whole = text_of(client.get(f"{address}sheet/1?page=2"))

    assert "q120" in page
    assert "q40<" not in page
    assert "rows not shown" in page
    assert "q120" in whole
    assert "q99<" in whole
    assert "q40<" not in whole
    assert client.get(f"{address}sheet/9").status_code == 404


def test_a_form_without_purposes_can_be_kept_and_not_published(lea):
    plain = spreadsheet([{"type": "text", "name": "a", "label": "A?"}])
    address = draft_of(plain, lea)
    client = at_desk(lea)

    page = text_of(client.get(address))
    refused = client.get(f"{address}publish")

    assert "Missing before it can be published" in page
    assert "Publish it" not in page
    assert refused.status_code == 302
    with pytest.raises(NotFit):
        publish_version(plain, name="Spring", by=lea)


def test_the_file_comes_back_as_it_was(lea):
    sheet = fit()
    response = at_desk(lea).get(f"{draft_of(sheet, lea)}file")

    assert response.content == sheet
    assert 'filename="Spring.xlsx"' in response.headers["Content-Disposition"]


def test_a_draft_is_thrown_away_by_hand_alone(lea):
    address = draft_of(fit(), lea)
    client = at_desk(lea)
    assert client.get(f"{address}discard").status_code == 405

    client.post(f"{address}discard")

    assert not Manuscript.objects.exists()


def test_the_default_questionnaire_is_brought_in_and_fits(lea):
    page = text_of(at_desk(lea).post(f"{SHELF}upload", {"act": "default"}, follow=True))

    assert bytes(Manuscript.objects.get().sheet) == DEFAULT.read_bytes()
    assert "No mistakes" in page
    assert "Publish it" in page


# Publishing.


def test_publishing_says_what_changes_and_freezes_the_file(centre, lea):
    address = draft_of(fit(story()), lea, name="Default questionnaire")
    client = at_desk(lea)

    asked = text_of(client.get(f"{address}publish"))
    told = client.post(f"{address}publish", {"is_meant_alike": "on"}, follow=True)

    version = newest_version()
    assert "Caseworkers, sealed with the account" in asked
    assert "Nobody can tell whose it is" in asked
    assert "retires" in asked
    assert version.pk in text_of(told)
    assert version.pk != centre.version.pk
    centre.version.refresh_from_db()
    assert centre.version.retired_on
    assert not Manuscript.objects.exists()


def test_an_option_is_retired_not_edited(lea):
    first = publish_version(fit(), name="Spring", by=lea)
    other = [{**one, "label": f"{one['label']}!"} for one in OPTIONS]
    address = draft_of(fit(choices=other), lea)
    client = at_desk(lea)

    page = text_of(client.post(f"{address}publish"))
    with pytest.raises(Reworded, match="saw_or_heard"):
        publish_version(fit(choices=other), name="Spring", by=lea)
    client.post(f"{address}publish", {"is_meant_alike": "on"})

    assert "Tick this if they mean the same" in page
    first.refresh_from_db()
    assert first.retired_on
    assert Version.objects.exclude(pk=first.pk).filter(retired_on=None).exists()


def test_a_code_that_comes_back_must_say_what_it_said(lea):
    publish_version(fit(), name="Spring", by=lea)
    publish_version(fit(choices=OPTIONS[:1]), name="Spring", by=lea)
    again = [*OPTIONS[:1], {**OPTIONS[1], "label": "Something else"}]

    with pytest.raises(Reworded, match="Something else"):
        publish_version(fit(choices=again), name="Spring", by=lea)


def test_a_retired_version_can_be_asked_again(lea):
    first = publish_version(fit(), name="Spring", by=lea)
    publish_version(fit(story()), name="Spring", by=lea)

    at_desk(lea).post(f"{reverse('surveys:source', args=[first.pk])}publish")

    first.refresh_from_db()
    assert first.retired_on is None
    assert newest_version().pk == first.pk


def test_one_that_stands_for_campaigns_can_be_asked_again_too(centre, lea):
    publish_version(fit(), name="Spring", by=lea)
    address = reverse("surveys:source", args=[centre.version.pk])
    client = at_desk(lea)
    assert "Ask this again" in text_of(client.get(address))

    client.post(f"{address}publish")

    assert newest_version().pk == centre.version.pk


def test_the_last_one_published_is_asked_also_on_the_same_day(centre, lea):
    for title in ("One", "Two", "Three"):
        version = publish_version(fit(title=title), name=title, by=lea)

        assert newest_version().pk == version.pk


def test_a_version_that_was_tampered_with_is_not_asked(lea):
    version = publish_version(fit(), name="Spring", by=lea)
    Version.objects.filter(pk=version.pk).update(sheet=fit(story()))
    form_of.cache_clear()

    with pytest.raises(NotFrozen):
        form_of(version.pk)
    with pytest.raises(NotFrozen):
        sheet_of(Version.objects.get(pk=version.pk))


def test_mistakes_that_the_checker_finds_keep_a_form_from_being_asked(lea):
    curly = fit(story(relevant="${about} = \u2018saw_or_heard\u2019"))

    with pytest.raises(NotFit):
        publish_version(curly, name="Spring", by=lea)


# Comparing, and who may.


def test_two_versions_are_compared_in_words(centre, lea):
    publish_version(fit(story()), name="Spring", by=lea)
    first = newest_version().pk
    more = [*OPTIONS[:1], *list_of("about", "rather_not")]
    changed = fit(
        story(relevant="${about} = 'nothing_happened'", label="What was it?"),
        choices=more,
    )
    draft = Manuscript.objects.create(
        name="Spring", file_name="x.xlsx", sheet=changed, kept_on=date(2026, 11, 22)
    )

    page = text_of(at_desk(lea).get(f"{SHELF}{first}/to/{draft.pk}"))

    assert "Option retired" in page
    assert "Saw_or_heard (saw_or_heard)" in page
    assert "Option added" in page
    assert "“About” is “Nothing_happened”" in page
    assert "What was it?" in page


def test_the_shelf_opens_for_those_who_write_questionnaires(centre, lea, ada):
    address = reverse("surveys:source", args=[centre.version.pk])
    pages = (
        SHELF,
        f"{SHELF}upload",
        address,
        f"{address}publish",
        f"{address}preview",
        f"{address}sheet/1",
        f"{address}file",
    )

    for page in pages:
        assert at_desk(lea).get(page).status_code in {200, 302}, page
        assert at_desk(ada).get(page).status_code == 403, page
        assert Client().get(page).status_code == 302, page
    assert at_desk(lea).get(f"{SHELF}{'0' * 64}/").status_code == 404
    assert at_desk(lea).get(f"{SHELF}nonsense/").status_code == 404
    with pytest.raises(NotAllowed):
        keep_manuscript(DEFAULT.read_bytes(), name="A", file_name="a", by=ada)
