"""The look, pinned: tokens and contrast as in docs/look.md, and what components say."""

import re
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace as Thing

import pytest
from django import forms
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

import fairwitness.design
from fairwitness.design.shapes import (
    Option,
    errors_of,
    in_fives,
    opening_lines,
    rows_of,
)

HOME = Path(fairwitness.design.__file__).parent
STATIC = HOME / "static" / "fairwitness"
SHEETS = ("fairwitness.css", "public.css", "desk.css", "media.css")
TEMPLATES = sorted((HOME / "templates").rglob("*.html"))

LIGHT = {
    "page": "#FBFAF7", "surface": "#FFFFFF", "sunk": "#F1EFE9", "ink": "#1C2329",
    "ink-2": "#4A545C", "edge": "#6B747B", "line": "#C9C6BD", "accent": "#17596B",
    "accent-strong": "#0F4150", "on-accent": "#FFFFFF", "accent-soft": "#E3EFF1",
    "link": "#0F5A7A", "ok": "#1F6A3D", "ok-soft": "#E4F1E8", "warn": "#7A4B00",
    "warn-soft": "#FBF0D9", "stop": "#A3231F", "stop-soft": "#FBE9E7",
    "focus": "#FFD24A", "ring": "#1C2329",
}  # fmt: skip
DARK = {
    "page": "#14191D", "surface": "#1C2328", "sunk": "#101417", "ink": "#ECE9E2",
    "ink-2": "#B3BBC0", "edge": "#8A949B", "line": "#3A434A", "accent": "#6FC0CF",
    "accent-strong": "#93D3DF", "on-accent": "#0C2229", "accent-soft": "#17343B",
    "link": "#7CC4E0", "ok": "#7CCB97", "ok-soft": "#17301F", "warn": "#E9BC63",
    "warn-soft": "#33270F", "stop": "#F49A92", "stop-soft": "#3B1B19",
    "focus": "#FFD24A", "ring": "#14191D",
}  # fmt: skip
# Text needs 4.5:1 (WCAG 1.4.3); borders of controls and rings need 3:1 (1.4.11).
TEXT_ON_GROUND = [
    ("ink", "page"), ("ink", "surface"), ("ink", "sunk"), ("ink", "accent-soft"),
    ("ink-2", "page"), ("ink-2", "surface"), ("ink-2", "sunk"), ("ink-2", "accent-soft"),
    ("link", "page"), ("link", "surface"), ("link", "sunk"), ("link", "accent-soft"),
    ("on-accent", "accent"), ("on-accent", "accent-strong"), ("accent", "page"),
    ("accent", "surface"), ("page", "ink"), ("ok", "page"), ("ok", "ok-soft"),
    ("warn", "page"), ("warn", "warn-soft"), ("stop", "page"), ("stop", "surface"),
    ("stop", "stop-soft"),
]  # fmt: skip
EDGES_ON_GROUND = [
    ("edge", "page"), ("edge", "surface"), ("edge", "accent-soft"), ("accent", "accent-soft"),
    ("stop", "surface"), ("focus", "ring"),
]  # fmt: skip
SPACES = {"4px", "8px", "12px", "16px", "24px", "32px", "48px", "64px"}


def bare(sheet: str) -> str:
    """Return a style sheet without its comments."""
    return re.sub(r"/\*.*?\*/", "", (STATIC / sheet).read_text(), flags=re.DOTALL)


def tokens(block: str) -> dict[str, str]:
    """Return the custom properties that a block sets."""
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


def root_blocks() -> list[str]:
    """Return what each :root block sets: light, wide windows, dark, print."""
    return re.findall(r":root\s*{([^}]*)}", bare("fairwitness.css"))


def rules(sheet: str) -> list[tuple[str, str, str]]:
    """Return (selector, property, value) of every declaration that is no token."""
    return [
        (selector.strip(), name.strip(), value.strip())
        for selector, body in re.findall(r"([^{}]+){([^{}]*)}", bare(sheet))
        for name, _, value in (line.partition(":") for line in body.split(";"))
        if name.strip() and not name.strip().startswith("--")
    ]


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2, definition)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, definition)."""
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def draw(source: str, **context: object) -> str:
    """Return what a template says, with the design tags loaded."""
    return Template("{% load design %}" + source).render(Context(context))


@pytest.mark.parametrize(("place", "expected"), [(0, LIGHT), (2, DARK)])
def test_the_colours_are_those_that_were_agreed(place, expected):
    block = tokens(root_blocks()[place])

    colours = {
        name: told.upper() for name, told in block.items() if told.startswith("#")
    }

    assert {**LIGHT, **colours} == expected


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_borders_can_be_told_from_their_ground(theme):
    faint = [
        (one, ground)
        for pairs, least in ((TEXT_ON_GROUND, 4.5), (EDGES_ON_GROUND, 3))
        for one, ground in pairs
        if contrast(theme[one], theme[ground]) < least
    ]

    assert faint == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_no_colour_is_written_outside_the_tokens(sheet):
    colour = re.compile(
        r"#[0-9a-f]{3,8}\b|\b(rgb|hsl|oklch|color-mix)\(", re.IGNORECASE
    )

    assert [rule for rule in rules(sheet) if colour.search(rule[2])] == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_space_comes_from_the_scale(sheet):
    allowed = re.compile(
        r"0|auto|var\(--s[1-8]\)|calc\(-1 \* var\(--s[1-8]\)\)|var\(--\w+\)"
    )

    offenders = [
        (selector, name, value)
        for selector, name, value in rules(sheet)
        if re.match(r"(margin|padding|gap|row-gap|column-gap)\b", name)
        if allowed.sub("", value).strip()
    ]

    assert offenders == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_size_of_text_comes_from_the_scale(sheet):
    offenders = [
        (selector, value)
        for selector, name, value in rules(sheet)
        if name == "font-size" and not re.fullmatch(r"var\(--[\w-]+\)", value)
    ]

    assert offenders == []


def test_the_scale_of_spaces_has_nothing_between():
    scale = {
        told
        for name, told in tokens(root_blocks()[0]).items()
        if re.fullmatch(r"s\d", name)
    }

    assert scale == SPACES


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_token_that_is_used_is_set(sheet):
    known = set(re.findall(r"--([\w-]+):", bare("fairwitness.css") + bare(sheet)))

    assert set(re.findall(r"var\(--([\w-]+)\)", bare(sheet))) - known == set()


def test_body_text_is_never_smaller_than_the_browsers_own():
    sizes = re.findall(
        r"--(?:small|body|lead|h1|h2|code): ([\d.]+)rem", bare("fairwitness.css")
    )

    assert min(map(float, sizes)) >= 1


def test_a_reporters_style_and_script_stay_light():
    style = (STATIC / "fairwitness.css").stat().st_size
    script = (STATIC / "safety.js").stat().st_size

    assert style <= 14 * 1000
    assert script <= 4 * 1000


def test_nothing_is_fetched_by_a_style_sheet():
    assert [sheet for sheet in SHEETS if re.search(r"url\(|@import", bare(sheet))] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_carries_style_or_script_of_its_own(template):
    text = template.read_text()

    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?! src=)", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_sentence_says_to_the_translator_what_it_is_for(template):
    text = template.read_text()
    sentences = [
        found.start() for found in re.finditer(r"{% (translate|blocktranslate) ?", text)
    ]

    alone = [
        text[start : start + 60]
        for last, start in pairwise([0, *sentences])
        if "Translators:" not in text[last:start]
    ]

    assert alone == []


def test_no_word_of_ours_shouts_or_excuses_itself():
    banned = re.compile(
        r"\b(please|sorry|simply|just(?! now)|easy|invalid|failed|oops|submit)\b|!\s*%}",
        re.I,
    )
    said = [
        sentence
        for path in TEMPLATES
        for pair in re.findall(
            r"{% translate \"([^\"]+)\"|{% blocktranslate[^%]*%}(.*?){% endblocktranslate",
            path.read_text(),
        )
        for sentence in pair
    ]

    assert said
    assert [sentence for sentence in said if banned.search(sentence)] == []


def test_a_choice_is_never_made_beforehand():
    page = draw(
        '{% choices "brought" options %}',
        options=[("me", "To me"), ("saw", "I saw it")],
    )

    assert "checked" not in page
    assert page.count('type="radio"') == 2


def test_what_was_chosen_stays_chosen():
    page = draw(
        '{% choices "g" options chosen=chosen multiple=True %}',
        options=[("a", "A"), ("b", "B"), ("c", "C")],
        chosen=["a", "c"],
    )

    assert re.findall(r'value="(\w)" checked', page) == ["a", "c"]


def test_not_sure_is_set_apart():
    page = draw(
        '{% choices "g" options %}',
        options=[Option("n", "I am not sure", is_apart=True)],
    )

    assert 'class="choice apart"' in page


def test_an_error_stands_in_the_summary_and_above_its_field():
    page = draw(
        '{% error_summary errors %}{% text_field "told" "Whom" error=errors.told value="kept" %}',
        errors={"told": "Leave this empty if you like"},
    )

    assert "One thing needs another look" in page
    assert '<a href="#told">Leave this empty if you like</a>' in page
    assert page.index('id="told-error"') < page.index('<input class="input"')
    assert 'value="kept"' in page


def test_a_page_without_errors_has_no_summary():
    assert draw("{% error_summary errors %}", errors={}).strip() == ""


class MailForm(forms.Form):
    """A small form with a list, a box and a line."""

    mail = forms.EmailField(label="Mail")
    role = forms.ChoiceField(
        label="Role", choices=[("a", "A")], widget=forms.RadioSelect
    )
    read = forms.BooleanField(label="I have read it")
    why = forms.CharField(
        label="Why", error_messages={"required": "Say why in a few words."}
    )


def test_a_form_says_what_to_do_and_not_that_a_field_is_required():
    errors = errors_of(MailForm({}))

    assert errors == [
        ("id_mail", "Fill in “Mail”."),
        ("id_role_0", "Choose an answer under “Role”."),
        ("id_read", "Tick “I have read it” to go on."),
        ("id_why", "Say why in a few words."),
    ]


def test_an_error_of_the_whole_form_points_at_its_top():
    form = MailForm({"mail": "a@example.org", "role": "a", "read": "on", "why": "so"})
    form.add_error(None, "Somebody changed this meanwhile.")

    assert errors_of(form) == [("main", "Somebody changed this meanwhile.")]


def test_a_field_of_a_form_ties_its_words_to_its_control():
    page = draw("{% field form.mail %}", form=MailForm({"mail": "not an address"}))

    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_mail_error"' in page
    assert 'id="id_mail_error"' in page


def test_a_text_field_keeps_what_was_typed_as_text():
    page = draw('{% text_field "a" rows=8 value=value %}', value="<b>\nline")

    assert "&lt;b&gt;\nline</textarea>" in page
    assert 'spellcheck="false"' in page
    assert 'autocomplete="off"' in page


@pytest.mark.parametrize(("length", "is_told"), [(79, False), (80, True)])
def test_the_count_of_characters_appears_only_near_the_limit(length, is_told):
    page = draw('{% text_field "a" limit=100 value=value %}', value="x" * length)

    assert ("You have used" in page) is is_told


def test_a_month_is_asked_for_and_never_a_day():
    page = draw(
        '{% month_field "when" years value=value %}',
        years=[2026],
        value={"month": "03"},
    )

    assert '<option value="03" selected>March</option>' in page
    assert {"when-month", "when-year", "when-about"} == set(
        re.findall(r'name="([^"]+)"', page)
    )


def test_the_same_code_is_shown_as_words_and_as_digits():
    page = draw(
        "{% receipt_code words digits %}", words="maple velvet", digits="1234567890"
    )

    assert page.count('translate="no"') == 2
    assert re.findall(r"</span> (\w+)</li>", page) == [
        "maple",
        "velvet",
        "12345",
        "67890",
    ]


def test_a_code_can_be_typed_in_any_way_and_is_never_remembered():
    page = draw("{% code_field %}")

    for attribute in (
        'autocapitalize="none"', 'autocorrect="off"', 'spellcheck="false"',
        'autocomplete="off"', 'translate="no"', 'dir="ltr"',
    ):  # fmt: skip
        assert attribute in page


def test_both_answers_to_a_consent_look_the_same():
    page = draw(
        '{% consent recipient "there" %}',
        recipient=Thing(name="City Legal Aid"),
        csrf_token="t",
    )

    buttons = re.findall(r'<button class="([^"]*)"', page)

    assert buttons == ["button", "button"]
    assert "Yes, pass this to City Legal Aid" in page
    assert "No, not now" in page
    assert 'value="t"' in page


def test_a_long_answer_is_shown_in_part_until_asked_for():
    story = "A long line of words. " * 30

    page = draw('{% answer_card "What happened" story "there" %}', story=story)

    assert page.index("…") < page.index("Show all") < page.index(story.strip())


def test_a_skipped_answer_can_be_given_later():
    page = draw('{% answer_card "Where" "" "there" %}')

    assert "Skipped" in page
    assert re.search(r">\s*Answer<span", page)


def test_a_sealed_section_says_nothing_of_its_content():
    section = Thing(
        name="Account", key="a", url="there", reasons=[("first", "First reading")]
    )

    page = draw("{% sealed_row section %}", section=section)

    assert "Open: say why" in page
    assert 'class="told"' not in page
    assert "title=" not in page


def test_a_stop_cannot_be_kept():
    finding = Thing(
        level="stop", code="FW104", words="w", mend="m", keep_url="keep", url="go"
    )

    page = draw("{% findings findings %}", findings=[finding])

    assert 'href="go"' in page
    assert 'href="keep"' not in page


def test_the_danger_line_gives_numbers_that_can_be_rung():
    centre = {
        "emergency_number": "999",
        "helplines": [
            {"name": "Night Line", "number": "0300 1", "tel": "+443001", "hours": ""}
        ],
    }

    page = draw("{% danger_line %}", centre=centre)

    assert 'href="tel:999"' in page
    assert 'href="tel:+443001"' in page
    assert "We do not watch this form day and night." in page


def languages(*codes: str) -> dict[str, list[Thing]]:
    """Return a centre that speaks these languages."""
    return {
        "languages": [Thing(code=code, name=code.upper(), dir="ltr") for code in codes]
    }


def test_a_centre_of_one_language_offers_no_choice(settings):
    settings.ROOT_URLCONF = "tests.gallery.urls"

    page = draw("{% languages %}", centre=languages("en"), language=Thing(code="en"))

    assert page.strip() == ""


def test_many_languages_are_listed_at_the_foot_and_led_to_from_the_top(settings):
    settings.ROOT_URLCONF = "tests.gallery.urls"

    page = draw(
        '{% languages place="bar" %}{% languages %}',
        centre=languages("en", "ar", "fr", "so"),
        language=Thing(code="en"),
    )

    assert page.index('href="#languages"') < page.index('id="languages"')
    assert re.findall(r'value="(\w\w)"', page) == ["ar", "fr", "so"]


def test_the_pages_for_when_nothing_works_need_nothing():
    assert "We could not do this" in Template("{% include '500.html' %}").render(
        Context()
    )


@given(st.text(max_size=600))
def test_the_opening_of_a_text_is_the_text_or_a_part_of_it(text):
    opening = opening_lines(text)

    assert opening == text or text.startswith(opening.removesuffix(" …"))


@given(st.text(alphabet="0123456789 ", max_size=60))
def test_digits_in_fives_lose_nothing(digits):
    fives = in_fives(digits)

    assert "".join(fives) == digits.replace(" ", "")
    assert all(len(five) == 5 for five in fives[:-1])


@given(st.lists(st.text(min_size=1), min_size=1, unique=True))
def test_every_row_of_choices_has_an_id_of_its_own(values):
    rows = rows_of("q", [(value, value) for value in values], chosen=values[0])

    assert len({row.id for row in rows}) == len(values)
    assert [row.is_chosen for row in rows].count(True) == 1
