"""Every answer of the house, of whatever kind, carries the headers that keep people safe."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as house
from django.contrib.staticfiles.finders import find
from django.test import Client

from fairwitness.staff.session import VAULT_COOKIE
from tests.clumsy import true_addresses, who_may_come

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}
ONLY_OURS = {"'self'", "'none'"}
MAY_BE_KEPT = (
    "/editions/1/index.html",
    "/editions/1/edition.json",
    "/editions/1/all-files.zip",
)
TELLTALE = {"Server", "X-Powered-By", "Last-Modified", "ETag", "Via", "X-Request-Id"}

pytestmark = [
    pytest.mark.one_engine,
    pytest.mark.django_db(databases=["default", "keystore"]),
]


def require_safe_headers(response, address):
    """Everything that a browser must be told, on this answer."""
    told = response.headers
    for name, value in FIXED.items():
        assert told.get(name) == value, (address, name)
    rules = dict(
        rule.strip().split(" ", 1)
        for rule in told["Content-Security-Policy"].split(";")
    )
    assert rules["default-src"] == "'none'", address
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'", address
    assert rules["form-action"] == "'self'", address
    for rule, allowed in rules.items():
        hashes = {one for one in allowed.split() if one.startswith("'sha256-")}
        assert not hashes or rule == "style-src"
        assert set(allowed.split()) - hashes <= ONLY_OURS, (address, rule)
    if address not in MAY_BE_KEPT:
        assert told["Cache-Control"] == "no-store", address
    holds_key = re.match(r"/(i|leave|mine|forget)/.", address)
    expected = "no-referrer" if holds_key else "same-origin"
    assert told["Referrer-Policy"] == expected, address
    assert told["X-Robots-Tag"] == ("all" if address == "/" else "noindex"), address
    assert not TELLTALE & set(told), (address, set(told))
    for name, cookie in response.cookies.items():
        assert cookie["httponly"], (address, name)
        assert cookie["samesite"] == "Strict" or not cookie.value, (address, name)


def require_quiet_page(response, address):
    """No page fetches from elsewhere, or carries script or style within itself."""
    if "html" not in response.headers.get("Content-Type", ""):
        return
    page = response.content.decode()
    fetched = re.findall(
        r'<(?:script|link|img|iframe|source)[^>]*(?:src|href)="([^"]*)"', page
    )
    assert all(one.startswith("/static/") for one in fetched), (address, fetched)
    if address not in MAY_BE_KEPT:
        assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", page), (
            address
        )


def test_every_page_carries_them_for_whoever_may_see_it(lived):
    pages = [address for _page, address in true_addresses(lived)]

    for address in pages:
        response = lived.browser(who_may_come(address)[0]).get(address)
        if response.streaming:
            response.getvalue()

        require_safe_headers(response, address)
        if not response.streaming:
            require_quiet_page(response, address)


def test_errors_and_refusals_carry_them_too(lived):
    nobody = lived.browser("nobody")
    strict = Client(enforce_csrf_checks=True)
    for status, response, address in (
        (404, nobody.get("/nowhere"), "/nowhere"),
        (404, nobody.get("/i/nobodys"), "/i/nobodys"),
        (405, nobody.get("/leave"), "/leave"),
        (302, nobody.get("/desk/inbox"), "/desk/inbox"),
        (403, strict.post("/questions/ask", {"text": "?"}), "/questions/ask"),
        (403, lived.browser("ina").get("/desk/inbox"), "/desk/inbox"),
        (413, nobody.post("/named", {"text": "x" * 2_000_000}), "/named"),
        (413, nobody.post("/named", {f"f{n}": "1" for n in range(500)}), "/named"),
        (400, nobody.get("/", HTTP_HOST="evil.example"), "/"),
    ):
        assert response.status_code == status, address
        require_safe_headers(response, address)
        require_quiet_page(response, address)


def test_an_error_of_ours_carries_them_and_tells_nothing(lived, monkeypatch):
    def breaks(*_args, **_more):
        raise ZeroDivisionError("harbour lantern")

    monkeypatch.setattr("fairwitness.front.views.render", breaks)

    response = lived.browser("nobody").get("/limits")

    assert response.status_code == 500
    require_safe_headers(response, "/limits")
    assert "harbour lantern" not in response.content.decode()


def test_what_is_served_beside_pages_says_what_it_is(client):
    response = client.get("/static/fairwitness/fairwitness.css")

    assert find("fairwitness/fairwitness.css")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"].startswith("text/css")
    response.close()


def test_over_tls_each_cookie_is_bound_to_this_host():
    """The names and marks are made when the settings are read; here they are read anew."""
    asked = (
        "import json, django; django.setup();"
        "from django.conf import settings as s; from fairwitness.staff import session;"
        "from fairwitness.surveys import drafts;"
        "names = [s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE,"
        " session.VAULT_COOKIE, *(drafts.cookie_name(j) for j in drafts.Journey)];"
        "print(json.dumps([names, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,"
        " s.SECURE_HSTS_SECONDS, session.VAULT_PATH]))"
    )
    environment = {
        **os.environ,
        "FAIRWITNESS_URL": "https://centre.example",
        "DJANGO_SETTINGS_MODULE": "fairwitness.settings",
    }
    told = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, check=True
    )

    names, *marks = json.loads(told.stdout)
    assert all(name.startswith("__Host-") for name in names)
    assert marks == [True, True, 31_536_000, "/"]
    assert not house.SESSION_COOKIE_SECURE
    assert VAULT_COOKIE == "vault"
