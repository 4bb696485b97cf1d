"""A crowd that was invited, answers and reports in an order that only the test knows."""

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.http import HttpResponse

from fairwitness.casework.models import Fact
from fairwitness.demo.answers import tell_from_thanks
from fairwitness.demo.people import letters, link_in
from fairwitness.demo.visitor import Typed, Visitor
from fairwitness.governance import notices
from fairwitness.governance.models import Area
from fairwitness.intake.actions import receive_report
from fairwitness.intake.models import Report
from fairwitness.ledger.actions import chain_entries
from fairwitness.ledger.actors import PUBLIC
from fairwitness.mixing import clean_files, write_files_anew
from fairwitness.outreach.actions.contacts import suppress
from fairwitness.outreach.keys import hash_of
from fairwitness.outreach.models import Delivery, Invitation, Suppression
from fairwitness.outreach.sending import send_due
from fairwitness.surveys import drafts
from fairwitness.surveys.actions import PASSING, PENDING, submit_response
from fairwitness.surveys.doors import spending
from fairwitness.surveys.drafts import Journey
from fairwitness.surveys.models import Passing, Pending, Response
from fairwitness.surveys.release import mix_waiting
from fairwitness.vault.envelope import Context, open_with
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair
from fairwitness.vault.padding import unpad_text
from fairwitness.vault.receipt import CountCode, ReceiptCode, leaf_of
from fairwitness.worker import work_through
from tests.invited import make_invited

AGES = ("18_to_24", "25_to_39", "40_to_59", "60_to_74")
FORGOTTEN = 1 / 3
ROUND = 0.4  # how often the worker comes by between two who answer


@dataclass
class Crowd:
    """Who did what: known to the test alone. Everything by the name that the databases use."""

    rng: random.Random
    haste: float  # how often somebody tells before another answers
    invited: list[str]
    campaign: str = ""
    answer: dict[str, str] = field(default_factory=dict)
    report: dict[str, str] = field(default_factory=dict)
    leaf: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    seeds: dict[str, str] = field(default_factory=dict)
    codes: dict[str, ReceiptCode] = field(default_factory=dict)
    friend: dict[str, str] = field(default_factory=dict)
    friend_seeds: dict[str, str] = field(default_factory=dict)
    match: dict[str, str] = field(default_factory=dict)

    def pairs(self, one: str, other: str) -> list[tuple[str, str]]:
        """The true pairs of two kinds, of those people who have both.

        A *friend* answers by somebody's link; their *mark* is what waits to be counted.
        """
        sides: dict[str, Callable[[], dict[str, str]]] = {
            "person": lambda: {who: who for who in self.invited},
            "answer": lambda: self.answer,
            "report": lambda: self.report,
            "leaf": lambda: self.leaf,
            "waiting": lambda: _rows_with(Pending, PENDING, self.seeds),
            "friend": lambda: self.friend,
            "friends_waiting": lambda: _rows_with(Pending, PENDING, self.friend_seeds),
            "mark": lambda: _rows_with(Passing, PASSING, {w: w for w in self.friend}),
            "match": lambda: self.match,
        }
        left, right = sides[one](), sides[other]()
        return [(left[who], right[who]) for who in left if who in right]

    def waiting(self) -> dict[str, str]:
        """The row in which each person's answer waits; only the release key tells."""
        return _rows_with(Pending, PENDING, self.seeds)


def _rows_with(
    kind: type[Pending] | type[Passing], context: Context, told: dict[str, str]
) -> dict[str, str]:
    """Which sealed row tells of whom; only the release key opens them."""
    key = private_key(KeyPair.Purpose.RELEASE)
    found: dict[str, str] = {}
    for row in kind.objects.all():
        plain = unpad_text(open_with(key, bytes(row.body), context)).decode()
        plain = plain.replace("-", "")
        found |= {who: row.pk.hex for who, name in told.items() if name in plain}
    return found


def invite(centre, *, people: int, seed: int, haste: float = 0.7) -> Crowd:
    """Invite so many people, in the order of their names."""
    addresses = [f"m{number}@members.example" for number in range(people)]
    campaign = make_invited(centre, people=addresses)
    invited = [one.hex for one in Invitation.objects.values_list("pk", flat=True)]
    rng = random.Random(seed)
    crowd = Crowd(rng, haste, invited, campaign=campaign.pk.hex)
    crowd.rng.shuffle(crowd.invited)
    return crowd


def let_answer(centre, crowd: Crowd, *, number: int, on: date) -> None:
    """The next so many answer, and each tells what happened, mostly at once."""
    fresh = [who for who in crowd.invited if who not in crowd.answer][:number]
    later: list[str] = []
    for who in fresh:
        answer(centre, crowd, who)
        later.append(who)
        while later and crowd.rng.random() < crowd.haste:
            tell(centre, crowd, later.pop(0), on=on)
        if crowd.rng.random() < ROUND:
            round_of_worker()
    for who in later:
        tell(centre, crowd, who, on=on)
    round_of_worker()


def answer(centre, crowd: Crowd, who: str) -> None:
    """One person answers by their link, as the pages take it: with the draft of their browser."""
    mark = crowd.answer[who] = f"zone{crowd.rng.getrandbits(40):x}"
    seed = CountCode.new().seed
    crowd.seeds[who] = seed.hex()
    draft = drafts.start(
        Journey.SURVEY, {"invitation": who, "area": mark}, HttpResponse()
    )
    with transaction.atomic():
        submit_response(
            campaign_id=uuid.UUID(crowd.campaign),
            door=Response.Door.INVITED,
            version=centre.version,
            answers={
                "about": crowd.rng.choice(["nothing_happened", "happened_to_me"]),
                "how_many": crowd.rng.choice(["one", "two_or_three", None]),
                "age_band": crowd.rng.choice(AGES),
                "area": mark,
            },
            seed=seed,
            spend=spending(who),
        )
        draft.contents = {"sent": True}
        drafts.store(draft)
    if crowd.rng.random() < 0.8:  # most go on, and their draft is dropped
        drafts.drop(draft)


def pass_on(centre, crowd: Crowd, who: str) -> None:
    """Somebody passes their link on, and a friend answers by it, in a form of their own."""
    mark = crowd.friend[who] = f"zone{crowd.rng.getrandbits(40):x}"
    seed = CountCode.new().seed
    crowd.friend_seeds[who] = seed.hex()
    draft = drafts.start(Journey.SURVEY, {"came_by": who, "area": mark}, HttpResponse())
    with transaction.atomic():
        submit_response(
            campaign_id=uuid.UUID(crowd.campaign),
            door=crowd.rng.choice([Response.Door.FORWARDED, Response.Door.ON_BEHALF]),
            version=centre.version,
            answers={"about": "nothing_happened", "area": mark},
            seed=seed,
            spend=spending(None),
            came_by=uuid.UUID(who),
        )
        draft.contents = {"sent": True}
        drafts.store(draft)
    drafts.drop(draft)


def go(crowd: Crowd, who: str, *, on: date) -> None:
    """Somebody wants no more letters; every third is forgotten altogether."""
    contact = Invitation.objects.get(pk=uuid.UUID(who)).contact
    assert contact is not None
    crowd.match[who] = bytes(contact.match).hex()
    suppress(bytes(contact.match), reason=Suppression.Reason.LEFT, by=PUBLIC, on=on)
    if crowd.rng.random() < FORGOTTEN:
        contact.delete()


def tell(centre, crowd: Crowd, who: str, *, on: date) -> None:
    """The same person tells what happened, in a fresh draft, with a code of its own."""
    code = crowd.codes[who] = ReceiptCode.new()
    draft = drafts.start(Journey.REPORT, {"code": code.number}, HttpResponse())
    account = "It happened again. " * crowd.rng.randrange(1, 400)
    with transaction.atomic():
        report = receive_report(
            code=code,
            version=centre.version,
            notice=notices.current("en"),
            header={"language": "en", "role": "victim"},
            sections={"narrative": {"answers": {"account": account}}},
            on=on,
        )
        draft.contents = {"sent": True, "code": code.number}
        drafts.store(draft)
    crowd.report[who] = report.pk.hex
    crowd.leaf[who] = leaf_of(code.seed).hex()


def round_of_worker() -> None:
    """What the worker does every two seconds, but for the releases."""
    chain_entries()
    mix_waiting()
    clean_files()


def night() -> None:
    """What the worker does once a day to the files."""
    write_files_anew(Invitation, Response, Fact)
    clean_files()


# The same by the real pages.


def invite_by_letter(centre, *, people: int, seed: int, haste: float = 0.7) -> Crowd:
    """Invite so many people by letter; each has an area of its own to choose as their answer."""
    crowd = invite(centre, people=people, seed=seed, haste=haste)
    while send_due(limit=people).handed_over:
        pass
    for letter in letters():
        key = link_in(letter).rpartition("/")[2]
        sent = Delivery.objects.get(open_hash=hash_of(key))
        crowd.links[sent.invitation_id.hex] = link_in(letter)
    for who in crowd.rng.sample(crowd.invited, people):
        mark = crowd.marks[who] = f"zone{crowd.rng.getrandbits(40):x}"
        Area.objects.create(code=mark, name=f"District {mark}")
    return crowd


def let_answer_by_page(crowd: Crowd, *, number: int) -> None:
    """So many answer by their links and tell what happened, while the worker goes its rounds."""
    later: list[tuple[str, Visitor]] = []
    for who in crowd.invited[:number]:
        later.append((who, _answer_by_page(crowd, who)))
        while later and crowd.rng.random() < crowd.haste:
            _tell_by_page(crowd, *later.pop(0))
        if crowd.rng.random() < ROUND:
            work_through()
    for who, visitor in later:
        _tell_by_page(crowd, who, visitor)
    work_through()


def _answer_by_page(crowd: Crowd, who: str) -> Visitor:
    visitor = Visitor()
    visitor.open(crowd.links[who])
    visitor.send(visitor.form(action="/i/"))
    told: dict[str, Typed] = {
        "about": "happened_to_me",
        "how_many": crowd.rng.choice(["one", "two_or_three"]),
        "age_band": crowd.rng.choice(AGES),
        "area": crowd.marks[who],
    }
    visitor.walk(told, until="/answer/check/")
    visitor.send(visitor.form(action="/answer/check/"))
    crowd.answer[who] = crowd.marks[who]
    return visitor


def _tell_by_page(crowd: Crowd, who: str, visitor: Visitor) -> None:
    number = crowd.rng.randrange(1000)
    told = tell_from_thanks([visitor], year=2026, start=number)[0]
    crowd.codes[who] = told.code
    report = Report.objects.get(locator=told.code.locator)
    crowd.report[who] = report.pk.hex
    crowd.leaf[who] = leaf_of(told.code.seed).hex()
