"""`fairwitness demo`: a small living centre, built by calling the real actions."""

import argparse
import os
from pathlib import Path
from typing import Any


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
    os.environ["FAIRWITNESS_DIR"] = str(place)
    os.environ["FAIRWITNESS_SECRETS"] = str(place / "secrets")
    os.environ["FAIRWITNESS_TRAINING"] = "yes"
    os.environ["FAIRWITNESS_URL"] = f"http://127.0.0.1:{chosen.port}"
    for name in ("DATABASE_URL", "KEYSTORE_URL", "EMAIL_HOST"):
        os.environ.pop(name, None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "fairwitness.settings"
    from fairwitness import demo  # settings are read on import

    return demo.run(
        place, port=chosen.port, serve=not chosen.no_serve, code_of=chosen.code
    )
