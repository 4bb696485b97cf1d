"""Published editions, and their files: frozen, complete, and nothing else of the folder."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from tempfile import SpooledTemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from fairwitness.figures.models import Edition

# What an edition is made of; a file of any other kind is not served.
KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".sig": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
SHOWN = {".html", ".svg", ".txt", ".json", ".sig", ""}
# The one file without an ending: its name is a standard's.
CHECKPOINT = "log/checkpoint"
PAGE, WHOLE = "index.html", "all-files.zip"
LEAST_DATE = (1980, 1, 1, 0, 0, 0)  # what a zip file calls no date
FROZEN = "public, max-age=3600"
IN_MEMORY = 20_000_000


def published() -> list[Edition]:
    """What was published, the newest first."""
    return list(
        Edition.objects.filter(state=Edition.State.PUBLISHED).order_by("-number")
    )


@login_not_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The newest edition; the list while nothing is published."""
    del request
    newest = published()[:1]
    if not newest:
        return redirect("front:editions")
    return redirect("front:edition", number=newest[0].number)


@login_not_required
@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """Every edition that was published."""
    return render(request, "front/editions.html", {"editions": published()})


@login_not_required
@require_safe
def edition(request: HttpRequest, number: int) -> HttpResponse:
    """One edition: where to read it, its files, and how to check them."""
    one = get_object_or_404(Edition, number=number, state=Edition.State.PUBLISHED)
    names = sorted(_files(one))
    context = {
        "edition": one,
        "digest": bytes(one.digest or b"").hex(),
        "page": PAGE if PAGE in names else "",
        "whole": WHOLE if names else "",
        "tables": _grouped(names, "tables/"),
        "charts": _grouped(names, "charts/"),
        "others": [name for name in names if "/" not in name and name != PAGE],
    }
    return render(request, "front/edition.html", context)


@login_not_required
@require_safe
def edition_file(request: HttpRequest, number: int, name: str) -> HttpResponseBase:
    """One file of a published edition. Nothing outside of its folder is ever reached."""
    del request
    one = get_object_or_404(Edition, number=number, state=Edition.State.PUBLISHED)
    files = _files(one)
    if name == WHOLE and files:
        return _whole(one, files)
    path = files.get(name)
    if path is None:
        raise Http404
    if path.name == PAGE:
        return _page(path)
    kind = KINDS[path.suffix or ".txt"]
    is_kept = path.suffix not in SHOWN
    response = FileResponse(path.open("rb"), as_attachment=is_kept, content_type=kind)
    response.headers["Cache-Control"] = FROZEN
    return response


def _files(one: Edition) -> dict[str, Path]:
    """The files of an edition by their names within it. Links are no files of ours."""
    folder = settings.EDITIONS / str(one.number)
    found = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }
    return {
        name: path
        for name, path in found.items()
        if path.suffix in KINDS or name == CHECKPOINT
    }


def _grouped(names: list[str], under: str) -> list[dict[str, object]]:
    """The files of a folder, those of one name together: what it shows, and in which forms."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        if name.startswith(under):
            stem, kind = name.removeprefix(under).rsplit(".", 1)
            shows, _dash, light = stem.partition("-")
            form = " ".join(filter(None, (kind.upper(), light)))
            groups.setdefault(shows.replace("_", " "), []).append((form, name))
    return [{"shows": shows, "forms": forms} for shows, forms in groups.items()]


def _whole(one: Edition, files: dict[str, Path]) -> FileResponse:
    """The whole folder in one file, so that anybody can check it at home."""
    packed = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 # the response closes it
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, path in sorted(files.items()):
            entry = ZipInfo(f"edition-{one.number}/{name}", LEAST_DATE)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    packed.seek(0)
    called = f"edition-{one.number}.zip"
    response = FileResponse(packed, as_attachment=True, filename=called)
    response.headers["Cache-Control"] = FROZEN
    return response


def _page(path: Path) -> HttpResponse:
    """The page of an edition; it brings its own style, which its hash allows."""
    text = path.read_text("utf-8")
    response = HttpResponse(text, content_type=KINDS[".html"])
    allowed = [
        f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"
        for style in re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    ]
    response._csp_update = {"style-src": allowed}  # type: ignore[attr-defined] # read by CSPMiddleware
    response.headers["Cache-Control"] = FROZEN
    return response
