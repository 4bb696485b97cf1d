"""A questionnaire is read from a spreadsheet as it was meant, or refused with what to do."""

import re
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairwitness.surveys.files import LARGEST_FILE
from fairwitness.surveys.findings import findings_of
from fairwitness.surveys.freezing import NotFrozen, freeze, hash_of, thaw
from fairwitness.surveys.languages import language_of
from fairwitness.surveys.logic import Occasion, work_out
from fairwitness.surveys.program import CircularRules, program_of
from fairwitness.surveys.questions import Group, Kind, Output, Text
from fairwitness.surveys.xlsform import UnreadableForm, read_form
from tests.sheets import form_of, list_of, question, sheet_of

EN, AR = "English (en)", "العربية (ar)"


def bilingual():
    return form_of(
        {"type": "hidden", "name": "period"},
        {
            "type": "begin_group",
            "name": "first",
            f"label::{EN}": "First",
            f"label::{AR}": "أولاً",
            "appearance": "field-list",
            "bind::fw:part": "report",
            "bind::fw:section": "narrative",
        },
        {
            "type": "select_one kinds",
            "name": "kind",
            f"label::{EN}": "What was it, ${period}?",
            f"label::{AR}": "ماذا كان ذلك، ${period}؟",
            f"hint::{EN}": "One is enough.",
            f"guidance_hint::{EN}": "So that we can count.",
            f"guidance_hint::{AR}": "لكي نعدّ.",
            "required": "yes",
            f"required_message::{EN}": "Choose one.",
            "constraint": ". != 'threat'",
            f"constraint_message::{EN}": "Not that one.",
            "relevant": "${period} != ''",
            "bind::fw:fact": "yes",
            "bind::fw:purpose": "figures",
        },
        {
            "type": "text",
            "name": "more",
            f"label::{EN}": "More",
            "bind::fw:section": "others",
            "appearance": "multiline",
            "default": "nothing",
        },
        {"type": "end_group"},
        choices=[
            {"list_name": "kinds", "name": "words", f"label::{EN}": "Words", f"label::{AR}": "كلمات"},
            {"list_name": "kinds", "name": "threat", f"label::{EN}": "A threat", f"label::{AR}": "تهديد"},
        ],
        default_language=EN,
        form_title="A form",
    )  # fmt: skip


def test_a_form_is_read_with_its_languages():
    form = bilingual()

    assert (form.id, form.version, form.title) == ("test", "1", "A form")
    assert [(each.code, each.direction) for each in form.languages] == [
        ("en", "ltr"),
        ("ar", "rtl"),
    ]
    assert form.language("ar").name == "العربية"
    assert form.language("xx").code == form.default_language == "en"
    assert form.givens == ("period",)
    assert form.unsupported == ()


def test_a_question_keeps_everything_that_was_written():
    kind = bilingual().by_key["kind"]

    assert kind.kind is Kind.ONE
    assert kind.path == "/data/first/kind"
    assert kind.label["en"] == Text(("What was it, ", Output("/data/period"), "?"))
    assert kind.label["ar"].plain == "ماذا كان ذلك، …؟"
    assert set(kind.hint) == {"en"}
    assert kind.purpose["ar"].plain == "لكي نعدّ."
    assert kind.choices is not None
    assert (kind.choices.list_name, kind.choices.rule) == ("kinds", "")
    assert kind.required == "true()"
    assert kind.required_message["en"].plain == "Choose one."
    assert kind.constraint_message["en"].plain == "Not that one."
    assert kind.relevant.split() == ["/data/period", "!=", "''"]
    assert (kind.part, kind.section, kind.asked_for) == (
        "report",
        "narrative",
        "figures",
    )
    assert kind.fact


def test_a_question_takes_part_and_section_from_its_group_unless_it_says_so():
    form = bilingual()

    assert form.by_key["more"].part == "report"
    assert form.by_key["more"].section == "others"
    assert form.by_key["more"].default == "nothing"
    assert not form.by_key["more"].fact


def test_a_group_knows_whether_it_is_one_page():
    (group,) = (each for each in bilingual().children if isinstance(each, Group))

    assert group.is_page
    assert group.label["ar"].plain == "أولاً"
    assert [child.name for child in group.children] == ["kind", "more"]


def test_choices_keep_their_labels_and_their_columns_for_filters():
    form = form_of(
        question("spot", "select_one spots", choice_filter="side = 'west'"),
        choices=[
            *list_of("spots", "low", side="west"),
            *list_of("spots", "east", side="east"),
        ],
    )
    spot = form.by_key["spot"]

    assert form.lists["spots"][0].columns == {"side": "west"}
    assert [each.name for each in work_out(form, {}).choices(spot)] == ["low"]


@pytest.mark.parametrize(
    ("kind", "columns", "expected"),
    [
        ("text", {}, Kind.TEXT),
        ("integer", {}, Kind.INTEGER),
        ("decimal", {}, Kind.DECIMAL),
        ("date", {}, Kind.DATE),
        ("date", {"appearance": "month-year"}, Kind.MONTH),
        ("time", {}, Kind.TIME),
        ("dateTime", {}, Kind.MOMENT),
        ("select_one k", {}, Kind.ONE),
        ("select_multiple k", {}, Kind.SEVERAL),
        ("rank k", {}, Kind.RANK),
        ("range", {}, Kind.RANGE),
        ("note", {}, Kind.NOTE),
        ("acknowledge", {}, Kind.ACKNOWLEDGE),
        ("barcode", {}, Kind.BARCODE),
        ("geopoint", {}, Kind.PLACE),
        ("geoshape", {}, Kind.PLACE),
        ("image", {}, Kind.IMAGE),
        ("audio", {}, Kind.AUDIO),
        ("video", {}, Kind.VIDEO),
        ("file", {}, Kind.FILE),
        ("calculate", {"calculation": "1"}, Kind.CALCULATE),
        ("hidden", {}, Kind.HIDDEN),
        ("deviceid", {}, Kind.META),
        ("start", {}, Kind.META),
        ("today", {}, Kind.META),
    ],
)
def test_every_kind_is_known_and_every_kind_has_a_page(kind, columns, expected):
    form = form_of(
        question("first"), question("it", kind, **columns), choices=list_of("k", "a")
    )

    assert form.by_key["it"].kind is expected
    assert form.unsupported == ()


def test_files_that_are_not_there_are_named_as_missing():
    form = form_of(
        {"type": "begin_repeat", "name": "person", "label": "Person", "bind::fw:part": "about"},
        question("who", part="about"),
        {"type": "end_repeat"},
        question("day", default="concat('a', 'b')"),
        question("seen", **{"media::image": "x.png"}),
        question("of", "select_one k"),
        choices=[{"list_name": "k", "name": "a", "label": "A", "media::image": "a.png"}],
    )  # fmt: skip

    assert form.unsupported == ()
    assert form.missing == ("a.png", "x.png")
    (repeat,) = (each for each, _above in form.walk() if isinstance(each, Group))
    assert repeat.is_repeat
    assert [child.name for child in repeat.children] == ["who"]


def test_two_questions_of_one_name_have_different_keys():
    form = form_of(
        {"type": "begin_group", "name": "a", "label": "A"},
        question("why"),
        {"type": "end_group"},
        {"type": "begin_group", "name": "b", "label": "B"},
        question("why"),
        question("how"),
        {"type": "end_group"},
    )

    assert set(form.by_key) == {"a/why", "b/why", "how"}


def test_lists_of_the_centre_come_from_outside():
    form = form_of(question("area", "select_one_from_file areas.csv"))
    low, east = form_of(
        question("x", "select_one a"), choices=list_of("a", "low", "east")
    ).lists["a"]

    state = work_out(form, {}, occasion=Occasion(lists={"areas": (low, east)}))

    assert form.external == ("areas",)
    assert state.choices(form.by_key["area"]) == [low, east]
    assert work_out(form, {}).choices(form.by_key["area"]) == []


def test_a_text_shows_its_values_in_the_language_that_is_spoken():
    form = bilingual()
    kind = form.by_key["kind"]

    spoken = {
        code: work_out(
            form, {}, occasion=Occasion({"period": "2026"}, language=code)
        ).words(kind.label, kind)
        for code in ("en", "ar", "fr")
    }

    assert spoken["en"] == spoken["fr"] == "What was it, 2026?"
    assert spoken["ar"] == "ماذا كان ذلك، 2026؟"


def test_the_label_of_a_choice_can_be_calculated_with():
    form = form_of(
        question("kind", "select_one k"),
        {
            "type": "calculate",
            "name": "said",
            "calculation": "jr:choice-name(${kind}, '${kind}')",
        },
        choices=list_of("k", "words"),
    )

    state = work_out(form, {"kind": "words"})

    assert state.value(form.by_key["said"]) == "Words"


# The hash


def test_the_same_sheet_has_the_same_hash_and_a_comma_more_another():
    first, again = form_of(question("a")), form_of(question("a"))
    other = form_of(question("a", label="A,"))

    assert first == again
    assert first.hash == again.hash == hash_of(first)
    assert first != other
    assert re.fullmatch("[0-9a-f]{64}", first.hash)


def test_a_frozen_form_comes_back_as_it_was():
    form = bilingual()

    thawed = thaw(freeze(form), expected_hash=form.hash)

    assert thawed == form
    assert thawed.children == form.children
    assert thawed.lists == form.lists
    assert thawed.languages == form.languages


def test_a_frozen_form_that_was_changed_is_refused():
    form = bilingual()
    changed = freeze(form).replace(b"First", b"Fifth")

    with pytest.raises(NotFrozen):
        thaw(changed, expected_hash=form.hash)


# Files that are no questionnaire


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not a spreadsheet"),
        (b"name,label\n1,2", "not a spreadsheet"),
        (b"%PDF-1.7", "not a spreadsheet"),
        (b"PK\x03\x04 torn", "damaged"),
        (b"PK\x05\x06" + bytes(18), "not an Excel"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "damaged"),
        (b"PK" + bytes(LARGEST_FILE), "too large"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused_with_what_to_do(content, says):
    with pytest.raises(UnreadableForm) as refused:
        read_form(content)

    assert says in str(refused.value)


def test_a_zip_that_would_burst_is_refused():
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", bytes(70_000_000))

    with pytest.raises(UnreadableForm, match="too large"):
        read_form(packed.getvalue())


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UnreadableForm, match=r"no file gone\.xlsx"):
        read_form(tmp_path / "gone.xlsx")


def test_a_large_file_is_not_even_read(tmp_path):
    path = tmp_path / "large.xlsx"
    path.write_bytes(b"PK" + bytes(LARGEST_FILE))

    with pytest.raises(UnreadableForm, match="too large"):
        read_form(path)


def test_a_form_can_be_read_from_a_path(tmp_path):
    path = tmp_path / "form.xlsx"
    path.write_bytes(sheet_of([question("a")]))

    assert set(read_form(path).by_key) == {"a"}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([question("a"), question("a")], "unique"),
        ([question("a b")], "row 2: on the 'survey' sheet"),
        ([question("a", "select_one nowhere")], "choices sheet"),
        ([question("a", "fancy")], "fancy"),
        ([{"type": "begin_group", "name": "g", "label": "G"}, question("a")], "group"),
        ([question("a", relevant="${gone} = 1")], "gone"),
        ([{"type": "text", "name": "a"}], "label"),
    ],
)
def test_what_the_reader_says_is_kept_short_and_without_links(rows, says):
    with pytest.raises(UnreadableForm) as refused:
        read_form(sheet_of(rows))

    assert says in str(refused.value).lower()
    assert "http" not in str(refused.value)


def test_a_workbook_without_a_survey_is_refused():
    other = BytesIO()
    from openpyxl import Workbook

    book = Workbook()
    book.create_sheet("cats")
    book.save(other)

    with pytest.raises(UnreadableForm, match="survey"):
        read_form(other.getvalue())


@pytest.mark.parametrize("depth", [30, 400])
def test_groups_without_end_are_refused(depth):
    groups = [
        {"type": "begin_group", "name": f"g{n}", "label": "G"} for n in range(depth)
    ]
    ends = [{"type": "end_group"}] * depth

    with pytest.raises(UnreadableForm):
        read_form(sheet_of([*groups, question("a"), *ends]))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 200), st.binary(min_size=1, max_size=40))
def test_a_spreadsheet_with_torn_bytes_is_read_or_refused(place, torn):
    content = bytearray(sheet_of([question("a")]))
    at = place * len(content) // 201
    content[at : at + len(torn)] = torn

    try:
        form = read_form(bytes(content))
    except UnreadableForm:
        return

    assert form.hash


# What is found before a form is published


def codes_of(form, **options):
    return {(each.code, each.name) for each in findings_of(form, **options)}


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"relevant": "1 = "}, "rule-unreadable"),
        ({"relevant": "upper-case('a') = 'A'"}, "rule-unsupported"),
        ({"constraint": "regex(., '(?=a)')"}, "rule-unsupported"),
        ({"relevant": "/data/gone = 1"}, "unknown-question"),
        ({"relevant": "../gone = 1"}, "unknown-question"),
    ],
)
def test_a_rule_that_cannot_be_worked_out_is_found(columns, code):
    form = form_of(question("first"), question("it", **columns))

    assert codes_of(form) == {(code, "it")}


def test_rules_that_wait_for_each_other_are_found():
    form = form_of(
        question("a", relevant="${b} = 1"), question("b", relevant="${a} = 1")
    )

    (finding,) = findings_of(form)

    assert finding.code == "circular"
    assert "a → b" in finding.message or "b → a" in finding.message
    with pytest.raises(CircularRules):
        program_of(form)


def test_a_form_in_order_has_no_findings():
    form = form_of(
        question("a", "select_one k"),
        question(
            "b", relevant="selected(${a}, 'x')", constraint="string-length(.) < 9"
        ),
        choices=list_of("k", "x", "y"),
    )

    assert findings_of(form) == ()


def test_a_choice_cannot_be_named_like_no_answer():
    form = form_of(
        question("a", "select_one k"), choices=list_of("k", "-skipped", "-1")
    )

    assert codes_of(form) == {("reserved-choice", "k")}


def test_before_publishing_each_question_must_say_what_it_is_for():
    form = form_of(question("a", part=""), question("b"), question("c", "image"))

    found = codes_of(form, for_publishing=True)

    assert ("no-part", "a") in found
    assert ("no-section", "b") in found
    assert ("no-purpose", "b") in found
    assert ("no-text", "b") in found
    assert ("file-elsewhere", "c") in found
    assert codes_of(form) == set()


@pytest.mark.parametrize(
    ("header", "code", "direction"),
    [
        ("English (en)", "en", "ltr"),
        ("العربية (ar)", "ar", "rtl"),
        ("עברית (he)", "he", "rtl"),
        ("اردو (ur-PK)", "ur-pk", "rtl"),
        ("Português (pt_BR)", "pt-br", "ltr"),
        ("default", "und", "ltr"),
        ("Klingon", "x-klingon", "ltr"),
        ("العربية", "x-d8a7d984", "rtl"),
        ("EN", "en", "ltr"),
        ("ar", "ar", "rtl"),
    ],
)
def test_a_header_names_a_language_and_its_direction(header, code, direction):
    language = language_of(header)

    assert (language.code, language.direction) == (code, direction)
