"""Three invented trustees, and what goes through their hands."""

import pytest
from django.conf import settings
from django.utils import timezone

from fairwitness.demo.world import PASSPHRASE
from fairwitness.staff.actions import unlock
from fairwitness.vault.actions import TRUSTEES_FILE, believed
from fairwitness.vault.recovery_paper import Paper
from fairwitness.vault.trustees import TrusteeKey

NEW = "nine grey pebbles under the pier"
NAMES = ("Sam Reed", "Noor Vale", "Kit Marsh")


def spoken(sheet):
    """A sheet's words as they are typed."""
    return " ".join(sheet.words)


@pytest.fixture
def trustees(centre):
    """Three trustees, in the order in which an escrow names them; the centre knows their cards."""
    keys = [TrusteeKey.new(name) for name in NAMES]
    known = believed()
    for key in keys:
        known = known.and_card(key.card, signs=False)
    known.write(settings.SECRETS / TRUSTEES_FILE)
    return sorted(keys, key=lambda key: key.card.trustee_id)


@pytest.fixture
def escrowed(ada, trustees):
    """Ada unlocked her key since the trustees are known."""
    unlock(ada, passphrase=PASSPHRASE, at=timezone.now())
    return ada


def helped(paper, *trustees):
    """The paper as it comes back, having gone from hand to hand as a file."""
    for trustee in trustees:
        paper = Paper.read(paper.to_text()).helped_by(trustee.recovery_key)
    return paper.to_text()
