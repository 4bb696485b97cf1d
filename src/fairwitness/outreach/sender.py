"""Who sends for this centre, and what the DNS says of it: asked at once, and not for long. No models."""

import socket
import threading
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from fairwitness.outreach.preflight.dns import NoResolver, resolver_of_this_machine
from fairwitness.outreach.preflight.domain import Names
from fairwitness.outreach.preflight.mail import domain_of
from fairwitness.outreach.preflight.records import (
    STEPS,
    Looked,
    Sender,
    look,
    record_of,
    unanswered,
)
from fairwitness.refusal import Refused

_INVENTED = (".example", ".invalid")


class NothingToLookUp(Refused):
    """There are no records of our own that this machine could look up."""


def the_sender() -> Sender:
    """Who sends for this centre, by the settings that run."""
    named = socket.gethostname().lower().rstrip(".")
    is_full = "." in named and not named.endswith((".local", ".localdomain"))
    here = named if is_full else urlsplit(settings.BASE_URL).hostname or ""
    return Sender.of(
        domain_of(settings.MAIL_FROM),
        host=settings.EMAIL_HOST,
        selector=settings.DKIM_SELECTOR,
        here=here,
    )


def why_not() -> str:
    """Why nothing can be looked up here, and what to do; empty when it can."""
    sender = the_sender()
    if settings.IS_TRAINING:
        return _("A training centre looks nothing up: its domain is invented.")
    if not sender.host:
        return _("Set EMAIL_HOST first: until then letters land in a folder.")
    if sender.domain.endswith(_INVENTED) or "." not in sender.domain:
        return _(
            "Set FAIRWITNESS_MAIL_FROM first, to an address of your own domain: nobody owns %(domain)s."
        ) % {"domain": sender.domain or "-"}
    if isinstance(resolver_of_this_machine(settings.DNS_SERVER), NoResolver):
        return _(
            "This machine cannot look names up yet. Whoever runs it types: pip install fairwitness[letters]. A test letter works without it."
        )
    return ""


def names_of_now() -> Names:
    """A resolver that remembers nothing: what was mended a minute ago must be seen."""
    return resolver_of_this_machine(settings.DNS_SERVER)


def about(step: str, sender: Sender) -> str:
    """What a look at a step was about; of another name or server it is worth nothing."""
    name = record_of(step, sender).name if step in STEPS else sender.domain
    return f"{name or sender.machine} {sender.host}"[:400]


def look_at_all(sender: Sender, names: Names, *, seconds: float) -> dict[str, Looked]:
    """Look at each record in a thread of its own; after so many seconds nobody is waited for."""
    found: dict[str, Looked] = {}

    def look_at(step: str) -> None:
        found[step] = look(step, sender, names)

    ends = time.monotonic() + seconds
    threads = [
        threading.Thread(target=look_at, args=[step], daemon=True) for step in STEPS
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(ends - time.monotonic(), 0))
    late = unanswered(sender, _("no answer came in time"))
    told = dict(found)  # who answers now comes too late
    return {step: told.get(step, late) for step in STEPS}
