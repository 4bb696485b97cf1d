"""`fairwitness demo`: a small living centre, built by calling the real actions."""

import argparse
import os
from pathlib import Path
from typing import Any

import django

from fairwitness.cli.saying import say
from fairwitness.refusal import Refused


def add_commands(commands: Any) -> None:
    parser = commands.add_parser(
        "demo", help="build a small living centre, invented throughout, and serve it"
    )
    parser.add_argument("--dir", type=Path, default=Path("demo"), help="its folder")
    parser.add_argument("--port", type=int, default=8000, help="where it is served")
    parser.add_argument("--no-serve", action="store_true", help="build it and stop")
    parser.add_argument("--code", metavar="NAME", default="", help="a one-time code")
    parser.set_defaults(run=_run, needs_centre=False)


def _run(chosen: argparse.Namespace) -> int:
    place = chosen.dir.resolve()
    _surround(place, port=chosen.port)
    django.setup()
    from fairwitness.cli import backing, telling
    from fairwitness.demo import card

    told = card.read_card(place) or _build(place)
    if chosen.code:
        if chosen.code not in told["staff"]:
            names = ", ".join(told["staff"])
            raise Refused(f"Nobody is called {chosen.code}. Choose: {names}.")
        say(telling.code_now(told, chosen.code))
        return 0
    telling.say_where(place, told, is_served=not chosen.no_serve)
    if not chosen.no_serve:
        backing.require_up_to_date()
        telling.live(port=chosen.port)
    return 0


def _build(place: Path) -> dict[str, Any]:
    """Build the centre. Refused where something else lies."""
    from fairwitness.demo import card
    from fairwitness.demo.building import build

    if (place / "centre.sqlite3").exists():
        raise Refused(
            f"There is something else in {place}. Choose another folder, or empty it."
        )
    card.write_card(build(place))
    return card.read_card(place) or {}


def _surround(place: Path, *, port: int) -> None:
    """Set what the settings of a demo are; nothing of a real centre is touched."""
    os.environ["FAIRWITNESS_DIR"] = str(place)
    os.environ["FAIRWITNESS_SECRETS"] = str(place / "secrets")
    os.environ["FAIRWITNESS_TRAINING"] = "yes"
    os.environ["FAIRWITNESS_URL"] = f"http://127.0.0.1:{port}"
    for name in ("DATABASE_URL", "KEYSTORE_URL", "EMAIL_HOST", "FAIRWITNESS_ESP"):
        os.environ.pop(name, None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "fairwitness.settings"
