"""The settings of the house, with the pages that break."""

from fairwitness.settings import *  # noqa: F403

ROOT_URLCONF = "tests.broken.urls"
