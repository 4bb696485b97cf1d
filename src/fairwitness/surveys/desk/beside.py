"""The files that come with a questionnaire, at the desk: what its sheet names, and what is there."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from fairwitness.refusal import Refused
from fairwitness.staff.asking import takes_up_to
from fairwitness.staff.guard import StaffRequest
from fairwitness.staff.session import tell
from fairwitness.surveys.actions import put_beside, take_out
from fairwitness.surveys.bundle import is_bundle, packed_together, unpacked
from fairwitness.surveys.checking.beside import Named
from fairwitness.surveys.companions import (
    TAKES,
    Companion,
    Companions,
    Family,
    companion_of,
    together,
)
from fairwitness.surveys.desk.shelf import WRITES, file_stem
from fairwitness.surveys.desk.sources import Source, source_of
from fairwitness.surveys.forms import LARGEST_POST, FilesForm
from fairwitness.surveys.models import Manuscript
from fairwitness.surveys.questions import AREAS
from fairwitness.surveys.xlsform import type_of

MOST_CELLS = 4  # of one file that are named


@dataclass(frozen=True)
class Row:
    """One file: what is wanted under its name, where it is named, and what came."""

    name: str
    wanted: str
    cells: tuple[str, ...]
    more: int
    came: Companion | None
    is_right: bool

    @property
    def picture(self) -> str:
        """Its address, where it is a picture."""
        is_picture = self.came and self.came.family is Family.PICTURE
        if self.came is None or not is_picture:
            return ""
        return reverse("surveys:enclosure", args=[self.came.digest])


def rows_of(source: Source) -> list[Row]:
    """What the sheet names, by name; then what came and is named nowhere."""
    came = {one.name: one for one in source.beside}
    named = sorted(source.reading.named, key=attrgetter("name"))
    rows = [
        _row(name, list(places), came.pop(name, None))
        for name, places in groupby(named, key=attrgetter("name"))
    ]
    return rows + [
        Row(one.name, "", (), 0, one, is_right=False) for one in came.values()
    ]


def _row(name: str, places: list[Named], came: Companion | None) -> Row:
    wanted = dict.fromkeys(one.family for one in places)
    cells = list(dict.fromkeys(one.cell for one in places))
    return Row(
        name,
        wanted=", ".join(TAKES[one] for one in wanted),
        cells=tuple(cells[:MOST_CELLS]),
        more=max(len(cells) - MOST_CELLS, 0),
        came=came,
        is_right=came is not None and list(wanted) == [came.family],
    )


@takes_up_to(LARGEST_POST)
@WRITES
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: StaffRequest, word: str) -> HttpResponse:
    """List what comes with a questionnaire; bring files in, replace them, take them out."""
    source = source_of(word)
    form = FilesForm()
    if request.method == "POST" and source.manuscript is None:
        raise Http404
    if source.manuscript is not None and "take-out" in request.POST:
        take_out(source.manuscript, request.POST["take-out"], by=request.user)
        tell(request, "It is taken out.")
        return redirect("surveys:files", word)
    if source.manuscript is not None and request.method == "POST":
        form = FilesForm(request.POST, request.FILES)
        if _bring_in(request, source.manuscript, form):
            tell(request, "The files are here.")
            return redirect("surveys:files", word)
        source = source_of(word)
    reading = source.reading
    context = {
        "source": source,
        "rows": rows_of(source),
        "form": form,
        "errors": form.errors if form.is_bound else None,
        "takes": list(TAKES.values()),
        "has_areas": reading.form is not None and AREAS in reading.form.external,
    }
    return render(request, "surveys/desk/files.html", context)


def _bring_in(request: StaffRequest, manuscript: Manuscript, form: FilesForm) -> bool:
    """Put to a draft what can come with it, and say of all else why not."""
    if not form.is_valid():
        return False
    found: list[Companion] = []
    refused: list[str] = []
    for upload in form.cleaned_data["brought"]:
        try:
            found += _companions_in(upload)
        except Refused as refusal:
            refused.append(str(refusal))
    try:
        put_beside(manuscript, together(found), by=request.user)
    except Refused as refusal:
        refused.append(str(refusal))
    if refused:
        form.add_error("brought", " ".join(refused))
    return not refused


def _companions_in(upload: UploadedFile) -> Iterable[Companion]:  # type: ignore[type-arg] # generic only in stubs
    """A file, or all files of an archive."""
    content, name = upload.read(), str(upload.name)
    if not is_bundle(content):
        return [companion_of(name, content)]
    return [companion_of(one, told) for one, told in unpacked(content).items()]


@WRITES
@require_safe
def companion_file(request: StaffRequest, word: str, name: str) -> HttpResponse:
    """One of the files as it came."""
    found = {one.name: one for one in source_of(word).beside}.get(name)
    if found is None:
        raise Http404
    return _download(found.read(), found.media_type, name)


@WRITES
@require_safe
def bundle(request: StaffRequest, word: str) -> HttpResponse:
    """The spreadsheet with all its files, packed together: as it can be brought in again."""
    source = source_of(word)
    stem = file_stem(source)
    beside: Companions = source.beside
    content = packed_together(source.sheet, f"{stem}{type_of(source.sheet)}", beside)
    return _download(content, "application/zip", f"{stem}.zip")


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    plain = name.encode("ascii", "replace").decode().replace('"', "").replace("?", "-")
    response["Content-Disposition"] = f'attachment; filename="{plain}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
