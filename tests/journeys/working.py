"""What people at the desk do, page by page."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Browser

from fairwitness.demo import story
from fairwitness.demo.world import PASSPHRASE, PASSWORD, Member, World
from tests.browser import DESKTOP
from tests.desk import Colleague, fresh_code, tell
from tests.journeys.person import Person, somebody


@contextmanager
def at_the_desk(
    browser: Browser, origin: str, member: Member, *, is_unlocked: bool = True
) -> Iterator[Person]:
    """A member who has signed in with password and one-time code, and unlocked their key."""
    with somebody(browser, origin, viewport=DESKTOP) as person:
        person.open("/desk/")
        person.write("Name", member.user.name)
        person.write("Password", PASSWORD)
        person.write("Code", fresh_code(Colleague(member.user, member.secret)))
        person.press("Sign in")
        if is_unlocked:
            person.write("Vault passphrase", PASSPHRASE)
            person.press("Unlock")
        else:
            person.follow("Not now")
        yield person


def told_and_coded(world: World, *, number: int) -> None:
    """So many reports that were told, read, linked and coded, for figures to be made of."""
    today = timezone.localdate()
    reports = [
        tell(world, day=today, account=_account(one))[0] for one in range(number)
    ]
    story.work_through(reports, by=world.ada, on=today)


def _account(number: int) -> dict[str, Any]:
    month = (
        timezone.localdate().replace(day=1) - timedelta(days=31 * (number % 3))
    ).isoformat()[:7]
    return {
        "what_happened": "The ramp was locked again.",
        "type": ["exclusion" if number % 2 else "words"],
        "grounds": ["disability"],
        "setting": "meeting",
        "when": month,
        "district": "lowmoor",
    }


def open_account(person: Person, *, reason: str) -> None:
    """Open what was told, on the page of its report, for a reason."""
    sealed = person.page.locator("section.sealed", has_text="Account")
    sealed.locator("summary").click()
    sealed.locator("select").select_option(reason)
    person.arrive(sealed.locator("button").click)


def open_incident(person: Person) -> None:
    """From the inbox to a new incident of the first report there."""
    person.open("/desk/inbox")
    person.arrive(person.page.locator("tbody a").first.click)
    person.press("Open an incident")
