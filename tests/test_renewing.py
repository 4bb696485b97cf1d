"""Who lost password or authenticator gets new ones, which open nothing that is sealed."""

import re
from html import unescape
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fairwitness.cli import main
from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Entry
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.actions import (
    recognise,
    renew_sign_in,
    set_passphrase,
    suspend,
    unlock,
)
from fairwitness.staff.models import User
from fairwitness.staff.one_time import SignInSecret
from fairwitness.staff.roles import Role
from fairwitness.vault.models import LockedKey, Wrap
from fairwitness.vault.passphrase import WrongPassphrase
from tests.desk import NOW, PASSPHRASE, TODAY, Colleague, colleague, sign_in
from tests.first_two import (  # noqa: F401 # fixtures
    a_caseworker,
    a_coordinator,
    the_keys_of_the_house,
)

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])

NEW = "grey pebble lantern 9"


def secret_in(told):
    """The sign-in secret that a page or a terminal showed."""
    found = re.search(r"otpauth://[^\s\"<]+", unescape(told))
    assert found
    return SignInSecret(parse_qs(urlsplit(found[0]).query)["secret"][0], "Ada")


def comes_in(secret, *, password=NEW):
    """Whether these let Ada in now."""
    code = secret.code(timezone.now())
    return recognise("Ada", password=password, code=code, at=timezone.now())


def test_the_new_ones_let_in_and_the_old_ones_do_not(lea, ada):
    secret = renew_sign_in(ada.user, password=NEW, by=lea.user)

    assert comes_in(ada.secret, password=ada.password) is None
    assert comes_in(ada.secret) is None
    assert comes_in(secret, password=ada.password) is None
    assert comes_in(secret) == ada.user


def test_every_sitting_ends_at_once(lea, ada):
    at_home, at_work = ada.browser(), ada.browser()

    renew_sign_in(ada.user, password=NEW, by=lea.user)

    for browser in (at_home, at_work):
        there = browser.get(reverse("staff:account"))
        assert there.url.startswith(reverse("staff:sign_in"))


def test_roles_and_key_stay_and_only_the_passphrase_opens_it(lea, ada):
    locked = LockedKey.objects.values().get(key=ada.user.key)

    secret = renew_sign_in(ada.user, password=NEW, by=lea.user)

    user = User.objects.get(name="Ada")
    assert (user.holds, user.key) == (frozenset({Role.CASEWORKER}), ada.key)
    assert LockedKey.objects.values().get(key=user.key) == locked
    assert Wrap.objects.filter(holder=user.key, part="key").exists()
    with pytest.raises(WrongPassphrase):
        unlock(user, passphrase=NEW, at=NOW)
    assert unlock(user, passphrase=PASSPHRASE, at=NOW).public == ada.private.public
    browser = Colleague(user, secret, password=NEW).browser(unlocked=False)
    assert "locked" in browser.get(reverse("casework:inbox")).content.decode()


def test_whoever_renewed_somebody_cannot_set_a_passphrase_over_theirs(lea, ada):
    renew_sign_in(ada.user, password=NEW, by=lea.user)

    with pytest.raises(Refused, match="have a key already"):
        set_passphrase(
            User.objects.get(name="Ada"), passphrase=PASSPHRASE + " more", on=TODAY
        )


def test_the_ledger_says_who_did_it_and_nothing_of_the_secret(lea, ada):
    renew_sign_in(ada.user, password=NEW, by=lea.user)

    entry = Entry.objects.get(act="staff.sign_in_renewed")
    assert (entry.by, entry.content) == (lea.user.actor_id, None)
    assert entry.subject.endswith(str(ada.user.pk))


def test_only_who_manages_staff_renews(lea, ada):
    with pytest.raises(NotAllowed, match="Coordinator"):
        renew_sign_in(lea.user, password=NEW, by=ada.user)


def test_nobody_renews_their_own_without_the_old_password(lea):
    with pytest.raises(Refused, match="from a colleague"):
        renew_sign_in(lea.user, password=NEW, by=lea.user)


@pytest.mark.parametrize(
    ("password", "says"), [("short", "too short"), ("password1234", "too common")]
)
def test_a_weak_password_is_refused_and_the_old_one_serves_on(lea, ada, password, says):
    with pytest.raises(Refused, match=says):
        renew_sign_in(ada.user, password=password, by=lea.user)

    assert comes_in(ada.secret, password=ada.password) == ada.user


def test_a_closed_account_stays_closed(lea, ada, triage):
    colleague("Ben", Role.TRIAGE, by=lea.user, triage=triage)
    suspend(ada.user, by=lea.user, on=TODAY)

    with pytest.raises(Refused, match="account is closed"):
        renew_sign_in(ada.user, password=NEW, by=SYSTEM)


def test_the_page_shows_the_new_secret_once_and_it_serves(lea, ada):
    browser = lea.browser()
    there = reverse("staff:renew", args=[ada.user.pk])

    assert (
        there
        in browser.get(reverse("staff:colleague", args=[ada.user.pk])).content.decode()
    )
    assert "Their key stays locked" in browser.get(there).content.decode()
    shown = browser.post(there, {"password": NEW}).content.decode()

    renewed = Colleague(ada.user, secret_in(shown), password=NEW)
    assert sign_in(Client(), renewed).url.startswith(reverse("staff:unlock"))
    assert "otpauth" not in browser.get(there).content.decode()


def test_the_page_refuses_beside_the_field_and_changes_nothing(lea, ada):
    browser = lea.browser()

    for user in (ada.user, lea.user):
        there = reverse("staff:renew", args=[user.pk])
        shown = browser.post(there, {"password": "short"}).content.decode()
        assert "another look" in shown
        assert "otpauth" not in shown

    assert comes_in(ada.secret, password=ada.password) == ada.user


def test_who_may_not_invite_finds_no_such_page(lea, ada):
    there = reverse("staff:renew", args=[lea.user.pk])

    assert ada.browser().post(there, {"password": NEW}).status_code == 403


def test_whoever_runs_the_machine_helps_where_no_colleague_may(
    lea, ada, monkeypatch, capsys
):
    monkeypatch.setattr("sys.stdin", StringIO(f"{NEW}\n{NEW}\n"))

    assert main(["staff", "renew", "Ada"]) == 0

    told = capsys.readouterr().out
    assert comes_in(secret_in(told)) == ada.user
    assert NEW not in told
    assert Entry.objects.get(act="staff.sign_in_renewed").by == SYSTEM.actor_id


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (["staff", "renew", "Nobody"], "Nobody of that name works here."),
        (["staff", "renew", "Ada"], "too short"),
    ],
)
def test_the_command_refuses_kindly(lea, ada, typed, says, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", StringIO("short\nshort\n"))

    assert main(typed) == 1

    assert says in capsys.readouterr().err
