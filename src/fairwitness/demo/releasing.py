"""A reporter says yes to one recipient, and two of the staff pass the case on."""

from datetime import date
from pathlib import Path

from fairwitness.casework.ring import ring_with
from fairwitness.demo.answers import Told
from fairwitness.demo.world import World
from fairwitness.disclosure.actions import (
    approve_release,
    prepare_preview,
    release,
    request_release,
)
from fairwitness.intake.actions import find_by_receipt, give_consent

RECIPIENT = "City Legal Aid"
SECTIONS = ("narrative",)


def pass_on(world: World, told: list[Told], *, place: Path, on: date) -> None:
    """Consent, request, preview, second hand, release; the file lies in the recipient's folder."""
    code = next(one.code for one in told if not one.is_observer)
    report = find_by_receipt(code)
    recipient = world.recipients[RECIPIENT]
    give_consent(report, code=code, recipient=recipient, sections=SECTIONS, on=on)
    ben, lea = world.members["Ben"], world.members["Lea"]
    asked = request_release(
        report, recipient=recipient, sections=SECTIONS, by=ben.user, on=on
    )
    package = prepare_preview(asked, by=ben.user, ring=ring_with(*ben.unlocked), on=on)
    approve_release(
        asked, seen=package.digest, by=lea.user, private=lea.unlocked[1], on=on
    )
    sealed = release(asked, by=ben.user, ring=ring_with(*ben.unlocked), on=on)
    desk = place / "recipients" / "city-legal-aid"
    desk.mkdir(mode=0o700, parents=True, exist_ok=True)
    (desk / "package.zip.age").write_bytes(sealed)
    (desk / "key.txt").write_text(f"{world.identities[RECIPIENT]}\n")
