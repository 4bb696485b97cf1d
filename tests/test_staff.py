"""Signing in, unlocking, locking, inviting, handing keys over: who may, and who may not."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import hashers
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from fairwitness.ledger.actors import SYSTEM
from fairwitness.ledger.models import Entry
from fairwitness.refusal import NotAllowed, Refused
from fairwitness.staff.actions import (
    TooManyTries,
    change_passphrase,
    change_role,
    hand_triage_key,
    invite_colleague,
    is_code_right,
    keep_triage_key,
    recognise,
    recover_with_sheet,
    set_passphrase,
    suspend,
    unlock,
)
from fairwitness.staff.models import User, Wait
from fairwitness.staff.roles import Role
from fairwitness.staff.session import VAULT_COOKIE
from fairwitness.vault.models import Wrap
from fairwitness.vault.opening import NoKey
from fairwitness.vault.passphrase import (
    RecoverySheet,
    WeakPassphrase,
    WrongPassphrase,
    WrongSheet,
)
from fairwitness.vault.suites import PrivateKey
from tests.desk import NOW, PASSPHRASE, PASSWORD, TODAY, colleague, fresh_code, sign_in
from tests.first_two import (  # noqa: F401 # fixtures
    a_caseworker,
    a_coordinator,
    the_keys_of_the_house,
)

pytestmark = pytest.mark.django_db(databases=["default", "keystore"])


# Inviting


def test_the_first_person_is_invited_by_the_machine_and_the_second_is_not(lea):
    with pytest.raises(NotAllowed, match="work here already"):
        invite_colleague("Eve", roles=[Role.TRIAGE], password=PASSWORD, by=SYSTEM)


def test_only_who_manages_staff_invites(ada):
    with pytest.raises(NotAllowed, match="Coordinator"):
        invite_colleague("Eve", roles=[Role.TRIAGE], password=PASSWORD, by=ada.user)


@pytest.mark.parametrize(
    ("name", "roles", "password", "says"),
    [
        ("Lea", [Role.TRIAGE], PASSWORD, "this name already"),
        ("Eve", [], PASSWORD, "at least one role"),
        (" ", [Role.TRIAGE], PASSWORD, "needs a name"),
        ("Eve", [Role.TRIAGE], "short", "too short"),
        ("Eve", [Role.TRIAGE], "password1234", "too common"),
    ],
)
def test_what_does_not_make_a_colleague_is_refused(lea, name, roles, password, says):
    with pytest.raises(Refused, match=says):
        invite_colleague(name, roles=roles, password=password, by=lea.user)


def test_the_secret_of_a_colleague_stands_nowhere_in_clear(ada):
    row = User.objects.get(name="Ada")

    assert ada.secret.base32.encode() not in bytes(row.sign_in_secret or b"")
    assert ada.secret.base32 not in repr(ada.secret)
    assert ada.secret.base32 in ada.secret.otpauth


# Signing in


def test_name_password_and_code_together_let_somebody_in(ada):
    client = Client()

    response = sign_in(client, ada)

    assert response.url.startswith(reverse("staff:unlock"))
    assert client.get(reverse("staff:account")).status_code == 200


@pytest.mark.parametrize("wrong", ["name", "password", "passcode"])
def test_one_wrong_word_keeps_everybody_out_with_the_same_page(ada, wrong):
    right = sign_in(Client(), ada, name="Nobody here")

    response = sign_in(Client(), ada, **{wrong: "000 000"})

    assert "do not belong together" in response.content.decode()
    assert response.status_code == right.status_code == 200


def test_a_code_serves_once(ada):
    code = fresh_code(ada)

    first = recognise("Ada", password=PASSWORD, code=code, at=timezone.now())
    second = recognise("Ada", password=PASSWORD, code=code, at=timezone.now())

    assert (first, second) == (ada.user, None)


@pytest.mark.parametrize(
    ("seconds", "is_taken"),
    [(-60, False), (-30, True), (0, True), (30, True), (60, False)],
)
def test_a_clock_may_go_half_a_minute_wrong(ada, seconds, is_taken):
    code = ada.secret.code(NOW + timedelta(seconds=seconds))

    assert is_code_right(ada.user, code=code, at=NOW) is is_taken


def test_an_earlier_code_does_not_serve_after_a_later_one(ada):
    is_code_right(ada.user, code=ada.secret.code(NOW), at=NOW)
    earlier = ada.secret.code(NOW - timedelta(seconds=30))

    assert not is_code_right(ada.user, code=earlier, at=NOW)


@pytest.mark.parametrize("name", ["Ada", "Nobody here"])
def test_guessing_is_slowed_down_whether_or_not_the_name_exists(ada, name):
    for _try in range(5):
        recognise(name, password="wrong", code="000000", at=NOW)

    with pytest.raises(TooManyTries, match="Wait 1 second,"):
        recognise(name, password="wrong", code="000000", at=NOW)


def test_the_wait_doubles_and_is_never_longer_than_a_minute(ada):
    at = NOW
    for _try in range(15):
        recognise("Ada", password="wrong", code="000000", at=at)
        at += timedelta(seconds=61)
    recognise("Ada", password="wrong", code="000000", at=at)

    with pytest.raises(TooManyTries, match="Wait 60 seconds"):
        recognise("Ada", password="wrong", code="000000", at=at)


def test_a_wait_names_nobody_and_is_forgotten_within_the_next_hour_of_tries(ada):
    recognise("Ada", password="wrong", code="000000", at=NOW)
    assert "Ada" not in str(Wait.objects.values().get())

    recognise("Ben", password="wrong", code="000000", at=NOW + timedelta(hours=2))

    assert Wait.objects.count() == 1


def test_an_unknown_name_costs_as_much_as_a_known_one(ada, monkeypatch):
    spent = []
    hasher = type(hashers.get_hasher())
    encode = hasher.encode

    def counting(self, password, salt, *more):
        spent.append(password)
        return encode(self, password, salt, *more)

    monkeypatch.setattr(hasher, "encode", counting)
    recognise("Ada", password="wrong", code="000000", at=NOW)
    known = len(spent)
    recognise("Nobody here", password="wrong", code="000000", at=NOW)

    assert (known, len(spent)) == (1, 2)


def test_who_was_suspended_is_out_at_once(lea, ada, triage):
    colleague("Ben", Role.TRIAGE, by=lea.user, triage=triage)
    client = ada.browser()
    suspend(ada.user, by=lea.user, on=TODAY)

    response = client.get(reverse("staff:account"))

    assert response.url.startswith(reverse("staff:sign_in"))
    assert "do not belong" in sign_in(Client(), ada).content.decode()
    assert not Wrap.objects.filter(holder=ada.user.key).exists()


# The key of one's own


def test_the_passphrase_opens_the_key_and_another_does_not(ada):
    private = unlock(ada.user, passphrase=PASSPHRASE, at=NOW)

    assert private.public == ada.private.public
    with pytest.raises(WrongPassphrase):
        unlock(ada.user, passphrase="something else entirely here", at=NOW)


def test_guessing_a_passphrase_is_slowed_down(ada, monkeypatch):
    for _try in range(5):
        with pytest.raises(WrongPassphrase):
            unlock(ada.user, passphrase="something else entirely here", at=NOW)

    with pytest.raises(TooManyTries):
        unlock(ada.user, passphrase=PASSPHRASE, at=NOW)


def test_a_weak_passphrase_is_refused(lea):
    with pytest.raises(WeakPassphrase):
        set_passphrase(lea.user, passphrase="too short", on=TODAY)


def test_a_key_is_made_once(ada):
    with pytest.raises(Refused, match="already"):
        set_passphrase(ada.user, passphrase=PASSPHRASE, on=TODAY)


def test_the_recovery_sheet_opens_a_forgotten_key_and_is_renewed(lea):
    sheet = set_passphrase(lea.user, passphrase=PASSPHRASE, on=TODAY)
    before = unlock(lea.user, passphrase=PASSPHRASE, at=NOW)
    fresh = "nine copper bells under the sea"

    recover_with_sheet(lea.user, words=" ".join(sheet.words), passphrase=fresh, at=NOW)

    assert unlock(lea.user, passphrase=fresh, at=NOW).public == before.public
    with pytest.raises(WrongSheet):
        recover_with_sheet(
            lea.user, words=" ".join(sheet.words), passphrase=fresh, at=NOW
        )


def test_another_sheet_opens_nothing(ada):
    words = " ".join(RecoverySheet.new().words)

    with pytest.raises(WrongSheet):
        recover_with_sheet(ada.user, words=words, passphrase=PASSPHRASE, at=NOW)


def test_one_key_cannot_be_locked_over_another(ada):
    with pytest.raises(NotAllowed, match="not your key"):
        change_passphrase(
            ada.user, private=PrivateKey.generate(), passphrase=PASSPHRASE
        )


# The key to new reports


def test_the_triage_key_passes_from_hand_to_hand(lea, ada, triage):
    ben = colleague("Ben", Role.TRIAGE, by=lea.user)

    hand_triage_key(ben.user, private=ada.private, by=ada.user)

    assert ben.ring.keys[triage[0].pk].public == triage[1].public


def test_nobody_hands_over_what_they_do_not_hold(lea, ada, triage):
    ben = colleague("Ben", Role.TRIAGE, by=lea.user)
    cai = colleague("Cai", Role.TRIAGE, by=lea.user)

    with pytest.raises(NotAllowed, match="do not hold"):
        hand_triage_key(cai.user, private=ben.private, by=ben.user)


def test_the_triage_key_goes_only_to_those_who_read_reports(lea, ada):
    ina = colleague("Ina", Role.STATISTICIAN, by=lea.user)

    with pytest.raises(NotAllowed, match="read new reports"):
        hand_triage_key(ina.user, private=ada.private, by=ada.user)


def test_who_has_no_key_is_handed_none(lea, ada):
    ben = colleague("Ben", Role.TRIAGE, by=lea.user, has_key=False)

    with pytest.raises(Refused, match="set a passphrase first"):
        hand_triage_key(ben.user, private=ada.private, by=ada.user)


def test_a_key_is_handed_once(ada, triage):
    with pytest.raises(Refused, match="already"):
        keep_triage_key(*triage, to=ada.user, by=SYSTEM)


def test_no_other_key_passes_for_the_triage_key(lea, ada, triage):
    ben = colleague("Ben", Role.TRIAGE, by=lea.user)

    with pytest.raises(Refused, match="not the key"):
        keep_triage_key(triage[0], PrivateKey.generate(), to=ben.user, by=SYSTEM)


def test_the_last_who_can_read_new_reports_cannot_be_sent_away(lea, ada):
    with pytest.raises(Refused, match="Nobody else holds"):
        suspend(ada.user, by=lea.user, on=TODAY)
    with pytest.raises(Refused, match="Nobody else holds"):
        change_role(ada.user, roles=[Role.STATISTICIAN], by=lea.user)


def test_who_no_longer_reads_reports_loses_the_key_to_them(lea, ada, triage):
    ben = colleague("Ben", Role.TRIAGE, by=lea.user, triage=triage)

    change_role(ben.user, roles=[Role.STATISTICIAN], by=lea.user)

    with pytest.raises(NoKey):
        ben.ring.open_wrap(triage[0].pk, "key")
    assert ben.user.holds == {Role.STATISTICIAN}


def test_nobody_locks_themselves_out(lea):
    with pytest.raises(Refused, match="cannot suspend yourself"):
        suspend(lea.user, by=lea.user, on=TODAY)
    with pytest.raises(Refused, match="cannot take this role"):
        change_role(lea.user, roles=[Role.TRIAGE], by=lea.user)


def test_a_colleague_without_any_role_is_refused(lea, ada):
    with pytest.raises(Refused, match="at least one role"):
        change_role(ada.user, roles=[], by=lea.user)


# The sitting


def test_the_session_row_alone_does_not_open_the_key(ada):
    client = ada.browser()
    assert b"Unlocked until" in client.get(reverse("staff:account")).content

    del client.cookies[VAULT_COOKIE]

    assert b"Unlocked until" not in client.get(reverse("staff:account")).content


def test_the_cookie_alone_does_not_open_the_key(ada):
    client, other = ada.browser(), ada.browser(unlocked=False)

    other.cookies[VAULT_COOKIE] = client.cookies[VAULT_COOKIE].value

    assert b"Unlocked until" not in other.get(reverse("staff:account")).content


def test_the_seed_lies_in_neither_half(ada):
    client = ada.browser()

    row, cookie = client.session["vault"], client.cookies[VAULT_COOKIE].value

    assert ada.private.seed.hex() not in row + cookie
    assert client.cookies[VAULT_COOKIE]["httponly"]
    assert client.cookies[VAULT_COOKIE]["samesite"] == "Strict"


def test_an_unlocked_key_closes_after_eight_hours(ada):
    with time_machine.travel(NOW, tick=False) as clock:
        client = ada.browser()
        for _quarter in range(33):
            clock.shift(timedelta(minutes=14.9))
            response = client.get(reverse("staff:account"))

        assert b"Unlocked until" not in response.content
        assert response.status_code == 200


def test_after_quiet_minutes_the_screen_locks_and_a_code_opens_it_at_the_same_place(
    ada,
):
    with time_machine.travel(NOW, tick=False) as clock:
        client = ada.browser()
        clock.shift(timedelta(minutes=settings.IDLE_MINUTES, seconds=1))
        page = reverse("staff:account")

        locked = client.get(page)
        opened = client.post(
            page, {"lock-passcode": fresh_code(ada), "lock-pass-back": "get"}
        )

        assert (locked.status_code, b"screen is locked" in locked.content) == (
            423,
            True,
        )
        assert opened.url == page
        assert b"Unlocked until" in client.get(page).content


def test_what_was_typed_before_the_lock_goes_on_with_the_code(lea):
    with time_machine.travel(NOW, tick=False) as clock:
        client = lea.browser()
        clock.shift(timedelta(minutes=16))
        page = reverse("staff:invite")
        typed = {"name": "Ben", "roles": ["triage"], "password": PASSWORD}

        locked = client.post(page, typed)
        again = {"name": "Ben", "roles": ["triage"], "password": PASSWORD}
        done = client.post(page, {**again, "lock-passcode": fresh_code(lea)})

        assert b'name="name" value="Ben"' in locked.content
        assert PASSWORD.encode() not in locked.content
        assert done.status_code == 200
        assert User.objects.filter(name="Ben").exists()


def test_a_wrong_code_does_not_open_the_screen(ada):
    client = ada.browser()
    client.post(reverse("staff:lock"))

    response = client.post(
        reverse("staff:account"), {"lock-passcode": "000000", "lock-pass-back": "get"}
    )

    assert (response.status_code, b"does not open the screen" in response.content) == (
        423,
        True,
    )


def test_a_locked_screen_lets_nobody_act(lea, ada):
    client = lea.browser()
    client.post(reverse("staff:lock"))

    client.post(reverse("staff:suspend_colleague", args=[ada.user.pk]))

    assert User.objects.get(pk=ada.user.pk).is_active


def test_signing_out_clears_both_halves_and_the_browser(ada):
    client = ada.browser()

    response = client.post(reverse("staff:sign_out"))

    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert response.cookies[VAULT_COOKIE].value == ""
    assert "vault" not in client.session


def test_one_can_sign_out_while_locked(ada):
    client = ada.browser()
    client.post(reverse("staff:lock"))

    response = client.post(reverse("staff:sign_out"))

    assert response.url == reverse("staff:sign_in")


def test_whoever_signs_in_again_finds_the_screen_open(ada):
    client = ada.browser()
    client.post(reverse("staff:lock"))

    sign_in(client, ada)

    assert client.get(reverse("staff:account")).status_code == 200


def test_a_new_password_ends_the_other_sittings(ada):
    mine, other = ada.browser(), ada.browser(unlocked=False)

    mine.post(
        reverse("staff:account"),
        {"old_password": PASSWORD, "password": "another lantern 72"},
    )

    assert mine.get(reverse("staff:account")).status_code == 200
    assert other.get(reverse("staff:account")).status_code == 302


def test_after_signing_in_one_goes_where_one_was_going_and_never_elsewhere(ada):
    client = Client()
    for asked, given in (
        (reverse("staff:account"), reverse("staff:account")),
        ("https://elsewhere.example/", reverse("staff:desk")),
    ):
        arrived = sign_in(client, ada, next=asked)
        opened = client.post(arrived.url, {"passphrase": PASSPHRASE, "next": asked})

        assert opened.headers["Location"] == given


# Pages


def test_each_begins_where_their_work_is(lea, ada):
    ina = colleague("Ina", Role.STATISTICIAN, by=lea.user, has_key=False)
    tom = colleague("Tom", Role.TECHNICIAN, by=lea.user, has_key=False)

    begins = [
        who.browser().get(reverse("staff:desk")).headers["Location"]
        for who in (lea, ada, ina, tom)
    ]

    assert begins == [
        reverse("outreach:campaigns"),
        reverse("casework:inbox"),
        reverse("figures:editions"),
        reverse("staff:account"),
    ]


def test_the_list_of_pages_shows_what_one_may_see_and_nothing_else(lea, ada):
    pages = {
        who.user.name: who.browser().get(reverse("staff:account")).content.decode()
        for who in (lea, ada)
    }

    for name, opens in (
        ("casework:inbox", {"Ada"}),
        ("outreach:campaigns", {"Lea"}),
        ("staff:colleagues", {"Lea", "Ada"}),
    ):
        link = f'href="{reverse(name)}"'
        assert {who for who, page in pages.items() if link in page} == opens


PAGES_OF_STAFF = {
    "staff:unlock": {"ada"},
    "staff:account": {"lea", "ada", "ina"},
    "staff:colleagues": {"lea", "ada"},
    "staff:invite": {"lea"},
}


@pytest.mark.parametrize("page", PAGES_OF_STAFF)
def test_each_page_opens_for_those_who_may(lea, ada, page):
    ina = colleague("Ina", Role.STATISTICIAN, by=lea.user, has_key=False)
    cast = {"lea": lea, "ada": ada, "ina": ina}

    opened = {
        name
        for name, who in cast.items()
        if who.browser().get(reverse(page)).status_code == 200
    }

    assert opened == PAGES_OF_STAFF[page]


def test_a_first_passphrase_is_set_on_a_page_and_its_sheet_is_shown_once(lea):
    client = lea.browser()
    page = reverse("staff:passphrase")

    differs = client.post(
        page, {"passphrase": PASSPHRASE, "passphrase_again": "other words"}
    )
    weak = client.post(page, {"passphrase": "short", "passphrase_again": "short"})
    done = client.post(page, {"passphrase": PASSPHRASE, "passphrase_again": PASSPHRASE})

    assert b"These two differ" in differs.content
    assert b"15 characters" in weak.content
    assert done.content.count(b'class="n"') == 20
    assert b"Unlocked until" in client.get(reverse("staff:account")).content


def test_a_wrong_passphrase_is_said_beside_its_field(ada):
    client = ada.browser(unlocked=False)

    response = client.post(
        reverse("staff:unlock"), {"passphrase": "not the right one at all"}
    )

    assert b"does not open your key" in response.content
    assert b"not the right one" not in response.content


def test_a_colleague_is_handed_the_key_on_a_page(lea, ada):
    ben = colleague("Ben", Role.TRIAGE, by=lea.user)
    client = ada.browser()
    page = reverse("staff:colleague", args=[ben.user.pk])
    assert ben.key.key_id.encode() in client.get(page).content

    client.post(reverse("staff:hand_key", args=[ben.user.pk]))

    assert b"can read new reports now" in client.get(page).content
    assert Wrap.objects.filter(holder=ben.user.key, part="key").exists()


def test_roles_change_on_a_page_and_the_ledger_says_so(lea, ada):
    client = lea.browser()

    client.post(
        reverse("staff:colleague", args=[ada.user.pk]),
        {"roles": ["caseworker", "disclosure"]},
    )

    assert User.objects.get(pk=ada.user.pk).holds == {Role.CASEWORKER, Role.DISCLOSURE}
    assert Entry.objects.filter(
        act="staff.roles_changed", by=lea.user.actor_id
    ).exists()


def test_the_public_meets_no_cookie_and_no_session_at_the_desks_door():
    response = Client().get(reverse("staff:sign_in"))

    assert settings.SESSION_COOKIE_NAME not in response.cookies


def _desk_pages(patterns, before=""):
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _desk_pages(entry.url_patterns, before + str(entry.pattern))
        elif isinstance(entry, URLPattern) and before.startswith("desk/"):
            yield f"{before}{entry.pattern}", entry.callback


def test_every_page_of_the_desk_says_who_may_see_it():
    silent = {
        address
        for address, view in _desk_pages(get_resolver().url_patterns)
        if getattr(view, "login_required", True) and not hasattr(view, "needs")
    }

    assert silent == set()
