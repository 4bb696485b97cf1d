"""Where the links of a letter lead, and what they give away. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlsplit

from fairwitness.outreach.preflight.domain import is_of
from fairwitness.outreach.preflight.finding import Finding, Place, finding

ADDRESS = re.compile(r"\b(?:https?://|www\.)[^\s<>\"']+", re.I)
_TRACKING = re.compile(
    r"^(?:utm_\w+|[gw]braid|mc_[ce]id|fbclid|gclid|dclid|msclkid|yclid|igshid|_hs\w+|hsctatracking|mkt_tok|trk\w*"
    r"|ml_subscriber\w*|vero_(?:id|conv)|oly_(?:anon|enc)_id|s_cid|elqtrack\w*|ck_subscriber_id|ref_src)$",
    re.I,
)
_CLICK_HOST = re.compile(
    r"^(?:click|clicks|track|tracking|trk|links?|email|e|go|r|url\d*|ct|mailtrack)\d*\.",
    re.I,
)
_CLICK_PATH = re.compile(
    r"/(?:track/click|ls/click|wf/click|click|ss/c|e/c|cl0|lt\.php|CL0)(?:[/?.]|$)",
    re.I,
)
_CLICK_SERVICES = (
    "list-manage.com", "sendgrid.net", "mailgun.org", "hubspotlinks.com", "mandrillapp.com", "exacttarget.com",
    "mailerlite.com", "constantcontact.com", "rs6.net", "sparkpostmail.com", "awstrack.me", "sendibm1.com",
)  # fmt: skip
_SHORTENED = (
    "bit.ly", "t.co", "tinyurl.com", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly", "lnkd.in",
)  # fmt: skip
_SOMEBODY = re.compile(r"[^@\s]{1,64}@[\w.-]{1,200}\.[A-Za-z]{2,20}")
_OPAQUE = re.compile(r"^(?=[^\d]*\d)(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9_=.~-]{16,}$")


@dataclass(frozen=True)
class Link:
    """A link of a letter: where it leads, what it shows, where it stands."""

    href: str
    at: Place
    shown: str = ""


def parts_of(href: str) -> SplitResult | None:
    """A link taken apart, or none when it cannot be."""
    written = href.strip()
    try:
        return urlsplit(written if "://" in written else f"https://{written}")
    except ValueError:
        return None


def host_of(href: str) -> str:
    """The host of a link in small letters, or nothing."""
    parts = parts_of(href)
    try:
        return ((parts.hostname if parts else "") or "").lower().rstrip(".")
    except ValueError:
        return ""


def link_findings(link: Link, *, home: str, to: str = "") -> Iterator[Finding]:
    """What is wrong with a link in a letter of the domain `home` to the address `to`."""
    written = link.href.strip()
    scheme = written.partition(":")[0].lower() if ":" in written else ""
    if scheme in {"mailto", "tel"}:
        return
    if scheme in {"javascript", "data", "vbscript", "file"}:
        yield finding("FW119", link.at, written)
        return
    host = host_of(written)
    if scheme == "http" and host not in {"localhost", "127.0.0.1"}:
        yield finding("FW121", link.at, written)
    is_ours = bool(home) and is_of(host, home)
    if what := _gives_away(written, host, is_ours=is_ours, to=to):
        yield finding("FW116", link.at, written, what=what)
    if not is_ours:
        yield finding("FW106", link.at, written)
    yield from _disguised(link, host)


def _disguised(link: Link, host: str) -> Iterator[Finding]:
    shown = ADDRESS.match(link.shown.strip()) or _BARE_HOST.fullmatch(
        link.shown.strip()
    )
    if shown is None:
        return
    told = host_of(shown.group())
    if told and told.removeprefix("www.") != host.removeprefix("www."):
        there = host or link.href[:80]
        yield finding("FW118", link.at, link.shown.strip(), there=there)


_BARE_HOST = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,20}(?:/\S{0,200})?", re.I)


def _gives_away(href: str, host: str, *, is_ours: bool, to: str) -> str:
    """What in a link tells who pressed it or from where, or nothing."""
    parts = parts_of(href)
    if parts is None:
        return ""
    asked = _asked(parts)
    named = next((name for name, _value in asked if _TRACKING.match(name)), "")
    if named:
        return f"“{named}”"
    values = [value for _name, value in asked]
    is_told = bool(to) and to.lower() in href.lower()
    if is_told or any(_SOMEBODY.fullmatch(one) for one in values):
        return "the address of whoever got it"
    if _is_click_counter(parts, host, is_ours=is_ours):
        return "the counter in between"
    return "" if is_ours else _names_somebody(parts, asked)


def _asked(parts: SplitResult) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            parts.query[:4000], keep_blank_values=True, max_num_fields=2000
        )
    except ValueError:
        return []


def _names_somebody(parts: SplitResult, asked: list[tuple[str, str]]) -> str:
    """Whether a link to another house goes by a third, or holds somebody's number."""
    values = [value for _name, value in asked]
    if any(value.lower().startswith(("http://", "https://")) for value in values):
        return "the page in between"
    segments = [*parts.path[:4000].split("/"), *values]
    if any(_OPAQUE.match(one) for one in segments):
        return "the number of whoever got it"
    return ""


def _is_click_counter(parts: SplitResult, host: str, *, is_ours: bool) -> bool:
    if any(is_of(host, one) for one in (*_CLICK_SERVICES, *_SHORTENED)):
        return True
    if _CLICK_PATH.search(parts.path[:4000]):
        return True
    return not is_ours and _CLICK_HOST.match(host) is not None
