"""Published editions, and their files: frozen, complete, and nothing else of the folder."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

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
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
SHOWN = {".html", ".svg", ".txt", ".json"}
PAGE = "index.html"
FROZEN = "public, max-age=3600"


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
        "tables": [name for name in names if name.startswith("tables/")],
        "charts": [name for name in names if name.startswith("charts/")],
        "others": [name for name in names if "/" not in name and name != PAGE],
    }
    return render(request, "front/edition.html", context)


@login_not_required
@require_safe
def edition_file(request: HttpRequest, number: int, name: str) -> HttpResponseBase:
    """One file of a published edition. Nothing outside of its folder is ever reached."""
    del request
    one = get_object_or_404(Edition, number=number, state=Edition.State.PUBLISHED)
    path = _files(one).get(name)
    if path is None:
        raise Http404
    if path.name == PAGE:
        return _page(path)
    kind = KINDS[path.suffix]
    is_kept = path.suffix not in SHOWN
    response = FileResponse(path.open("rb"), as_attachment=is_kept, content_type=kind)
    response.headers["Cache-Control"] = FROZEN
    return response


def _files(one: Edition) -> dict[str, Path]:
    """The files of an edition by their names within it. Links are no files of ours."""
    folder = settings.EDITIONS / str(one.number)
    return {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.suffix in KINDS and path.is_file() and not path.is_symlink()
    }


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
