"""A small living centre, built by calling the real actions; nothing in it is real."""

from pathlib import Path

import django

from fairwitness.refusal import Refused


def run(place: Path, *, port: int, serve: bool, code_of: str = "") -> int:
    """Build the centre in a folder unless it is there, say what is where, and serve it."""
    django.setup()
    from fairwitness.cli.saying import say  # noqa: PLC0415 # models come after setup
    from fairwitness.demo import card, telling  # noqa: PLC0415

    told = card.read_card(place)
    if told is None:
        if (place / "centre.sqlite3").exists():
            raise Refused(
                f"There is something else in {place}. Choose another folder, or empty it."
            )
        from fairwitness.demo.building import build  # noqa: PLC0415

        card.write_card(build(place))
        told = card.read_card(place) or {}
    if code_of:
        if code_of not in told["staff"]:
            raise Refused(
                f"Nobody is called {code_of}. Choose: {', '.join(told['staff'])}."
            )
        say(telling.code_now(told, code_of))
        return 0
    telling.say_where(place, told, is_served=serve)
    if serve:
        telling.live(port=port)
    return 0
