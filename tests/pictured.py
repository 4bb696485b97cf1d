"""A questionnaire with pictures, sound and a list in a file, and those files."""

from django.urls import reverse

from fairwitness.surveys.actions import keep_manuscript, publish_version
from fairwitness.surveys.companions import companions_of
from tests.media import PNG, png, wav
from tests.publishable import publishable

TOWNS = b"name,label,street\nmill,Mill,Low Street\nquay,Quay,High Street\n"
ARABIC = png(9, 9, (196, 112, 24))
FILES = {
    "ramp.png": PNG,
    "ramp-ar.png": ARABIC,
    "steep.png": png(7, 7),
    "gate.wav": wav(),
    "towns.csv": TOWNS,
}
NAME = "Default questionnaire"


def pictured(towns="towns.csv"):
    """A note with a picture in two languages, options with pictures, a list in a file."""
    sheet = publishable(
        {"type": "note", "name": "look", "label": "Look at the ramp", "media::image::English (en)": "ramp.png",
         "media::image::العربية (ar)": "ramp-ar.png", "media::audio": "gate.wav"},
        {"type": "select_one ramps", "name": "ramp", "label": "Which ramp?"},
        {"type": f"select_one_from_file {towns}", "name": "town", "label": "Which town?"},
        {"type": "calculate", "name": "street", "calculation": "pulldata('towns', 'street', 'name', ${town})"},
        {"type": "note", "name": "there", "label": "It was in ${street}."},
        choices={"ramps": [("steep", "A steep one"), ("gone", "There is none")]},
    )  # fmt: skip
    text = sheet.decode().replace(",of\r\n", ",of,media::image\r\n")
    return text.replace(
        "A steep one,A steep one,", "A steep one,A steep one,,steep.png"
    ).encode()


def draft(by, files=FILES, sheet=None):
    return keep_manuscript(
        sheet or pictured(),
        name=NAME,
        file_name="ramps.csv",
        by=by,
        beside=companions_of(files),
    )


def address_of(source, view="source"):
    return reverse(f"surveys:{view}", args=[source.pk])


def publish_pictured(by):
    """Ask it from now on."""
    return publish_version(
        pictured(), name=NAME, by=by, is_meant_alike=True, beside=companions_of(FILES)
    )
