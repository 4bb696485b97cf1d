"""Questions that are answered with a file: which kinds they take, and what a page does with one."""

from dataclasses import dataclass

from django.http import HttpRequest

from fairwitness.sifting.kinds import (
    EVERYTHING,
    FILMS,
    PICTURES,
    SOUNDS,
    Reason,
    Sort,
    Unwanted,
)
from fairwitness.surveys.answers import Problem, Trouble, mark_for_page
from fairwitness.surveys.pages import Page
from fairwitness.surveys.questions import FILES, Kind, Question
from fairwitness.surveys.sentences_of_files import (
    described,
    what_is_taken,
    what_is_taken_out,
    what_whole_means,
    why_not,
)
from fairwitness.surveys.uploads import sifted
from fairwitness.surveys.walks import Walk

WANTED = {
    Kind.IMAGE: PICTURES,
    Kind.AUDIO: SOUNDS | {Sort.MP4},  # in which some telephones keep what they record
    Kind.VIDEO: FILMS,
    Kind.FILE: EVERYTHING,
}
# By kind and by ending: some browsers know the one alone, some the other.
_PICTURES = "image/jpeg,image/png,image/webp"
_SOUNDS = (
    "audio/mpeg,audio/mp4,audio/x-m4a,audio/wav,audio/ogg,.mp3,.m4a,.wav,.ogg,.opus"
)
_FILMS = "video/mp4,video/quicktime,.mp4,.mov"
ACCEPT = {
    Kind.IMAGE: _PICTURES,
    Kind.AUDIO: _SOUNDS,
    Kind.VIDEO: _FILMS,
    Kind.FILE: f"{_PICTURES},{_SOUNDS},{_FILMS},application/pdf,text/plain,.txt",
}
_CAMERAS = {"new": "environment", "new-rear": "environment", "new-front": "user"}


@dataclass(frozen=True)
class AboutFile:
    """What the page of a question for a file says of it; `kept` is the one that is chosen."""

    accept: str
    capture: str
    kept: str
    taken: str
    taken_out: str
    whole_means: str


def about_file(walk: Walk, question: Question) -> AboutFile:
    """What the page of a question for a file says."""
    return AboutFile(
        accept=ACCEPT[question.kind],
        capture=capture_of(question),
        kept=file_in_words(walk, question),
        taken=what_is_taken(WANTED[question.kind]),
        taken_out=what_is_taken_out(WANTED[question.kind]),
        whole_means=what_whole_means(),
    )


def file_in_words(walk: Walk, question: Question) -> str:
    """Kind and size of the file that answers a question; nothing when none does."""
    file = walk.files.get(question.key)
    if file is None:
        return ""
    return described(file.sort, file.size, is_whole=file.is_whole)


def capture_of(question: Question) -> str:
    """Which camera opens at once, where the sheet wants something new and not what is there."""
    asked = question.appearance.split()
    return next((camera for word, camera in _CAMERAS.items() if word in asked), "")


def take_files(
    request: HttpRequest, walk: Walk, page: Page, *, is_kept: bool = True
) -> dict[str, Problem]:
    """Put the files of a page into the draft, or take them out; what is not taken is told.

    With `is_kept` off, as in a preview, a file is looked at and let go.
    """
    fields = {name: request.POST.getlist(name) for name in request.POST}
    is_passed_over = mark_for_page(fields) is not None
    problems: dict[str, Problem] = {}
    for question in page.asked:
        if question.kind not in FILES:
            continue
        if is_passed_over or f"{question.key}-remove" in fields:
            walk.files.remove(question.key)
        if is_passed_over:
            continue
        try:
            _take(request, walk, question, is_kept=is_kept)
        except Unwanted as refused:
            told = why_not(refused.reason)
            problems[question.key] = Problem(Trouble.NOT_TAKEN, told)
    return problems


def forget_files(walk: Walk, page: Page) -> None:
    """Let the questions of a page for files be asked again."""
    for question in page.asked:
        if question.kind in FILES:
            walk.answers.pop(question.key, None)


def _take(
    request: HttpRequest, walk: Walk, question: Question, *, is_kept: bool
) -> None:
    is_whole = f"{question.key}-whole" in request.POST
    file = sifted(request, question.key, is_whole=is_whole)
    if file is None:
        return
    if file.sort not in WANTED[question.kind]:
        raise Unwanted(Reason.ANOTHER_KIND)
    walk.files.put(question.key, file, is_kept=is_kept)
