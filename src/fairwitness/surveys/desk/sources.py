"""What a page of the desk is about: a manuscript, or a published version, by one word in its address."""

import re
import uuid
from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse

from fairwitness.surveys.companions import Companions
from fairwitness.surveys.desk.reading import Reading, read
from fairwitness.surveys.enclosed import enclosed
from fairwitness.surveys.models import Manuscript, Version
from fairwitness.surveys.published import newest_of_all, sheet_of

_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, eq=False)
class Source:
    """A questionnaire as it lies here: worked on, or published."""

    word: str
    name: str
    file_name: str
    sheet: bytes
    manuscript: Manuscript | None = None
    version: Version | None = None
    beside: Companions = ()

    @property
    def reading(self) -> Reading:
        """What the desk knows of the file."""
        return read(self.sheet, self.file_name, self.beside)

    @property
    def address(self) -> str:
        """Its page."""
        return reverse("surveys:source", args=[self.word])

    @property
    def title(self) -> str:
        """What it is called on pages, without its name."""
        return "Draft" if self.version is None else titled(self.version)

    @property
    def is_asked_now(self) -> bool:
        """Whether whoever opens the form now is asked this."""
        newest = newest_of_all()
        return bool(self.version and newest and newest.pk == self.version.pk)


def titled(version: Version) -> str:
    """A version by its day and the beginning of its hash: several can come on one day."""
    return f"Published {version.published_on:%-d %B %Y} ({version.pk[:8]})"


def source_of(word: str) -> Source:
    """The source of a word in an address. Error: `Http404`."""
    if _HASH.fullmatch(word):
        version = (
            Version.objects.select_related("questionnaire").filter(pk=word).first()
        )
        if version is not None:
            return from_version(version)
        raise Http404
    try:
        known = Manuscript.objects.filter(pk=uuid.UUID(word)).first()
    except ValueError:
        known = None
    if known is None:
        raise Http404
    return from_manuscript(known)


def from_manuscript(manuscript: Manuscript) -> Source:
    """A manuscript as a source."""
    return Source(
        word=str(manuscript.pk),
        name=manuscript.name,
        file_name=manuscript.file_name,
        sheet=bytes(manuscript.sheet),
        manuscript=manuscript,
        beside=enclosed(manuscript.files),
    )


def from_version(version: Version) -> Source:
    """A published version as a source. Error: `NotFrozen`."""
    return Source(
        word=version.pk,
        name=version.questionnaire.name,
        file_name="",
        sheet=sheet_of(version),
        version=version,
        beside=enclosed(version.files),
    )
