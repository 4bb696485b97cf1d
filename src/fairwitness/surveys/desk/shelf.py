"""The shelf of questionnaires: what there is, upload, what the checker finds, the sheet itself."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from fairwitness.staff.asking import attempt, takes_up_to
from fairwitness.staff.guard import StaffRequest, needs
from fairwitness.staff.roles import May
from fairwitness.staff.session import tell
from fairwitness.surveys.actions import discard_manuscript, keep_manuscript
from fairwitness.surveys.checking import Level
from fairwitness.surveys.desk.grid import Note, excerpts, grid_of, noted
from fairwitness.surveys.desk.reading import Reading
from fairwitness.surveys.desk.sources import Source, source_of, titled
from fairwitness.surveys.forms import LARGEST_POST, UploadForm
from fairwitness.surveys.models import Manuscript, Questionnaire, Version
from fairwitness.surveys.published import newest_of_all
from fairwitness.surveys.xlsform import DEFAULT, type_of

FINDINGS_A_PAGE = 40
ROWS_A_PAGE = 100
_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xls": "application/vnd.ms-excel",
    ".csv": "text/csv; charset=utf-8",
}
WRITES = needs(May.WRITE_QUESTIONNAIRES)


@WRITES
@require_safe
def questionnaires(request: StaffRequest) -> HttpResponse:
    """List what is worked on, and every questionnaire with its versions."""
    newest = newest_of_all()
    rows = [
        {
            "name": one.name,
            "versions": [
                {"row": version, **_state(version, newest)}
                for version in one.versions.defer("sheet").order_by("-number", "-pk")
            ],
        }
        for one in Questionnaire.objects.order_by("name")
    ]
    manuscripts = Manuscript.objects.defer("sheet").order_by("name")
    context = {"rows": rows, "manuscripts": manuscripts}
    return render(request, "surveys/desk/questionnaires.html", context)


def _state(version: Version, newest: Version | None) -> dict[str, str]:
    if version.retired_on:
        return {"state": f"Retired {version.retired_on:%-d %B %Y}", "shape": "empty"}
    if newest and newest.pk == version.pk:
        return {"state": "Asked now", "shape": "full"}
    return {"state": "For campaigns", "shape": "half"}


@takes_up_to(LARGEST_POST)
@WRITES
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: StaffRequest) -> HttpResponse:
    """Take a spreadsheet in, with whatever mistakes it holds."""
    if request.POST.get("act") == "default":
        return _bring_in_default(request)
    is_post = request.method == "POST"
    form = UploadForm(
        request.POST if is_post else None,
        request.FILES if is_post else None,
        initial={"name": request.GET.get("name", "")},
    )

    def keep() -> Manuscript:
        came = form.brought()
        return keep_manuscript(
            came.sheet,
            name=form.cleaned_data["name"],
            file_name=came.file_name,
            by=request.user,
            beside=came.beside,
        )

    kept = attempt(form, keep, field="file") if is_post else None
    if kept is not None:
        tell(request, "The file is here. Nobody is asked anything yet.")
        return redirect("surveys:source", kept.pk)
    context = {
        "form": form,
        "errors": form.errors if form.is_bound else None,
        "known": form.known_names(),
    }
    return render(request, "surveys/desk/upload.html", context)


def _bring_in_default(request: StaffRequest) -> HttpResponse:
    """Take in the one that comes with the house: to publish it, or to change it first."""
    kept = keep_manuscript(
        DEFAULT.read_bytes(),
        name="Default questionnaire",
        file_name=DEFAULT.name,
        by=request.user,
    )
    tell(request, "The questionnaire that comes with the house is here.")
    return redirect("surveys:source", kept.pk)


@WRITES
@require_safe
def source(request: StaffRequest, word: str) -> HttpResponse:
    """Show one questionnaire: what is found in it, on its own grid, and what can be done with it."""
    one = source_of(word)
    reading = one.reading
    found = (*reading.checked, *reading.unfit)
    number, pages = _page(request, len(found), FINDINGS_A_PAGE)
    first = (number - 1) * FINDINGS_A_PAGE
    notes = noted(found[first : first + FINDINGS_A_PAGE], first=first + 1)
    known = len(reading.checked) - first  # of the checker, on this page
    context = {
        "source": one,
        "reading": reading,
        "checked": notes[: max(known, 0)],
        "unfit": notes[max(known, 0) :],
        "errors_found": _count(reading.checked, Level.ERROR),
        "advice_found": _count(reading.checked, Level.WARNING),
        "unfit_found": len(reading.unfit),
        "asked": _asked(reading),
        "files_named": len({named.name for named in reading.named}),
        "files_missing": len(reading.form.missing) if reading.form else 0,
        "grids": excerpts(reading.workbook, notes),
        "sheets": list(reading.workbook.sheets.values()),
        "others": others_of(one),
        "number": number,
        "pages": pages,
    }
    return render(request, "surveys/desk/source.html", context)


def _count(found: tuple[Any, ...], level: Level) -> int:
    return sum(one.level is level for one in found)


def _asked(reading: Reading) -> int:
    """How many questions and notes somebody may see."""
    form = reading.form
    return sum(one.is_shown for one in form.questions) if form else 0


def others_of(source: Source) -> list[dict[str, str]]:
    """What a questionnaire can be compared with: its versions and its draft, the newest first."""
    versions = Version.objects.filter(questionnaire__name=source.name).defer("sheet")
    found = [
        {"word": one.pk, "title": titled(one)}
        for one in versions.order_by("-number", "-pk")
    ]
    drafts = Manuscript.objects.filter(name=source.name).values_list("pk", flat=True)
    found += [{"word": str(pk), "title": "Draft"} for pk in drafts]
    return [one for one in found if one["word"] != source.word]


@WRITES
@require_safe
def sheet(request: StaffRequest, word: str, number: int) -> HttpResponse:
    """Show a whole sheet, page by page, with everything that was found in it."""
    one = source_of(word)
    sheets = list(one.reading.workbook.sheets.values())
    if not 1 <= number <= len(sheets):
        raise Http404
    here = sheets[number - 1]
    page, pages = _page(request, len(here.rows), ROWS_A_PAGE)
    rows = here.rows[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE]
    notes: list[Note] = noted((*one.reading.checked, *one.reading.unfit))
    shown = {1, *(row.number for row in rows)}
    near = [
        note
        for note in notes
        if note.finding.sheet == here.name and note.finding.row in shown
    ]
    context = {
        "source": one,
        "sheets": sheets,
        "here": number,
        "grid": grid_of(here, rows, near, is_page=True),
        "notes": near,
        "number": page,
        "pages": pages,
    }
    return render(request, "surveys/desk/sheet.html", context)


def _page(request: StaffRequest, count: int, each: int) -> tuple[int, list[int]]:
    """Which page is asked for, and all of them."""
    pages = list(range(1, max(-(-count // each), 1) + 1))
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isdecimal() and len(asked) < len("100000") else 1
    return (number if number in pages else 1), pages


def file_stem(one: Source) -> str:
    """How a questionnaire is called when it is saved, without the ending."""
    stem = "".join(sign if sign.isalnum() else "-" for sign in one.name).strip("-")
    version = f"-{one.word[:8]}" if one.version else ""
    return f"{stem.encode('ascii', 'ignore').decode() or 'questionnaire'}{version}"


@WRITES
@require_safe
def source_file(request: StaffRequest, word: str) -> HttpResponse:
    """The spreadsheet as it came."""
    one = source_of(word)
    kind = type_of(one.sheet)
    response = HttpResponse(one.sheet, content_type=_TYPES[kind])
    name = f"{file_stem(one)}{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@WRITES
@require_POST
def discard(request: StaffRequest, word: str) -> HttpResponse:
    """Throw away what was not published."""
    one = source_of(word)
    if one.manuscript is None:
        raise Http404
    discard_manuscript(one.manuscript, by=request.user)
    tell(request, "The draft is thrown away. What is published stays.")
    return redirect("surveys:questionnaires")
