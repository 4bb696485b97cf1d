"""A small living centre, built by calling the real actions; nothing in it is real."""

import os
import sys
from pathlib import Path


def run(place: Path, *, port: int, serve: bool) -> int:
    """Build the centre in a folder, say what is where, and serve it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairwitness.settings")
    if (place / "centre.sqlite3").exists():
        sys.stderr.write(
            f"There is a centre in {place} already. Choose another folder, or delete it.\n"
        )
        return 1
    import django  # noqa: PLC0415 # settings are read when it starts

    django.setup()
    from fairwitness.demo.building import build  # noqa: PLC0415
    from fairwitness.demo.telling import say_where  # noqa: PLC0415

    built = build(place)
    say_where(built, port=port, is_served=serve)
    if serve:
        from fairwitness.demo.telling import live  # noqa: PLC0415

        live(port=port)
    return 0
