"""The files that come with a draft or a version, as they lie in the database."""

import hashlib
from collections.abc import Mapping
from functools import partial

from fairwitness.surveys.companions import (
    Companion,
    Companions,
    manifest_of,
    together,
)
from fairwitness.surveys.freezing import NotFrozen
from fairwitness.surveys.models import Enclosure


def enclosed(files: Mapping[str, str]) -> Companions:
    """The files of a manifest: SHA-256 by name. Their bytes are read when they are needed."""
    if not files:
        return ()
    rows = Enclosure.objects.filter(pk__in=set(files.values())).values_list(
        "digest", "media_type", "size"
    )
    known = {digest: (media_type, size) for digest, media_type, size in rows}
    return tuple(
        Companion(name, digest, *known[digest], partial(content_of, digest))
        for name, digest in sorted(files.items())
        if digest in known
    )


def content_of(digest: str) -> bytes:
    """The bytes of a file. Errors: `Enclosure.DoesNotExist`, `NotFrozen`."""
    found = bytes(Enclosure.objects.get(pk=digest).content)
    if hashlib.sha256(found).hexdigest() != digest:
        raise NotFrozen(
            "A file of this questionnaire was changed. Restore it from a backup."
        )
    return found


def together_with(files: Mapping[str, str], beside: Companions) -> dict[str, str]:
    """The manifest of these files with others put to them. Error: `NotWelcome`."""
    return manifest_of(together((*enclosed(files), *beside)))
