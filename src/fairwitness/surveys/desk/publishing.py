"""Publishing at the desk: what will change, who may read what, and a second look before it is asked."""

from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fairwitness.staff.asking import attempt
from fairwitness.staff.guard import StaffRequest
from fairwitness.staff.session import tell
from fairwitness.surveys.actions import publish_version
from fairwitness.surveys.codes import AskedFor
from fairwitness.surveys.comparing import (
    Comparison,
    Reworded,
    compare,
    reworded,
)
from fairwitness.surveys.desk.shelf import WRITES
from fairwitness.surveys.desk.sources import Source, source_of
from fairwitness.surveys.forms import PublishForm
from fairwitness.surveys.models import Questionnaire, Version
from fairwitness.surveys.published import earlier_forms, form_of, newest_of_all
from fairwitness.surveys.questions import Form, Part, Question, Section
from fairwitness.surveys.wording import title_of
from fairwitness.surveys.xlsform import UnreadableForm

# Who may read an answer, by where it goes.
READERS = {
    Part.SURVEY: "Nobody can tell whose it is. Kept as a code, released in a batch.",
    Part.ABOUT: "Caseworkers, sealed with the account.",
    Section.NARRATIVE: "Caseworkers, sealed with the account. A recipient only with the reporter's signed consent.",
    Section.EVIDENCE: "Caseworkers, sealed with the account. A recipient only with the reporter's signed consent.",
    Section.IDENTITY: "Nobody alone: the reporter's signed consent, or two of us with a reason.",
    Section.OTHERS: "Nobody alone: that person's own consent, or two of us with a reason.",
}
PARTS = {
    Part.SURVEY: "Survey part",
    Part.REPORT: "Report",
    Part.ABOUT: "About oneself, after sending",
}
SERVES = {
    AskedFor.ANSWERS: "Answers that belong to nobody",
    AskedFor.REPORTS: "Looking into reports",
    AskedFor.FIGURES: "Figures",
}


@dataclass(frozen=True)
class Asked:
    """One question with what its answer is for, and who may read it."""

    title: str
    key: str
    part: str
    serves: str
    section: str
    readers: str
    is_fact: bool


def part_title(part: str) -> str:
    """What a part is called at the desk."""
    return PARTS[Part(part)] if part in set(Part) else "Questions without a part"


def asked_in(form: Form) -> list[Asked]:
    """Every question that somebody answers."""
    return [_asked(one, form) for one in form.questions if one.is_asked]


def _asked(question: Question, form: Form) -> Asked:
    where: Part | Section | None = None
    if question.part == Part.REPORT and question.section in set(Section):
        where = Section(question.section)
    elif question.part in set(Part) - {Part.REPORT}:
        where = Part(question.part)
    is_serving = question.asked_for in set(AskedFor)
    return Asked(
        title=title_of(question, form),
        key=question.key,
        part=PARTS[Part(question.part)] if question.part in set(Part) else "",
        serves=SERVES[AskedFor(question.asked_for)] if is_serving else "",
        section=question.section if question.part == Part.REPORT else "",
        readers=READERS[where] if where else "",
        is_fact=question.fact,
    )


@WRITES
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: StaffRequest, word: str) -> HttpResponse:
    """Say what changes when this is asked, and ask it once that was confirmed."""
    one = source_of(word)
    form = one.reading.form
    if form is None or not one.reading.may_be_published:
        tell(request, "This cannot be published yet. What is in the way stands below.")
        return redirect(one.address)
    other_words = _other_words(one, form)
    confirming = PublishForm(
        request.POST if request.method == "POST" else None,
        is_reworded=bool(other_words),
    )
    if request.method == "POST":
        version = attempt(
            confirming,
            lambda: publish_version(
                one.sheet,
                name=one.name,
                by=request.user,
                is_meant_alike=bool(other_words),
                beside=one.beside,
            ),
        )
        if version is not None:
            tell(request, "Published. Whoever comes from now on is asked this.")
            return redirect("surveys:source", version.pk)
    standing = _standing(one)
    newest = newest_of_all()
    context = {
        "source": one,
        "form": confirming,
        "errors": confirming.errors if confirming.is_bound else None,
        "asked": asked_in(form),
        "reworded": other_words,
        "standing": standing,
        "newest": newest,
        "takes_over": newest and (not standing or newest.pk != standing.pk),
        "changes": _changes(standing, form),
    }
    return render(request, "surveys/desk/publish.html", context)


def _other_words(one: Source, form: Form) -> tuple[Reworded, ...]:
    questionnaire = Questionnaire.objects.filter(name=one.name).first()
    return reworded(earlier_forms(questionnaire), form) if questionnaire else ()


def _standing(one: Source) -> Version | None:
    """The version that retires when this is published."""
    versions = Version.objects.filter(questionnaire__name=one.name, retired_on=None)
    return versions.exclude(pk=one.word).defer("sheet").first()


def _changes(standing: Version | None, form: Form) -> Comparison | None:
    """What is different from the version that retires; none when it cannot be read any more."""
    if standing is not None:
        with suppress(UnreadableForm):
            return compare(form_of(standing.pk), form)
    return None


@WRITES
@require_safe
def comparison(request: StaffRequest, word: str, other: str) -> HttpResponse:
    """Say in words what is different from one version to the other."""
    before, after = source_of(word), source_of(other)
    old, new = before.reading.form, after.reading.form
    if old is None or new is None:
        tell(request, "One of the two cannot be read to the end. Mend it first.")
        return redirect((before if old is None else after).address)
    found = compare(old, new)
    context = {
        "before": before,
        "after": after,
        "found": found,
        "sections": (
            ("Added", "a", found.added),
            ("Changed", "c", found.changed),
            ("Removed", "r", found.removed),
        ),
        "languages": {one.code: one for one in (*old.languages, *new.languages)},
    }
    return render(request, "surveys/desk/compare.html", context)
