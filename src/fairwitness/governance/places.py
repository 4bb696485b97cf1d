"""Where data lies: every host that is configured must stand among the processors."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from fairwitness.governance.countries import country
from fairwitness.governance.models import Controller, Processor

NEAR = {"", "localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Place:
    """A host that this centre uses, and what for."""

    host: str
    does: Processor.Does

    def __str__(self) -> str:
        return f"{self.host} ({self.does.label})"


def this_machine() -> str:
    """The name under which this machine is known: that of our own address."""
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def configured() -> list[Place]:
    """The hosts of pages, databases and letters, as the settings name them."""
    kept = [settings.DATABASES[alias].get("HOST", "") for alias in settings.DATABASES]
    hosts = [this_machine(), *(host for host in kept if not _is_near(host))]
    places = [Place(host, Processor.Does.HOSTING) for host in hosts]
    if not _is_near(settings.EMAIL_HOST):
        places.append(Place(settings.EMAIL_HOST, Processor.Does.MAIL))
    return list(dict.fromkeys(places))


def unnamed() -> list[Place]:
    """Configured hosts that stand in no row: nobody was told who holds data there."""
    named = set(Processor.objects.values_list("host", "does"))
    return [place for place in configured() if (place.host, place.does) not in named]


def without_reason() -> list[Processor]:
    """Processors in a country to which data may flow only with a reason that is missing."""
    code = Controller.objects.values_list("country", flat=True).first()
    if code is None:
        return []
    home = country(code)
    return [
        processor
        for processor in Processor.objects.all()
        if not processor.transfer.strip() and not home.lets_flow_to(processor.country)
    ]


def holders() -> list[Processor]:
    """Who keeps the machines on which reports lie."""
    hosts = [place.host for place in configured() if place.does == "hosting"]
    return list(
        Processor.objects.filter(does="hosting", host__in=hosts).order_by("name", "pk")
    )


def _is_near(host: str) -> bool:
    return host in NEAR or host.startswith("/")
