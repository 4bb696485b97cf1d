"""Builds the demo step by step, with a bar that shows how far it has come."""

from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone
from tqdm import tqdm

from fairwitness.demo import answers, people, releasing, story
from fairwitness.demo.world import World, found
from fairwitness.disclosure.models import Release
from fairwitness.figures.actions import ask_for_edition, build_asked, publish_edition
from fairwitness.figures.own_work import Releases
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import chain_entries, publish_checkpoint
from fairwitness.ledger.models import Checkpoint
from fairwitness.ledger.signing import signer
from fairwitness.outreach.actions import count_outcomes
from fairwitness.surveys.release import release_responses

STEPS = 9
OPEN_DOOR = 26


@dataclass
class Built:
    """What the demo made, and what somebody needs to walk through it."""

    place: Path
    world: World
    unused_letter: EmailMessage
    codes: list[answers.Told]


def build(place: Path) -> Built:
    """Build it all. Everything goes through the actions and pages that a real centre has."""
    today = timezone.localdate()
    last_week = today - timedelta(days=7)
    with tqdm(total=STEPS, bar_format="{l_bar}{bar}| {elapsed}", leave=False) as bar:

        def doing(what: str) -> None:
            bar.set_description(what)
            bar.update()

        doing("Founding the centre")
        (place / "training").touch()
        for database in ("default", "keystore"):
            call_command("migrate", database=database, verbosity=0)
        world = found(on=last_week)
        doing("Taking 200 contacts with their source")
        source = people.take_contacts(world, people.write_list(place), on=last_week)
        doing("Sending the letters")
        people.run_campaign(world, source, on=last_week)
        doing("Answering, 60 times")
        offered = answers.answer_all()
        answers.answer_passed_on()
        answers.leave_some(on=last_week)
        doing("Telling what happened")
        told = answers.tell_from_thanks(offered[:14], year=today.year)
        told += answers.tell_at_open_door(OPEN_DOOR, year=today.year)
        doing("Working on the cases")
        release_responses(on=last_week)
        count_outcomes(on=today)
        worked = list(Report.objects.order_by("id"))[: len(told) - 4]
        incidents = story.work_through(worked, by=world.members["Ada"], on=today)
        story.follow(incidents[0], by=world.members["Ada"], on=today)
        doing("Releasing one case to one recipient")
        releasing.pass_on(world, told, place=place, on=today)
        doing("Publishing an edition")
        _publish(world)
        doing("Chaining the ledger")
        chain_entries()
        for log in Checkpoint.Log:
            publish_checkpoint(log, signer=signer())
    letters = people.letters()
    return Built(place, world, letters[answers.ANSWERS], told)


def _publish(world: World) -> None:
    today = timezone.localdate()
    edition = ask_for_edition(
        period_from=f"{today.year}-01",
        period_to=f"{today:%Y-%m}",
        by=world.members["Ina"].user,
        on=today,
    )
    released = Release.objects.filter(state=Release.State.RELEASED).count()
    build_asked(signer=signer(), releases=Releases(released, without_consent=0))
    edition.refresh_from_db()
    publish_edition(edition, by=world.members["Pia"].user, on=today)
