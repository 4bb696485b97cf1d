"""The desk's pages for lost keys: the sheet that was kept, the rehearsal, the two trustees."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from fairwitness.refusal import Refused
from fairwitness.staff.actions import (
    ask_trustees,
    confirm_sheet,
    paper_of,
    recover_by_trustees,
    rehearse_by_house_sheet,
    rehearse_by_sheet,
    rehearse_by_trustees,
    take_triage_key,
)
from fairwitness.staff.asking import attempt
from fairwitness.staff.forms import (
    AnswerForm,
    AnswerWithPassphraseForm,
    AskForm,
    RehearseForm,
    SheetKeptForm,
)
from fairwitness.staff.guard import StaffRequest, needs
from fairwitness.staff.models import Recovery
from fairwitness.staff.session import tell
from fairwitness.staff.sheet_check import are_right, places_asked
from fairwitness.staff.views import show_sheet
from fairwitness.vault.models import KeyPair
from fairwitness.vault.passphrase import RecoverySheet

LONGEST_PAPER = 200_000


@needs()
def sheet_kept(request: StaffRequest) -> HttpResponse:
    """Ask for two words of the sheet that was just shown."""
    places = places_asked(request)
    if not places:
        return redirect("staff:desk")
    form = SheetKeptForm(request.POST or None, places=places)
    if form.is_valid():
        if are_right(request, list(form.cleaned_data.values())):
            confirm_sheet(request.user, on=timezone.localdate())
            tell(request, _("Your sheet is on paper."))
            return redirect("staff:desk")
        form.add_error(
            None,
            _(
                "These are not the words. Look at the paper. Without one, set your passphrase again: that makes a new sheet."
            ),
        )
    return render(request, "staff/sheet_kept.html", {"form": form})


@needs()
def rehearse(request: StaffRequest) -> HttpResponse:
    """Try a recovery sheet to the end, without changing anything."""
    form = RehearseForm(
        request.POST or None, initial={"whose": RehearseForm.Whose.MINE}
    )
    proven = attempt(form, lambda: _try_sheet(request, form), field="pass_sheet")
    if proven:
        names = ", ".join(KeyPair.Purpose(key.purpose).label for key in proven)
        tell(request, _("It worked: %(names)s. The day is noted.") % {"names": names})
        return redirect("staff:account")
    return render(request, "staff/rehearse.html", {"form": form})


def _try_sheet(request: StaffRequest, form: RehearseForm) -> list[KeyPair]:
    words, now = form.cleaned_data["pass_sheet"], timezone.now()
    if form.cleaned_data["whose"] == RehearseForm.Whose.HOUSE:
        return rehearse_by_house_sheet(words=words, at=now, by=request.user)
    return rehearse_by_sheet(request.user, words=words, at=now)


@needs()
def trustees(request: StaffRequest) -> HttpResponse:
    """Ask two trustees for a key; the one-time words are shown once."""
    form = AskForm(request.POST or None, initial={"what": AskForm.What.TRY})
    asked = attempt(
        form, lambda: _ask(request, AskForm.What(form.cleaned_data["what"]))
    )
    if asked:
        row, words = asked
        context = {"asked": row, "words": words.words, "paper": paper_of(row)}
        return render(request, "staff/asked.html", context)
    waiting = Recovery.objects.filter(user=request.user, done_on=None)
    context = {"form": form, "waiting": waiting.select_related("key")}
    return render(request, "staff/trustees.html", context)


def _ask(request: StaffRequest, what: AskForm.What) -> tuple[Recovery, RecoverySheet]:
    return ask_trustees(
        request.user,
        on=timezone.localdate(),
        by=request.user,
        triage=what in {AskForm.What.TRIAGE, AskForm.What.TRY_TRIAGE},
        rehearsal=what in {AskForm.What.TRY, AskForm.What.TRY_TRIAGE},
    )


@needs()
def trustees_paper(request: StaffRequest, asked_id: str) -> HttpResponse:
    """The paper that goes to the trustees, as a file."""
    text = paper_of(_mine(request, asked_id)).to_text()
    response = HttpResponse(text, content_type="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="recovery.json"'
    return response


@needs()
def trustees_answer(request: StaffRequest, asked_id: str) -> HttpResponse:
    """Take what the second trustee gave back."""
    asked = _mine(request, asked_id)
    is_own = not asked.test and asked.key == request.user.key
    kind = AnswerWithPassphraseForm if is_own else AnswerForm
    form = kind(request.POST or None, request.FILES or None)
    taken = attempt(form, lambda: _take(asked, form), field="pass_words")
    if isinstance(taken, RecoverySheet):
        return show_sheet(request, taken)
    if taken:
        tell(request, _("It worked. The day is noted."))
        return redirect("staff:account")
    context = {"form": form, "asked": asked, "paper": paper_of(asked)}
    return render(request, "staff/answer.html", context)


def _take(asked: Recovery, form: AnswerForm) -> RecoverySheet | bool:
    told = form.cleaned_data
    if told["paper"].size > LONGEST_PAPER:
        raise Refused(_("That file is no paper of a recovery: it is too long."))
    paper, words, now = told["paper"].read(), told["pass_words"], timezone.now()
    if asked.test:
        rehearse_by_trustees(asked, paper=paper, words=words, at=now)
        return True
    if asked.key != asked.user.key:
        take_triage_key(asked, paper=paper, words=words, at=now)
        return True
    chosen = told["passphrase"]
    return recover_by_trustees(
        asked, paper=paper, words=words, passphrase=chosen, at=now
    )


def _mine(request: StaffRequest, asked_id: str) -> Recovery:
    waiting = Recovery.objects.filter(user=request.user, done_on=None)
    return get_object_or_404(waiting.select_related("key", "user"), pk=asked_id)
