"""Previews and the whole form on one page: what a person will see, and nothing that is kept."""

import re

import pytest
from django.urls import reverse

from fairwitness.intake.models import Report
from fairwitness.surveys.actions import keep_manuscript
from fairwitness.surveys.drafts import Journey
from fairwitness.surveys.models import Draft, Pending
from tests.desk import at_desk, text_of
from tests.sheets import list_of, question, sheet_of

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


def plain_form():
    """A form that says nothing of purposes and parts, in English and in French."""
    rows = [
        ("name", "text", "Who told you?", "Qui vous l'a dit ?", {}),
        ("age", "integer", "How old are you?", "Quel âge avez-vous ?",
         {"constraint": ". < 120", "constraint_message::English (en)": "Below 120."}),
        ("child", "select_one yes", "A child?", "Un enfant ?",
         {"relevant": "${age} < 18"}),
        ("size", "decimal", "How much, ${name}?", "Combien, ${name} ?",
         {"required": "yes"}),
    ]  # fmt: skip
    survey = [
        {
            "type": kind,
            "name": name,
            "label::English (en)": english,
            "label::Français (fr)": french,
            **more,
        }
        for name, kind, english, french, more in rows
    ]
    choices = [
        {**one, "label::English (en)": one.pop("label")}
        for one in list_of("yes", "yes", "no")
    ]
    return sheet_of(survey, choices, {"default_language": "English (en)"})


def begin(client, sheet, by, **chosen):
    kept = keep_manuscript(sheet, name="Spring", file_name="s.xlsx", by=by)
    address = reverse("surveys:preview", args=[kept.pk])
    posted = {"language": "fr", "part": "none", "way": "pages", **chosen}
    return address, client.post(address, posted, follow=True)


def test_a_form_without_purposes_is_previewed_in_each_of_its_languages(lea):
    client = at_desk(lea)

    address, page = begin(client, plain_form(), lea)
    here = page.redirect_chain[-1][0]
    english = client.post(here, {"language": "en", "name": "Ana"}, follow=True)
    client.post(here, {"name": "Ana", "act": "continue"})
    client.post(f"{address}/page/age", {"age": "40", "act": "continue"})
    told = client.get(f"{address}/page/size")
    checked = client.get(f"{address}/check")

    assert '<html lang="en" dir="ltr">' in text_of(page)  # as for whoever answers
    assert '<div lang="fr" dir="ltr">' in text_of(page)
    assert "Qui vous l&#x27;a dit ?" in text_of(page)
    assert "Nothing is sent" in text_of(page)
    assert "Who told you?" in text_of(english)
    assert 'value="Ana"' in text_of(english)
    assert "How much, Ana?" in text_of(told)
    assert "A child?" not in text_of(checked)


def test_a_preview_leaves_nothing_but_a_sealed_draft(centre, lea):
    client = at_desk(lea)
    address = reverse("surveys:preview", args=[centre.version.pk])
    client.post(address, {"language": "en", "part": "survey", "way": "pages"})
    client.post(f"{address}/page/about", {"about": "nothing_happened"})

    assert "Nobody can tell whose it is" in text_of(client.get(f"{address}/check"))

    assert not Pending.objects.exists()
    assert not Report.objects.exists()
    kept = Draft.objects.get()
    assert kept.journey == Journey.PREVIEW
    assert b"nothing_happened" not in bytes(kept.body)


def test_what_a_campaign_fills_in_is_shown_as_the_author_types_it(centre, lea):
    client = at_desk(lea)
    address = reverse("surveys:preview", args=[centre.version.pk])
    begun = {"language": "en", "part": "survey", "given-place": "the lighthouse"}

    page = client.post(address, begun, follow=True)

    assert "in the lighthouse since" in text_of(page)


def test_a_preview_of_one_form_is_not_shown_on_another(centre, lea):
    client = at_desk(lea)
    begin(client, plain_form(), lea)
    other = reverse("surveys:preview", args=[centre.version.pk])

    assert client.get(f"{other}/page/").headers["Location"] == other
    assert client.get(f"{other}/phone").headers["Location"] == other


def test_the_journey_stops_where_the_form_says_so(centre, lea):
    client = at_desk(lea)
    address = reverse("surveys:preview", args=[centre.version.pk])
    client.post(address, {"language": "en", "part": "report"})

    page = client.post(f"{address}/page/young", {"young": "yes"}, follow=True)

    assert "The journey stops here" in text_of(page)


# The whole form on one page.


@pytest.fixture
def phone(lea):
    """A preview for the phone, in English: its browser, and its address."""
    client = at_desk(lea)
    address, _page = begin(client, plain_form(), lea, language="en", way="phone")
    return client, f"{address}/phone"


ALL = "name age child size"


def test_rules_run_again_each_time_one_goes_on(phone):
    client, here = phone
    assert "A child?" not in text_of(client.get(here))

    gone_on = client.post(here, {"shown": "name age size", "name": "Bo", "age": "9"})
    young = text_of(client.get(here))
    client.post(here, {"shown": ALL, "name": "Bo", "age": "40", "child": "yes"})
    grown = text_of(client.get(here))

    assert gone_on.headers["Location"].endswith("/phone#child")
    assert "A child?" in young
    assert "How much, Bo?" in young
    assert "A child?" not in grown


def test_what_needs_another_look_is_said_at_once_and_stays_typed(phone):
    client, here = phone

    page = text_of(client.post(here, {"shown": ALL, "age": "130", "name": "Bo"}))
    again = text_of(client.get(here))

    assert "<title>Error:" in page
    assert 'href="#age"' in page
    assert "Below 120." in page
    assert 'value="130"' in page
    assert 'value="130"' in again
    assert 'value="Bo"' in again


def test_what_is_missing_is_said_to_who_wants_to_finish(phone):
    client, here = phone

    on = client.post(here, {"shown": "name age size", "name": "Bo"})
    end = text_of(client.post(here, {"shown": "name age size", "act": "finish"}))
    done = client.post(here, {"shown": "size", "size": "2.5", "act": "finish"})

    assert on.status_code == 302
    assert 'href="#size"' in end
    assert done.headers["Location"].endswith("/check")


def test_an_older_page_takes_nothing_away_that_it_did_not_show(phone):
    client, here = phone
    client.post(here, {"shown": "name age size", "name": "Bo", "age": "9"})

    client.post(here, {"shown": "size", "size": "1"})
    client.post(here, {"shown": "name", "name": ""})

    page = text_of(client.get(here))
    assert 'value="9"' in page
    assert 'value="Bo"' not in page


def test_who_is_not_sure_says_so_beside_each_question(phone):
    client, here = phone

    client.post(here, {"shown": "name age size", "name": ["", "-not_sure"]})

    page = text_of(client.get(here))
    ticked = re.search(r'id="name--not_sure"[^>]*checked', page)
    assert ticked
    assert 'value="-not_sure" checked' in page


def test_a_repeat_is_added_and_taken_away_on_the_same_page(lea):
    client = at_desk(lea)
    rows = [
        question("people", "begin repeat"),
        question("who"),
        question("spots", "begin repeat"),
        question("town"),
        {"type": "end repeat"},
        {"type": "end repeat"},
    ]
    address, _page = begin(client, sheet_of(rows), lea, part="report", way="phone")
    here = f"{address}/phone"

    client.post(here, {"shown": "who~1", "who~1": "Ana", "act": "add-people~"})
    client.post(here, {"shown": "who~2", "who~2": "Bo", "act": "add-people/spots~2~"})
    both = text_of(client.get(here))
    client.post(here, {"shown": "", "act": "remove-people~-1"})
    one = text_of(client.get(here))

    assert 'name="who~2"' in both
    assert 'name="town~2-2"' in both
    assert 'value="Bo"' in one
    assert 'name="who~2"' not in one
    assert 'name="town~1-2"' in one


def in_arabic():
    """A question and a note in Arabic, under a heading without a code."""
    rows = [
        {"type": "text", "name": "what", "label::العربية": "ماذا حدث؟"},
        {
            "type": "note",
            "name": "seen",
            "label::العربية": "شكرا",
            "hint::العربية": "مرة",
        },
    ]
    return sheet_of(rows)


def test_what_is_for_staff_stays_as_they_read_it_and_questions_as_they_are_written(lea):
    client = at_desk(lea)
    code = "x-d8a7d984"

    _address, page = begin(client, in_arabic(), lea, language=code)
    address, phone = begin(client, in_arabic(), lea, language=code, way="phone")
    begin(client, in_arabic(), lea, language=code)
    note = text_of(client.post(f"{address}/page/what", {"act": "skip"}, follow=True))

    assert '<html lang="en" dir="ltr">' in text_of(page)
    assert f'<div lang="{code}" dir="rtl">' in text_of(page)
    assert f'<b lang="{code}">' in text_of(page)
    assert '<html lang="en" dir="ltr">' in text_of(phone)
    assert f'lang="{code}" dir="rtl"' in text_of(phone)
    assert note.count("مرة") == 1
