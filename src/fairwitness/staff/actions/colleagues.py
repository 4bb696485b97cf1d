"""Invites colleagues, gives and takes roles, and ends what somebody could open."""

from collections.abc import Collection
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from fairwitness.ledger.actions import record
from fairwitness.ledger.actors import Nameless
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.models import RoleHeld, User
from fairwitness.staff.one_time import SignInSecret, new_secret, seal_secret
from fairwitness.staff.roles import May, Role, may
from fairwitness.vault.actions import retire_key
from fairwitness.vault.models import KeyPair, Wrap


@transaction.atomic
def invite_colleague(
    name: str,
    *,
    roles: Collection[Role],
    password: str,
    by: User | Nameless,
    email: str = "",
) -> tuple[User, SignInSecret]:
    """Take somebody in. The sign-in secret is given back once and kept sealed.

    The machine itself (`SYSTEM`) invites the first person only.
    """
    _must_invite(by)
    name = " ".join(name.split())
    if not name or not roles:
        raise Refused(_("A colleague needs a name and at least one role."))
    if User.objects.filter(name=name).exists():
        raise Refused(_("Somebody here has this name already. Add something to it."))
    user, secret = User(name=name, email=email), new_secret(name)
    _set_password(user, password)
    user.sign_in_secret = seal_secret(user.pk, secret)
    user.save(force_insert=True)
    RoleHeld.objects.bulk_create(RoleHeld(user=user, role=role) for role in set(roles))
    record("staff.invited", user, by=by)
    return user, secret


@transaction.atomic
def change_role(user: User, *, roles: Collection[Role], by: User) -> None:
    """Set the roles of a colleague; who no longer reads reports loses the key to them."""
    by.must(May.MANAGE_STAFF)
    if user.pk == by.pk and not may(roles, May.MANAGE_STAFF):
        raise Refused(_("You cannot take this role from yourself. Ask a colleague to."))
    if not roles:
        raise Refused(
            _("A colleague needs at least one role. To end it, suspend them.")
        )
    RoleHeld.objects.filter(user=user).exclude(role__in=roles).delete()
    held = user.holds
    new = [RoleHeld(user=user, role=role) for role in set(roles) - held]
    RoleHeld.objects.bulk_create(new)
    if not may(roles, May.READ_NEW_REPORTS) and user.key:
        _take_keys(user.key)
    record("staff.roles_changed", user, by=by)


@transaction.atomic
def suspend(user: User, *, by: User, on: date) -> None:
    """Close somebody's account at once: their sittings end, their key opens nothing more."""
    by.must(May.MANAGE_STAFF)
    if user.pk == by.pk:
        raise Refused(_("You cannot suspend yourself. Ask a colleague to."))
    if user.key:
        _take_keys(user.key)
        retire_key(user.key, on=on)
    user.is_active = False
    user.save(update_fields=["is_active"])
    record("staff.suspended", user, by=by)


@transaction.atomic
def renew_sign_in(user: User, *, password: str, by: User | Nameless) -> SignInSecret:
    """Give somebody who lost password or authenticator new ones; every sitting of theirs ends.

    Their roles stay, and their key stays locked as it was: this opens nothing that is
    sealed. The sign-in secret is given back once. The machine itself (`SYSTEM`) may do
    it too, for whoever has no colleague that may. Error: `Refused`.
    """
    if isinstance(by, User):
        by.must(May.MANAGE_STAFF)
        if user.pk == by.pk:
            raise Refused(
                _(
                    "Your own password you change under your name. A new authenticator "
                    "comes from a colleague, or from whoever runs the machine."
                )
            )
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise Refused(_("This account is closed. Invite them anew."))
    _set_password(user, password)
    secret = new_secret(user.name)
    user.sign_in_secret, user.last_code = seal_secret(user.pk, secret), 0
    user.save(update_fields=["password", "sign_in_secret", "last_code"])
    record("staff.sign_in_renewed", user, by=by)
    return secret


@transaction.atomic
def change_password(user: User, *, password: str) -> None:
    """Set one's own password; every other sitting of that person ends."""
    _set_password(user, password)
    user.save(update_fields=["password"])
    record("staff.password_changed", user, by=user)


def _must_invite(by: User | Nameless) -> None:
    if isinstance(by, User):
        by.must(May.MANAGE_STAFF)
    elif User.objects.exists():
        raise NotAllowed(
            _("People work here already: one of those who may invite has to do it.")
        )


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise Refused(" ".join(weak.messages)) from None
    user.set_password(password)


def _take_keys(key: KeyPair) -> None:
    """Delete what is wrapped to a key. Refused when nobody else could read new reports."""
    for held in Wrap.objects.filter(holder=key, part="key"):
        others = Wrap.objects.filter(subject=held.subject, part="key")
        if not others.exclude(holder=key).filter(holder__retired_on=None).exists():
            raise Refused(
                _(
                    "Nobody else holds the key to new reports. Hand it to a colleague first, "
                    "or nobody could read them any more."
                )
            )
    Wrap.objects.filter(holder=key).delete()
