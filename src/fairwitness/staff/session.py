"""A staff member's sitting: who is here, what is unlocked, and when the screen locks.

The unlocked key is kept in two halves: its seed, enclosed under a fresh key, lies in the
session row; that fresh key lies in a cookie. Neither opens anything alone.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from fairwitness.staff.actions import is_code_right
from fairwitness.staff.models import User
from fairwitness.vault.envelope import CannotOpen, Context, disclose, enclose
from fairwitness.vault.models import KeyPair
from fairwitness.vault.suites import PrivateKey, Suite

Next = Callable[[HttpRequest], HttpResponse]
Unlocked = tuple[KeyPair, PrivateKey]

DESK = "/desk/"
VAULT_COOKIE = f"{settings.COOKIE_PREFIX}vault"
VAULT_PATH = "/" if settings.COOKIE_PREFIX else "/desk"
DAY_LIMIT = timedelta(hours=8)
TOUCH_SECONDS = 60  # so that a page does not write a row each time it is looked at

# What the lock page adds to a form; "pass" in a name keeps it out of kept pages.
LOCK_CODE, LOCK_BACK = "lock-passcode", "lock-pass-back"
_KEY_BYTES = 32


class LockWhenIdle:
    """Gives each desk request its unlocked key; after some quiet minutes asks for a code.

    The lock page stands at the address that was asked for, over what was typed: the same
    form carries the one-time code and everything else on to where it was going.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.unlocked = None  # type: ignore[attr-defined] # read through StaffRequest
        request.unlocked_until = None  # type: ignore[attr-defined] # the same
        if _is_at_desk(request):
            request.toast = SimpleLazyObject(lambda: take_toast(request))  # type: ignore[attr-defined] # read by the desk's template
            if not _is_locked(request):
                _bring_key(request)
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: object,
        _kwargs: object,
    ) -> HttpResponse | None:
        is_open = not getattr(view, "login_required", True)
        if is_open or getattr(view, "opens_while_locked", False):
            return None
        if not _is_at_desk(request) or not isinstance(request.user, User):
            return None
        if _is_locked(request):
            return _ask_for_code(request, request.user)
        _touch(request)
        if request.POST.get(LOCK_BACK) == "get":  # another window opened it meanwhile
            return redirect(request.get_full_path())
        return None


def opens_while_locked(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Mark a view that a locked screen does not keep away, as signing out."""
    view.opens_while_locked = True  # type: ignore[attr-defined] # a mark that the middleware reads
    return view


def open_desk(request: HttpRequest, user: User) -> None:
    """Begin a sitting."""
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.pop("locked", None)
    request.session["seen"] = _now()


def close_desk(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """End a sitting: both halves of the key go, and what the browser kept."""
    logout(request)
    response.delete_cookie(VAULT_COOKIE, path=VAULT_PATH, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def lock_now(request: HttpRequest) -> None:
    """Lock the screen; a one-time code opens it again."""
    request.session["locked"] = True


def keep_unlocked(
    request: HttpRequest, response: HttpResponse, *, user: User, private: PrivateKey
) -> None:
    """Keep an unlocked key for the day, one half here and one in the browser."""
    half = token_bytes(_KEY_BYTES)
    enclosed = enclose(half, private.seed, _context(user))
    request.session["vault"] = urlsafe_b64encode(enclosed).decode()
    request.session["vault_until"] = _now() + int(DAY_LIMIT.total_seconds())
    response.set_cookie(
        VAULT_COOKIE,
        urlsafe_b64encode(half).decode(),
        path=VAULT_PATH,
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Strict",
    )


def tell(request: HttpRequest, sentence: str, *, undo_url: str = "") -> None:
    """Say on the next page what was done, with a way to take it back."""
    request.session["toast"] = [str(sentence), undo_url]


def take_toast(request: HttpRequest) -> dict[str, str] | None:
    """What was done just now, once."""
    told = request.session.pop("toast", None)
    return {"sentence": told[0], "undo_url": told[1]} if told else None


def _is_at_desk(request: HttpRequest) -> bool:
    has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
    return has_session and request.path.startswith(DESK)


def _is_locked(request: HttpRequest) -> bool:
    seen = request.session.get("seen", 0)
    is_idle = abs(_now() - seen) > settings.IDLE_MINUTES * 60  # clocks go both ways
    return "seen" in request.session and (
        is_idle or request.session.get("locked", False)
    )


def _bring_key(request: HttpRequest) -> None:
    until = request.session.get("vault_until", 0)
    half = request.COOKIES.get(VAULT_COOKIE, "")
    left = until - _now()  # more than a day's: the clock went back
    if not half or not 0 < left <= DAY_LIMIT.total_seconds():
        return
    if not isinstance(request.user, User):
        return
    key = request.user.key
    if key is None or key.retired_on is not None:
        return
    try:
        enclosed = urlsafe_b64decode(request.session["vault"])
        seed = disclose(urlsafe_b64decode(half), enclosed, _context(request.user))
    except (CannotOpen, NotBase64, ValueError, KeyError):
        return
    private = PrivateKey.from_seed(Suite(key.suite), seed)
    request.unlocked = (key, private)  # type: ignore[attr-defined] # read through StaffRequest
    request.unlocked_until = datetime.fromtimestamp(until, UTC)  # type: ignore[attr-defined] # the same


def _ask_for_code(request: HttpRequest, user: User) -> HttpResponse | None:
    """Open the screen with a fresh code and go on; else show the lock over what was typed."""
    error = ""
    if code := request.POST.get(LOCK_CODE, ""):
        if is_code_right(user, code=code, at=timezone.now()):
            request.session.pop("locked", None)
            request.session["seen"] = _now()
            _bring_key(request)
            is_page = request.POST.get(LOCK_BACK) == "get"
            return redirect(request.get_full_path()) if is_page else None
        error = _("That code does not open the screen. Wait for the next one.")
    back = request.POST.get(LOCK_BACK) or (
        "post" if request.method == "POST" else "get"
    )
    context = {
        "fields": _typed(request),
        "back": back,
        "errors": {"lock-code": error} if error else {},
        "error": error,
    }
    return render(request, "staff/lock.html", context, status=423)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """Everything that was posted but secrets and our own fields."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and "pass" not in name
        for value in values
    ]


def _touch(request: HttpRequest) -> None:
    if _now() - request.session.get("seen", 0) >= TOUCH_SECONDS:
        request.session["seen"] = _now()


def _now() -> int:
    return int(timezone.now().timestamp())


def _context(user: User) -> Context:
    return Context("session", str(user.pk), "vault")
