"""Whether the house itself may send: its number, its places, its keys, its sender's domain."""

from collections.abc import Iterator
from functools import lru_cache

from django.conf import settings

from fairwitness.governance import places
from fairwitness.governance.conditions import is_registered
from fairwitness.governance.models import Processor
from fairwitness.governance.readiness import missing
from fairwitness.outreach.preflight.dns import resolver_of_this_machine
from fairwitness.outreach.preflight.domain import Resolver, domain_findings
from fairwitness.outreach.preflight.finding import Finding, finding
from fairwitness.outreach.preflight.mail import domain_of
from fairwitness.refusal import NotOpen
from fairwitness.vault.actions import standing_key
from fairwitness.vault.models import KeyPair

PART = "centre"
HOW = "Set FAIRWITNESS_DKIM_SELECTOR to the name under which your mail server signs."


@lru_cache(maxsize=1)
def the_resolver() -> Resolver:
    """Who looks names up for this centre."""
    return resolver_of_this_machine(settings.DNS_SERVER)


def house_findings(resolver: Resolver | None = None) -> Iterator[Finding]:
    """What is not right about the centre, whatever the campaign."""
    if not is_registered():
        yield finding("FW151", PART)
    try:
        standing_key(KeyPair.Purpose.MAILER)
    except NotOpen:
        yield finding("FW154", PART)
    if not Processor.objects.filter(does=Processor.Does.HOSTING).exists():
        yield finding("FW157", PART)
    for processor in places.without_reason():
        yield finding("FW158", PART, str(processor))
    if shut := missing():
        titles = "; ".join(str(one.title) for one in shut)
        yield finding("FW156", PART, titles=titles)
    if not settings.IS_TRAINING:
        yield from _way_out_of_the_house()
        yield from sender_findings(resolver)


def sender_findings(resolver: Resolver | None = None) -> list[Finding]:
    """Whether our letters can be told from forged ones; nothing where none leave."""
    if settings.IS_TRAINING or not settings.EMAIL_HOST:
        return []
    selector = settings.DKIM_SELECTOR
    return list(
        domain_findings(
            domain_of(settings.MAIL_FROM),
            selectors=(selector,) if selector else (),
            resolver=resolver or the_resolver(),
            how=HOW,
        )
    )


def _way_out_of_the_house() -> Iterator[Finding]:
    if not settings.IS_HTTPS:
        yield finding("FW153", PART)
    if not settings.EMAIL_HOST:
        yield finding("FW152", PART)
    if settings.MAIL_FROM.endswith((".example", "@localhost")):
        yield finding("FW155", PART)
