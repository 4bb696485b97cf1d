"""Sign-in, the vault passphrase, the lock, and the colleagues of the desk."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from fairwitness.staff.actions import (
    change_passphrase,
    change_password,
    change_role,
    hand_triage_key,
    invite_colleague,
    recognise,
    recover_with_sheet,
    renew_sign_in,
    set_passphrase,
    suspend,
    unlock,
)
from fairwitness.staff.actions.keys import holds_triage_key, is_sheet_kept
from fairwitness.staff.asking import attempt
from fairwitness.staff.forms import (
    InviteForm,
    PassphraseForm,
    PasswordForm,
    RecoverForm,
    RenewForm,
    RolesForm,
    SignInForm,
    UnlockForm,
)
from fairwitness.staff.guard import StaffRequest, needs
from fairwitness.staff.models import User
from fairwitness.staff.roles import May, Role
from fairwitness.staff.session import (
    close_desk,
    keep_unlocked,
    lock_now,
    open_desk,
    opens_while_locked,
    tell,
)
from fairwitness.staff.sheet_check import remember_two
from fairwitness.vault.passphrase import RecoverySheet

__all__ = ["StaffRequest", "needs"]

# Where one's work begins: the first of these that one may do.
BEGINNINGS = (
    (May.READ_NEW_REPORTS, "casework:inbox"),
    (May.RUN_CAMPAIGNS, "outreach:campaigns"),
    (May.DRAFT_EDITIONS, "figures:editions"),
    (May.ANSWER_REQUESTS, "rights:requests"),
)


def _next(request: HttpRequest) -> str:
    """Where somebody was going; only ever a page of our own."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    if is_ours and wanted.startswith("/"):
        return wanted
    return reverse("staff:desk")


@needs()
def desk(request: StaffRequest) -> HttpResponse:
    """The page with which one's work begins."""
    begins = [page for what, page in BEGINNINGS if request.user.may(what)]
    return redirect(begins[0] if begins else "staff:account")


@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a member of staff in by name, password and one-time code."""
    form = SignInForm(request.POST or None)
    if form.is_valid():
        user = recognise(
            form.cleaned_data["name"].strip(),
            password=form.cleaned_data["password"],
            code=form.cleaned_data["passcode"],
            at=timezone.now(),
        )
        if user is not None:
            open_desk(request, user)
            return redirect(_after_sign_in(request, user))
        form.add_error(
            None,
            _("Name, password and code do not belong together. Wait for a new code."),
        )
    context = {"form": form, "next": _next(request)}
    return render(request, "staff/sign_in.html", context)


def _after_sign_in(request: HttpRequest, user: User) -> str:
    there = "staff:unlock" if user.key else "staff:passphrase"
    return reverse(there, query={"next": _next(request)})


@require_POST
@opens_while_locked
@needs()
def sign_out(request: StaffRequest) -> HttpResponse:
    """End the sitting and clear this browser."""
    return close_desk(request, redirect("staff:sign_in"))


@require_POST
@needs()
def lock(request: StaffRequest) -> HttpResponse:
    """Lock the screen now."""
    lock_now(request)
    return redirect("staff:desk")


@needs()
def unlock_key(request: StaffRequest) -> HttpResponse:
    """Unlock one's own key for the day with the vault passphrase."""
    if request.user.key is None:
        return redirect("staff:passphrase")
    form = UnlockForm(request.POST or None)
    private = attempt(
        form,
        lambda: unlock(
            request.user, passphrase=form.cleaned_data["passphrase"], at=timezone.now()
        ),
        field="passphrase",
    )
    if private:
        response = redirect(_next(request))
        keep_unlocked(request, response, user=request.user, private=private)
        return response
    context = {"form": form, "next": _next(request)}
    return render(request, "staff/unlock.html", context)


@needs()
def passphrase(request: StaffRequest) -> HttpResponse:
    """Set the vault passphrase, or change it while the key is unlocked."""
    if request.user.key and request.unlocked is None:
        return redirect(reverse("staff:unlock", query={"next": request.path}))
    form = PassphraseForm(request.POST or None)
    sheet = attempt(
        form,
        lambda: _lock_anew(request, form.cleaned_data["passphrase"]),
        field="passphrase",
    )
    if not sheet:
        return render(request, "staff/passphrase.html", {"form": form})
    response = show_sheet(request, sheet)
    if request.unlocked is None:
        chosen = form.cleaned_data["passphrase"]
        private = unlock(request.user, passphrase=chosen, at=timezone.now())
        keep_unlocked(request, response, user=request.user, private=private)
    return response


def _lock_anew(request: StaffRequest, chosen: str) -> RecoverySheet:
    if request.unlocked is None:
        return set_passphrase(request.user, passphrase=chosen, on=timezone.localdate())
    _key, private = request.unlocked
    return change_passphrase(request.user, private=private, passphrase=chosen)


@needs()
def recover(request: StaffRequest) -> HttpResponse:
    """Open one's key with the printed sheet and set a new passphrase."""
    form = RecoverForm(request.POST or None)
    sheet = attempt(
        form,
        lambda: recover_with_sheet(
            request.user,
            words=form.cleaned_data["pass_sheet"],
            passphrase=form.cleaned_data["passphrase"],
            at=timezone.now(),
        ),
        field="pass_sheet",
    )
    if sheet:
        return show_sheet(request, sheet)
    return render(request, "staff/recover.html", {"form": form})


def show_sheet(request: StaffRequest, sheet: RecoverySheet) -> HttpResponse:
    """Show a new sheet, once; two of its words are asked for on the next page."""
    remember_two(request, sheet)
    return render(request, "staff/sheet.html", {"words": sheet.words})


@needs()
def account(request: StaffRequest) -> HttpResponse:
    """One's own account: password, passphrase, the id of one's key."""
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        if request.user.check_password(form.cleaned_data["old_password"]):
            change_password(request.user, password=form.cleaned_data["password"])
            open_desk(request, request.user)
            tell(request, _("Your password is changed."))
            return redirect("staff:account")
        form.add_error("old_password", _("This is not your password."))
    return render(
        request,
        "staff/account.html",
        {"form": form, "is_sheet_kept": is_sheet_kept(request.user)},
    )


@needs(May.MANAGE_STAFF, May.READ_NEW_REPORTS)
def colleagues(request: StaffRequest) -> HttpResponse:
    """Who works here, as what, and who holds the key to new reports."""
    people = (
        User.objects.select_related("key").prefetch_related("roles").order_by("name")
    )
    rows = [
        {
            "user": user,
            "roles": ", ".join(str(role.label) for role in Role if role in user.holds),
            "holds_key": holds_triage_key(user),
        }
        for user in people
    ]
    context = {"rows": rows, "may_invite": request.user.may(May.MANAGE_STAFF)}
    return render(request, "staff/colleagues.html", context)


@needs(May.MANAGE_STAFF)
def invite(request: StaffRequest) -> HttpResponse:
    """Take a colleague in; what their authenticator needs is shown once."""
    form = InviteForm(request.POST or None)
    invited = attempt(
        form,
        lambda: invite_colleague(
            form.cleaned_data["name"],
            email=form.cleaned_data["email"],
            roles=[Role(role) for role in form.cleaned_data["roles"]],
            password=form.cleaned_data["password"],
            by=request.user,
        ),
    )
    if not invited:
        return render(request, "staff/invite.html", {"form": form})
    user, secret = invited
    return render(request, "staff/invited.html", {"colleague": user, "secret": secret})


@needs(May.MANAGE_STAFF, May.READ_NEW_REPORTS)
def colleague(request: StaffRequest, name_id: str) -> HttpResponse:
    """One colleague: their roles, their key, the end of their account."""
    user = get_object_or_404(User.objects.prefetch_related("roles"), pk=name_id)
    form = RolesForm(request.POST or None, initial={"roles": list(user.holds)})
    if form.is_valid():
        roles = [Role(role) for role in form.cleaned_data["roles"]]
        change_role(user, roles=roles, by=request.user)
        tell(request, _("The roles of %(name)s are changed.") % {"name": user.name})
        return redirect("staff:colleague", name_id=user.pk)
    context = {
        "colleague": user,
        "form": form,
        "holds_key": holds_triage_key(user),
        "may_manage": request.user.may(May.MANAGE_STAFF),
        "may_hand_key": user.may(May.READ_NEW_REPORTS)
        and holds_triage_key(request.user)
        and not holds_triage_key(user),
    }
    return render(request, "staff/colleague.html", context)


@needs(May.MANAGE_STAFF)
def renew(request: StaffRequest, name_id: str) -> HttpResponse:
    """Give a colleague who lost theirs a new password and authenticator."""
    user = get_object_or_404(User, pk=name_id)
    form = RenewForm(request.POST or None)
    secret = attempt(
        form,
        lambda: renew_sign_in(
            user, password=form.cleaned_data["password"], by=request.user
        ),
        field="password",
    )
    context = {"colleague": user, "form": form, "secret": secret}
    page = "staff/invited.html" if secret else "staff/renew.html"
    return render(request, page, context)


@require_POST
@needs(May.MANAGE_STAFF)
def suspend_colleague(request: StaffRequest, name_id: str) -> HttpResponse:
    """Close a colleague's account."""
    user = get_object_or_404(User, pk=name_id)
    suspend(user, by=request.user, on=timezone.localdate())
    tell(request, _("The account of %(name)s is closed.") % {"name": user.name})
    return redirect("staff:colleagues")


@require_POST
@needs(May.READ_NEW_REPORTS)
def hand_key(request: StaffRequest, name_id: str) -> HttpResponse:
    """Hand the key to new reports to a colleague."""
    user = get_object_or_404(User, pk=name_id)
    if request.unlocked is None:
        there = reverse("staff:colleague", kwargs={"name_id": name_id})
        return redirect(reverse("staff:unlock", query={"next": there}))
    _key, private = request.unlocked
    hand_triage_key(user, private=private, by=request.user)
    tell(request, _("%(name)s can read new reports now.") % {"name": user.name})
    return redirect("staff:colleague", name_id=user.pk)
