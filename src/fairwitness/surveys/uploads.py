"""What becomes of a file that a page was sent: it is looked at once, before anything else is done."""

from contextlib import suppress
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from fairwitness.sifting.apart import Sifted, sift
from fairwitness.sifting.kinds import LARGEST, Reason, Unwanted
from fairwitness.staff.asking import takes_up_to

AROUND = 500_000  # bytes of a post around its file
taking_files = takes_up_to(LARGEST + AROUND)


def sift_all(request: HttpRequest) -> None:
    """Look at every file of a post now, before a transaction keeps others waiting."""
    for name in request.FILES:
        with suppress(Unwanted):
            sifted(request, name, is_whole=f"{name}-whole" in request.POST)


def sifted(request: HttpRequest, name: str, *, is_whole: bool = False) -> Sifted | None:
    """The file that was sent under a name, cleaned; none when there is none.

    Each is looked at once, however often this is asked. Error: `Unwanted`.
    """
    sent = request.FILES.get(name)
    if sent is None:
        return None
    known: dict[str, Sifted | Reason] = vars(request).setdefault("sifted", {})
    if name not in known:
        known[name] = _looked_at(sent, is_whole=is_whole)
    found = known[name]
    if isinstance(found, Reason):
        raise Unwanted(found)
    return found


def _looked_at(sent: "UploadedFile[Any]", *, is_whole: bool) -> "Sifted | Reason":
    content = sent.read()
    if sent.size and not content:  # of a post that was too large nothing is kept
        return Reason.TOO_LARGE
    try:
        return sift(content, is_whole=is_whole)
    except Unwanted as refused:
        return refused.reason
