"""Answers what somebody wished about the address that we hold: by a letter to that address.

For the worker: it opens addresses with the mailer's key. Nothing of what is written is
kept, and a letter that may have left is not sent again; who got none can ask again.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from fairwitness.governance.models import Controller
from fairwitness.mail import Carrier, NotNow, Rejected, Unknown, carrier
from fairwitness.outreach.actions.wishes import (
    claim_answer,
    note_answered,
    put_back,
)
from fairwitness.outreach.keys import hash_of, new_key
from fairwitness.outreach.letters import footer
from fairwitness.outreach.models import Contact, Delivery, Wish
from fairwitness.outreach.sealing import BatchKey, wrap_context
from fairwitness.vault.envelope import CannotOpen, open_with
from fairwitness.vault.founding import private_key
from fairwitness.vault.models import KeyPair


def answer_wishes(*, limit: int = 20) -> int:
    """Write to those who asked for a copy, or to be forgotten. Returns how many letters left."""
    waiting = list(_waiting()[:limit])
    if not waiting:
        return 0
    sent = 0
    try:
        with carrier() as line:
            for asked in waiting:
                sent += _answer(asked, line)
    except NotNow:
        pass  # the rest waits for the next round
    if sent:
        note_answered(sent)
    return sent


def is_wish_waiting() -> bool:
    """Whether somebody waits for an answer."""
    return _waiting().exists()


def _waiting() -> QuerySet[Wish]:
    asked = Wish.objects.filter(is_answered=False)
    return asked.select_related("contact__batch", "contact__source").order_by("pk")


def _answer(asked: Wish, line: Carrier) -> bool:
    """Send one letter, in no transaction: nobody waits for a mail server."""
    key = new_key()
    confirms = hash_of(key) if asked.kind == Wish.Kind.ERASE else None
    if not claim_answer(asked, confirm_hash=confirms):
        return False
    try:
        address, name = _opened(asked.contact)
    except CannotOpen:
        return False
    letter = _letter(asked, address, name, key)
    try:
        line.hand_over(letter, sender=settings.MAIL_FROM, to=address)
    except (Rejected, Unknown):
        return False
    except NotNow:
        put_back(asked)
        raise
    return True


def _opened(contact: Contact) -> tuple[str, str]:
    """Address and name of one person. Error: `CannotOpen`."""
    batch = contact.batch
    context = wrap_context(batch.pk)
    mailer = private_key(KeyPair.Purpose.MAILER)
    key = BatchKey(open_with(mailer, bytes(batch.wrapped_key), context))
    address = key.open(bytes(contact.address), contact=contact.pk, part="address")
    if contact.name is None:
        return address, ""
    return address, key.open(bytes(contact.name), contact=contact.pk, part="name")


def _letter(asked: Wish, address: str, name: str, key: str) -> EmailMessage:
    controller = Controller.objects.get()
    local, _at, domain = settings.MAIL_FROM.rpartition("@")
    letter = EmailMessage(policy=SMTP)
    letter["From"] = Address(controller.legal_name, local, domain)
    to, _at, there = address.rpartition("@")
    letter["To"] = Address(name, to, there)
    letter["Reply-To"] = controller.email
    with translation.override(asked.contact.language):
        if asked.kind == Wish.Kind.ERASE:
            letter["Subject"] = _("Shall we forget your address?")
            said = _question(key)
        else:
            letter["Subject"] = _("What we hold about you")
            said = copy_of(asked.contact, address, name)
        if settings.IS_TRAINING:
            said.insert(0, _("Training centre. Nothing here is real."))
        text = "\n\n".join([*said, footer(controller)]) + "\n"
    letter["Message-ID"] = f"<{new_key()}@{domain}>"
    letter["Auto-Submitted"] = "auto-replied"
    letter.set_content(text, cte="7bit" if text.isascii() else "base64")
    letter["Content-Language"] = asked.contact.language
    return letter


def _question(key: str) -> list[str]:
    link = f"{settings.BASE_URL}{reverse('outreach:forget', args=[key])}"
    return [
        _("Somebody who has a letter of ours asked us to forget this address."),
        _("If that was you, open this page within seven days and press the button:"),
        link,
        _("If it was not you, do nothing. Nothing changes then."),
    ]


def copy_of(contact: Contact, address: str, name: str) -> list[str]:
    """Everything that we hold about a contact, in paragraphs (UK GDPR Art 15)."""
    source = contact.source
    sent = Delivery.objects.filter(invitation__contact=contact)
    letters = sent.select_related("wave__campaign").order_by("wave__launched_on")
    day = formats.date_format
    rows = [
        _("Address: %(address)s") % {"address": address},
        _("Name: %(name)s") % {"name": name or _("none")},
        _("Language: %(language)s") % {"language": contact.language},
        _("In our hands since %(day)s") % {"day": day(contact.batch.imported_on)},
    ]
    came = [
        source.sentence_in(contact.language),
        _("Given to us by: %(who)s, %(how)s, on %(day)s")
        % {
            "who": source.given_by,
            "how": source.given_how,
            "day": day(source.given_on),
        },
        _("What you were told then: %(told)s") % {"told": source.told},
        _("By what right we write: %(basis)s")
        % {"basis": str(source.get_basis_display())},
    ]
    wrote = [
        _("%(title)s, letter %(number)s, from %(day)s: %(state)s")
        % {
            "title": letter.wave.campaign.title,
            "number": letter.wave.number,
            "day": day(letter.wave.launched_on),
            "state": str(letter.get_state_display()),
        }
        for letter in letters
    ]
    return [
        _("You asked what we hold about you. This is all of it."),
        "\n".join(rows),
        "\n".join(came),
        "\n".join([_("Letters to you:"), *wrote]),
        _("Whether you answered, and what, we cannot tell: answers are kept apart."),
    ]
