"""The Arabic of the product: whole, fresh, compiled, with every placeholder, from right to left."""

import os
import re
import shutil
from collections import Counter

import polib  # type: ignore[import-untyped]  # it brings no types
import pytest
from django.conf import settings as house
from django.test import Client
from django.urls import reverse

from tests.messages import CATALOGUE, SOURCE, gather
from tests.walking import Walker

IS_CI = os.environ.get("CI") == "true"
PO = SOURCE / CATALOGUE
CHANGING = re.compile(r"%\(\w+\)[sd]|<[^>]+>")
NOT_ARABIC = re.compile(r"[,;?\"]")

# What only staff read speaks English for now. Every other string of the product is translated.
DESK = (
    "casework/",
    "cli/",
    "demo/",
    "design/desk.py",
    "design/templates/design/desk.html",
    "design/templates/design/parts/findings.html",
    "design/templates/design/parts/keys_help.html",
    "design/templates/design/parts/lock_button.html",
    "design/templates/design/parts/sealed_row.html",
    "disclosure/",
    "figures/",
    "governance/checking.py",
    "governance/conditions.py",
    "governance/forms.py",
    "governance/recoveries.py",
    "governance/templates/",
    "governance/views/",
    "governance/wording.py",
    "outreach/actions/campaigns.py",
    "outreach/actions/checking.py",
    "outreach/actions/contacts.py",
    "outreach/actions/importing.py",
    "outreach/actions/sources.py",
    "outreach/actions/warnings.py",
    "outreach/actions/trying.py",
    "outreach/actions/uploads.py",
    "outreach/arriving.py",
    "outreach/bases.py",
    "outreach/checked.py",
    "outreach/commands.py",
    "outreach/launch_forms.py",
    "outreach/mail_forms.py",
    "outreach/rows.py",
    "outreach/sender.py",
    "outreach/sending.py",
    "outreach/sheets.py",
    "outreach/starting.py",
    "outreach/templates/outreach/add_source.html",
    "outreach/templates/outreach/asked.html",
    "outreach/templates/outreach/basis.html",
    "outreach/templates/outreach/campaign.html",
    "outreach/templates/outreach/campaigns.html",
    "outreach/templates/outreach/close.html",
    "outreach/templates/outreach/draft.html",
    "outreach/templates/outreach/keep.html",
    "outreach/templates/outreach/import.html",
    "outreach/templates/outreach/few.html",
    "outreach/templates/outreach/launch.html",
    "outreach/templates/outreach/mail.html",
    "outreach/templates/outreach/mail_bring.html",
    "outreach/templates/outreach/mail_check.html",
    "outreach/templates/outreach/mail_copy.html",
    "outreach/templates/outreach/mail_letter.html",
    "outreach/templates/outreach/mail_step.html",
    "outreach/templates/outreach/mail_verdict.html",
    "outreach/templates/outreach/marked.html",
    "outreach/templates/outreach/passed_on.html",
    "outreach/templates/outreach/source.html",
    "outreach/templates/outreach/sources.html",
    "outreach/templates/outreach/withdraw.html",
    "outreach/accounts.py",
    "outreach/actions/arrival.py",
    "outreach/actions/asked.py",
    "outreach/actions/fates.py",
    "outreach/asked_form.py",
    "outreach/pace_form.py",
    "outreach/templates/outreach/pace.html",
    "outreach/views/asked.py",
    "outreach/views/desk.py",
    "outreach/views/imports.py",
    "outreach/views/drafting.py",
    "outreach/views/mail.py",
    "outreach/views/post.py",
    "outreach/actions/tray.py",
    "outreach/templates/outreach/returned.html",
    "outreach/templates/outreach/tray.html",
    "outreach/trouble.py",
    "outreach/views/tray.py",
    "rights/actions/holding.py",
    "rights/forms.py",
    "rights/templates/",
    "rights/views.py",
    "staff/",
    "surveys/fitness.py",
)


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(PO))


def forms_of(entry: polib.POEntry) -> list[str]:
    """What an entry says in Arabic: one text, or one for each of the six plural forms."""
    if entry.msgid_plural:
        return [entry.msgstr_plural.get(form, "") for form in range(6)]
    return [entry.msgstr]


def key_of(entry: polib.POEntry) -> tuple[str | None, str, str]:
    return entry.msgctxt, entry.msgid, entry.msgid_plural or ""


def is_of_the_desk(entry: polib.POEntry) -> bool:
    """Whether staff alone read it: each file that says it is a file of the desk."""
    return all(
        any(
            file == name or (name[-1] == "/" and file.startswith(name)) for name in DESK
        )
        for file, _line in entry.occurrences
    )


def changing_in(text: str) -> Counter[str]:
    """Placeholders and tags. A name may be given its direction: digits alone have none."""
    return Counter(CHANGING.findall(text.replace('<bdi dir="ltr">', "<bdi>")))


def test_everything_outside_the_desk_is_said_in_arabic(catalogue):
    missing = [
        entry.msgid
        for entry in catalogue
        if not is_of_the_desk(entry) and not all(forms_of(entry))
    ]

    assert missing == []


def test_the_list_of_desk_files_names_only_what_is_there():
    assert [name for name in DESK if not (SOURCE / name).exists()] == []


def test_nothing_is_guessed_and_nothing_is_left_over(catalogue):
    assert catalogue.fuzzy_entries() == []
    assert catalogue.obsolete_entries() == []
    assert not catalogue.metadata_is_fuzzy
    assert catalogue.metadata["Language"] == "ar"
    assert not {"POT-Creation-Date", "PO-Revision-Date"} & catalogue.metadata.keys()


def test_comments_for_translators_reach_the_catalogue(catalogue):
    told = [entry for entry in catalogue if entry.comment]

    assert len(told) > 300
    assert "receipt code" in catalogue.header


def test_placeholders_and_tags_are_those_of_the_source(catalogue):
    wrong = []
    for entry in catalogue:
        if entry.msgid_plural:
            wanted = changing_in(entry.msgid_plural)
            few, many = forms_of(entry)[:3], forms_of(entry)[3:]
            # None, one and two may be said in words, without the number.
            is_kept = all(changing_in(form) <= wanted for form in few if form)
            is_kept &= all(changing_in(form) == wanted for form in many if form)
        else:
            is_kept = all(
                changing_in(form) == changing_in(entry.msgid)
                for form in forms_of(entry)
                if form
            )
        if not is_kept:
            wrong.append(entry.msgid)

    assert wrong == []


def test_punctuation_is_arabic(catalogue):
    wrong = [
        form
        for entry in catalogue
        for form in forms_of(entry)
        if NOT_ARABIC.search(CHANGING.sub("", form))
    ]

    assert wrong == []


def test_a_string_ends_as_its_source_does(catalogue):
    """A space or a line break at an end belongs to the code around the string."""
    wrong = [
        entry.msgid
        for entry in catalogue
        for form in forms_of(entry)
        if form and _edges(form) != _edges(entry.msgid)
    ]

    assert wrong == []


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def test_the_compiled_catalogue_is_that_of_its_source(catalogue):
    compiled = polib.mofile(str(PO.with_suffix(".mo")))

    said = {key_of(entry): forms_of(entry) for entry in compiled}

    assert said == {
        key_of(one): forms_of(one) for one in catalogue if any(forms_of(one))
    }


def test_the_catalogue_holds_what_the_files_say_today(catalogue, tmp_path):
    if not shutil.which("xgettext"):
        said = "NOT RUN: is the catalogue fresh? GNU gettext is not installed here."
        if IS_CI:
            pytest.fail(said)
        pytest.skip(said)
    copy = tmp_path / "fairwitness"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))

    fresh = polib.pofile(str(gather(copy)))

    today, kept = ({key_of(one) for one in each} for each in (fresh, catalogue))
    assert (today - kept, kept - today) == (set(), set()), "run: make messages"
    assert {key_of(one): one.occurrences for one in fresh} == {
        key_of(one): one.occurrences for one in catalogue
    }, "run: make messages"


# Pages, from right to left


@pytest.mark.parametrize("name", ["front:home", "intake:tell", "reporter:enter"])
def test_a_page_in_arabic_goes_from_right_to_left(centre, client, name):
    page = in_arabic(client, reverse(name))

    assert '<html lang="ar" dir="rtl">' in page


def test_the_first_question_goes_from_right_to_left(centre):
    rana = Walker(language="ar")
    rana.open(reverse("intake:tell"))

    rana.post()

    page = rana.page.content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "هل عمرك أقل من 18 سنة؟" in page
    assert "متابعة" in page


def test_the_first_page_says_its_words_in_arabic(centre, client):
    page = in_arabic(client, reverse("front:home"))

    assert "إخبارنا بما حدث" in page
    assert "Tell us what happened" not in page


def in_arabic(client: Client, address: str) -> str:
    client.cookies[house.LANGUAGE_COOKIE] = "ar"
    return client.get(address).content.decode()


def test_the_desk_speaks_english_until_it_is_translated(centre, client):
    client.cookies[house.LANGUAGE_COOKIE] = "ar"

    page = client.get(reverse("staff:sign_in"), headers={"accept-language": "ar"})

    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en" dir="ltr"' in page.text
