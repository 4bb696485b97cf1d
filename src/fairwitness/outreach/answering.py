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
from django.utils import translation
from django.utils.translation import gettext as _

from fairwitness.governance.models import Controller
from fairwitness.mail import Carrier, NotNow, Rejected, Unknown, carrier
from fairwitness.outreach.actions.wishes import (
    claim_answer,
    note_answered,
    put_back,
)
from fairwitness.outreach.html_part import Words, html_of
from fairwitness.outreach.keys import hash_of, new_key
from fairwitness.outreach.letters import banner, footer, put_words
from fairwitness.outreach.models import (
    Contact,
    Delivery,
    Invitation,
    Suppression,
    Wish,
)
from fairwitness.outreach.origins import Origin, day_in_words, origin_of
from fairwitness.outreach.plain_part import flowed
from fairwitness.outreach.provenance import sources_of
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
    language = asked.contact.language
    with translation.override(language):
        if asked.kind == Wish.Kind.ERASE:
            subject, said = _("Shall we forget your address?"), _question(key)
        else:
            subject = _("What we hold about you")
            said = copy_of(asked.contact, address, name)
        words = Words("\n\n".join(said), footer(controller), banner())
    letter["Subject"] = subject
    letter["Message-ID"] = f"<{new_key()}@{domain}>"
    letter["Auto-Submitted"] = "auto-replied"
    put_words(
        letter, flowed(words.text), html_of(words, subject=subject, language=language)
    )
    letter["Content-Language"] = language
    return letter


def _question(key: str) -> list[str]:
    link = f"{settings.BASE_URL}{reverse('outreach:forget', args=[key])}"
    return [
        _("Somebody who has a letter of ours asked us to forget this address."),
        _("If that was you, open this page within seven days and press the button."),
        _("Forget my address: %(link)s") % {"link": link},
        _("If it was not you, do nothing. Nothing changes then."),
    ]


def copy_of(contact: Contact, address: str, name: str) -> list[str]:
    """Everything that we hold about a contact, in paragraphs (UK GDPR Art 15)."""
    rows = [
        _("Address: %(address)s") % {"address": address},
        _("Name: %(name)s") % {"name": name or _("none")},
        _("Language: %(language)s") % {"language": contact.language},
    ]
    left = Suppression.objects.filter(match=bytes(contact.match)).first()
    if left:
        rows.append(
            _("No more letters since %(day)s") % {"day": day_in_words(left.since_on)}
        )
    return [
        _("You asked what we hold about you. This is all of it."),
        "\n".join(rows),
        *(
            _came_from(origin_of(source, contact.language, since_on=since))
            for source, since in sources_of(contact)
        ),
        "\n".join([_("Letters to you:"), *_letters_to(contact)]),
        "\n".join(_answered(contact)),
    ]


def _came_from(origin: Origin) -> str:
    """One source of an address, in lines."""
    return "\n".join(
        [
            origin.sentence,
            _("Given to us by: %(who)s, %(how)s, on %(day)s")
            % {
                "who": origin.given_by,
                "how": origin.given_how,
                "day": day_in_words(origin.given_on),
            },
            _("Their right to pass it on: %(right)s") % {"right": origin.giver_basis},
            _("What you were told then: %(told)s") % {"told": origin.told},
            _("By what right we write: %(basis)s") % {"basis": origin.basis},
            _("In our hands since %(day)s") % {"day": day_in_words(origin.since_on)},
        ]
    )


def _letters_to(contact: Contact) -> list[str]:
    sent = Delivery.objects.filter(invitation__contact=contact)
    return [
        _("%(title)s, letter %(number)s, from %(day)s: %(state)s")
        % {
            "title": letter.wave.campaign.title,
            "number": letter.wave.number,
            "day": day_in_words(letter.wave.launched_on),
            "state": str(letter.get_state_display()),
        }
        for letter in sent.select_related("wave__campaign").order_by(
            "wave__launched_on", "wave__number"
        )
    ]


def _answered(contact: Contact) -> list[str]:
    """Whether a link was used, which we know so that nobody is reminded; and what we cannot know."""
    ours = Invitation.objects.filter(contact=contact).select_related("campaign")
    spent = set(Invitation.objects.spent().filter(contact=contact).values_list("pk"))
    used, unused = _("%(title)s: used"), _("%(title)s: not used")
    return [
        _("Your links:"),
        *(
            (used if (one.pk,) in spent else unused) % {"title": one.campaign.title}
            for one in ours.order_by("campaign__period_from", "campaign__name")
        ),
        _("What was answered we cannot tell: answers are kept apart."),
    ]
