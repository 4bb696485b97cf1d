"""The package that a recipient gets: a few text files in one archive, the same byte for byte.

cover.txt      what this is and is not, what was agreed to, for what, until when, whom to ask
account.txt    what the reporter told, question by question
evidence.txt   which files they added, with the SHA-256 of each; the files themselves as
               evidence-1.jpeg and so on
identity.txt   what they said about themselves, when they agreed to that
consent.json   what they signed, the signature, and the key it verifies with
"""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fairwitness.disclosure.consenting import names_of
from fairwitness.governance.models import Controller
from fairwitness.intake.accounts import Told
from fairwitness.intake.models import Consent
from fairwitness.intake.payloads import CLEANED, File
from fairwitness.intake.pictures import drawn, ending_of, in_words
from fairwitness.sifting.kinds import Sort
from fairwitness.vault.trust import Json, canonical_json

ALWAYS = (1980, 1, 1, 0, 0, 0)  # the earliest day that an archive can name
FOR_WHAT = {"help": gettext_lazy("to help the person who told us")}
FILES = {"narrative": "account.txt", "identity": "identity.txt"}


@dataclass(frozen=True, repr=False)
class Package:
    """What would leave, and the hash that is approved. Printing it prints nothing of it."""

    content: bytes

    def __repr__(self) -> str:
        return "[package]"

    @property
    def digest(self) -> bytes:
        """SHA-256 of the very bytes."""
        return sha256(self.content).digest()

    @property
    def files(self) -> list["Inside"]:
        """Each file in it, as it is looked at."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            return [_inside(each, archive.read(each)) for each in archive.infolist()]


@dataclass(frozen=True, repr=False)
class Inside:
    """One file of a package: as text, or drawn where it is a picture that is safe to draw."""

    name: str
    text: str
    drawn: str = ""

    def __repr__(self) -> str:
        return "[a file of a package]"


def _inside(entry: zipfile.ZipInfo, content: bytes) -> Inside:
    kind, _space, state = entry.comment.decode().partition(" ")
    if kind in {"", Sort.TEXT}:
        return Inside(entry.filename, content.decode(errors="replace"))
    picture = drawn(kind, content, is_cleaned=state == CLEANED)
    return Inside(entry.filename, _hash_line(content), picture)


def _hash_line(content: bytes) -> str:
    return f"SHA-256 {sha256(content).hexdigest()}"


@dataclass(frozen=True)
class Covering:
    """What the cover of a package says."""

    number: str
    requested_on: date
    sections: Sequence[str]


def build_package(
    covering: Covering,
    *,
    consent: Consent,
    told: Mapping[str, Sequence[Told]],
    added: Sequence[File] = (),
) -> Package:
    """Put the package together, in the language of the centre, without clock or chance."""
    with translation.override(settings.LANGUAGE_CODE):
        texts = {"cover.txt": _cover(covering, consent)}
        for section in sorted(told, reverse=True):
            texts[FILES[section]] = _as_text(told[section])
        if added:
            texts["evidence.txt"] = _list_of(added)
    texts["consent.json"] = _evidence(consent)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as archive:
        for name, text in texts.items():
            archive.writestr(_entry(name), text.encode())
        for number, file in enumerate(added, start=1):
            entry = _entry(_name_of(number, file), f"{file.kind} {file.state}")
            archive.writestr(entry, file.content)
    return Package(kept.getvalue())


def _entry(name: str, comment: str = "") -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, ALWAYS)
    entry.external_attr = 0o600 << 16
    entry.comment = comment.encode()
    return entry


def _name_of(number: int, file: File) -> str:
    return f"evidence-{number}.{ending_of(file.kind)}"


def _list_of(added: Sequence[File]) -> str:
    """Which files go along: kind and size, what was said of each, and its hash."""
    return "\n\n".join(
        "\n".join(
            filter(
                None,
                [
                    f"{_name_of(number, file)}: {in_words(file)}",
                    file.words,
                    _hash_line(file.content),
                ],
            )
        )
        for number, file in enumerate(added, start=1)
    )


def _as_text(told: Sequence[Told]) -> str:
    return "\n\n".join(f"{one.question}\n{one.answer}" for one in told) + "\n"


def _cover(covering: Covering, consent: Consent) -> str:
    centre = Controller.objects.first() or Controller()
    purpose = FOR_WHAT.get(consent.purpose, consent.purpose)
    lines = [
        *([_("Training centre. Nothing here is real.")] * settings.IS_TRAINING),
        *([_("Attested, not signed by the reporter alone.")] * consent.is_attested),
        _("To %(name)s") % {"name": consent.recipient.name},
        _("From %(name)s, %(place)s")
        % {"name": centre.legal_name, "place": centre.postal_address},
        _("Number of this package: %(number)s") % {"number": covering.number},
        _("Asked for on %(day)s")
        % {"day": date_format(covering.requested_on, "j F Y")},
        "",
        _("What this is"),
        _("An account as it was told to us. It is not a finding."),
        _("Nobody who is named in it has been heard by us."),
        "",
        _("What the person who told us agreed to"),
        _("You may have: %(sections)s.") % {"sections": names_of(covering.sections)},
        _("For what: %(purpose)s.") % {"purpose": purpose},
        _("Until %(day)s. After that, destroy it or ask us.")
        % {"day": date_format(consent.until, "j F Y")},
        _("Do not pass it on, and do not use it for anything else."),
        _("If they take their consent back, we tell you the same day: then stop."),
        "",
        _("Whom to ask, and how to answer"),
        _("Write to %(email)s or ring %(phone)s, and name the number of this package.")
        % {"email": centre.email, "phone": centre.phone or "-"},
        _("Answer “received” when you have it."),
        _("Answer “done” when your work on it is finished."),
        _("Answer “returned” when you cannot act on it."),
        _("The person who told us reads your answer."),
    ]
    return "\n".join(lines) + "\n"


def _evidence(consent: Consent) -> str:
    said: Json = {
        "attested": consent.is_attested,
        "wording": consent.wording,
        "statement": bytes(consent.statement).decode(),
        "signature": bytes(consent.signature).hex(),
        "verify_with": bytes(consent.report.consent_key).hex(),
    }
    return json.dumps(
        json.loads(canonical_json(said)), ensure_ascii=False, sort_keys=True, indent=1
    )
