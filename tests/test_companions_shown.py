"""Pictures, sound and lists of a questionnaire, as whoever answers sees them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from fairwitness.surveys.actions import (
    publish_version,
)
from fairwitness.surveys.companions import companions_of
from fairwitness.surveys.fitness import NotFit
from fairwitness.surveys.models import Manuscript
from tests.desk import at_desk, text_of
from tests.media import PNG, png
from tests.pictured import FILES, NAME, address_of, draft, pictured, publish_pictured
from tests.walking import Walker

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


@pytest.fixture
def published(centre, lea):
    """A centre that asks it."""
    return publish_pictured(lea)


def test_a_picture_of_a_version_is_shown_to_everybody_and_kept_for_ever(published):
    address = reverse("surveys:enclosure", args=[published.files["ramp.png"]])

    whole = Client().get(address)
    piece = Client().get(address, headers={"range": "bytes=0-3"})

    assert whole.content == PNG
    headers = whole.headers
    assert headers["Content-Type"] == "image/png"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "media-src 'self'" in headers["Content-Security-Policy"]
    assert not whole.cookies
    assert (piece.status_code, piece.content) == (206, PNG[:4])


def test_pictures_of_drafts_and_lists_of_all_are_not_for_everybody(published, lea, ada):
    new = draft(lea, files={"ramp.png": png(3, 3)})
    digest = Manuscript.objects.get(pk=new.pk).files["ramp.png"]
    address = reverse("surveys:enclosure", args=[digest])
    towns = reverse("surveys:enclosure", args=[published.files["towns.csv"]])

    mine = at_desk(lea).get(address)

    assert mine.status_code == 200
    assert mine.headers["Cache-Control"] == "private, no-store"
    assert [one.get(address).status_code for one in (Client(), at_desk(ada))] == [
        404,
        404,
    ]
    assert at_desk(lea).get(towns).status_code == 404
    assert Client().get("/shown/nothing").status_code == 404


def shown(page):
    """The addresses of the pictures and sounds on a page, with their words."""
    pictures = re.findall(r'<img src="([^"]*)" alt="([^"]*)"', page)
    return pictures + re.findall(
        r'<audio[^>]* src="([^"]*)" aria-label="([^"]*)"', page
    )


def test_who_answers_sees_the_picture_of_their_language_and_chooses_from_the_list(
    published,
):
    walker = Walker()
    walker.begin()
    english = walker.page.content.decode()
    walker.client.cookies["language"] = "ar"
    arabic = walker.client.get(walker.at).content.decode()
    walker.client.cookies["language"] = "en"

    files = published.files
    address = {
        name: reverse("surveys:enclosure", args=[one]) for name, one in files.items()
    }
    assert shown(english) == [
        (address["ramp.png"], "Look at the ramp"),
        (address["gate.wav"], "Look at the ramp"),
    ]
    assert (address["ramp-ar.png"], "Look at the ramp") in shown(arabic)
    assert 'preload="none"' in english
    walker.post(act="continue")
    assert shown(walker.page.content.decode()) == [(address["steep.png"], "")]
    walker.post(ramp="steep")
    assert "Quay" in walker.text
    assert "media.css" not in walker.page.content.decode()
    walker.post(town="quay")
    assert "It was in High Street." in walker.text


@pytest.mark.parametrize("way", ["pages", "phone"])
def test_a_preview_shows_what_is_there_and_names_what_is_missing(lea, way):
    client = at_desk(lea)
    kept = draft(lea, files={"ramp.png": PNG})

    chosen = {"language": "en", "part": "report", "way": way}
    page = client.post(address_of(kept, "preview"), chosen, follow=True)
    while page.request["PATH_INFO"].endswith("/page/"):
        page = client.get(address_of(kept, "preview_page"), follow=True)
    text = page.content.decode()

    assert shown(text)[0][1] == "Look at the ramp"
    assert client.get(shown(text)[0][0]).content == PNG
    assert "gate.wav" in text
    assert "media.css" in text


def test_an_option_that_is_only_a_picture_has_a_name_and_cannot_be_published(lea):
    sheet = pictured().replace(b"A steep one", b"")
    kept = draft(lea, sheet=sheet)
    client = at_desk(lea)

    found = text_of(client.get(address_of(kept)))
    client.post(address_of(kept, "preview"), {"part": "report", "way": "phone"})
    page = client.get(address_of(kept, "preview_phone")).content.decode()

    assert "it has no words beside it" in found
    assert "Publish it" not in found
    assert 'alt="steep"' in page
    with pytest.raises(NotFit, match="steep"):
        publish_version(sheet, name=NAME, by=lea, beside=companions_of(FILES))
