"""A card with everything that a walk through the demo needs; of a training centre only."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from fairwitness.demo.building import Built
from fairwitness.demo.people import link_in
from fairwitness.demo.world import PASSPHRASE, PASSWORD

NAME = "training-card.json"


def write_card(built: Built) -> Path:
    """Write the card into the demo's folder, for its owner alone."""
    card = built.place / NAME
    card.touch(mode=0o600)
    told = {
        "note": "Training centre. Nothing here is real.",
        "personal_link": link_in(built.unused_letter),
        "receipt_code": " ".join(built.codes[0].code.words),
        "password": PASSWORD,
        "vault_passphrase": PASSPHRASE,
        "staff": {
            name: {
                "secret": member.secret.base32,
                "roles": sorted(str(role.label) for role in member.user.holds),
            }
            for name, member in built.world.members.items()
        },
    }
    card.write_text(json.dumps(told, indent=1))
    return card


def read_card(place: Path) -> dict[str, Any] | None:
    """The card of a demo that was built before; none when there is none."""
    card = place / NAME
    if not card.exists():
        return None
    told: dict[str, Any] = json.loads(card.read_text())
    told["personal_link"] = told["personal_link"].replace(
        _base_of(told["personal_link"]), settings.BASE_URL
    )
    return told


def _base_of(link: str) -> str:
    return "/".join(link.split("/")[:3])
