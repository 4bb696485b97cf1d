"""Somebody clumsy, or worse: every address with odd parts, every form filled with odd things."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from hypothesis import strategies as st

from fairwitness.demo.visitor import Form
from tests.lived_in import STAFF, LivedIn
from tests.watching import visitor

METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
MOST_BYTES = 5_000
NOBODYS, MARKED = (f"00000000-0000-4000-8000-0000000000{end}" for end in ("01", "ab"))

# What an address may hold where it has room for something, as a browser would write it.
ODD_PARTS: dict[str, tuple[str, ...]] = {
    "str": (
        "x", "%00", "%2500", "..", "x" * MOST_BYTES, "%C3%A9%20%D8%9F", "%27%20OR%201",
        "%ED%A0%80", "%FF",
    ),
    "slug": ("x", "x" * 300),
    "path": (
        "x", "../../centre.sqlite3", "..%2F..%2Fcentre.sqlite3", "%00", "x" * MOST_BYTES,
        "tables/../../1/edition.json",
    ),
    "int": ("0", "1", "9223372036854775807", "99999999999999999999999"),
    "uuid": (NOBODYS, "00000000-0000-0000-0000-00000000000x"),
}  # fmt: skip
FITTING = {"str": "s", "slug": "s", "path": "s", "int": "4711", "uuid": NOBODYS}

# What may be typed, or sent by a program, where something else is expected.
ODD_VALUES = (
    "", " ", "a\0b", "x" * 25_000, "-1", "0", "99999999999999999999", "9999-99-99",
    "0001-01-01", "9999-12-31", "2026-02-30", "NaN", "1e999", "٣ ½ \u202e\ufeff\U0001f9ff",
    "<script>alert(1)</script>", "{{ 7|add:7 }}", "%s%n", "' OR 1=1 --", "//evil.example/",
    "[]", "{}", "null", "a,b", "\r\nSet-Cookie: a=b", "\ud800", "İ", "on", "en", "skip",
)  # fmt: skip
ODD_NAMES = (
    "act", "code", "next", "language", "who", "young", "role", "what_happened", "file", "text",
    "kind", "reach", "name", "to", "reason", "section", "csrfmiddlewaretoken", "lock-passcode",
    "lock-pass-back", "", "\0", "a[]", "__class__", "x" * 300,
)  # fmt: skip
ODD_COOKIES = (
    '"\\000"', "x", "a" * 52, "é", '"', "=", "a" * 4_000, '"\\377\\012"', "%00", "\x7f",
    "my" * 16, "م",
)  # fmt: skip
COOKIE_NAMES = ("answer", "draft", "visit", "desk", "form", "language", "vault")
KINDS_OF_BODY = (
    "", "nonsense", "application/json", "text/plain; charset=\"", "multipart/form-data",
    "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 300,
    "multipart/form-data; boundary=x", "multipart/form-data; boundary=x; charset=utf-7",
    "multipart/form-data; boundary=\xff", "application/x-www-form-urlencoded; charset=utf-7",
    "application/x-www-form-urlencoded; charset=nonsense", "application/x-www-form-urlencoded",
)  # fmt: skip
_PART = b"--x\r\nContent-Disposition: form-data; "
ODD_BODIES = (
    b"", b"--x\r\n", b"--x", b"\xff\xfe\x00", b"a=%ED%A0%80&b=%00&c=\xff", b"%", b"&=&=&",
    b"&".join(b"f%d=1" % n for n in range(500)), b"{" * 2_000, b"a=" + b"x" * 2_000_000,
    _PART + b'name="a"\r\n\r\nb\r\n--x--\r\n', _PART + b"\r\n\r\nb\r\n--x--",
    _PART + b'name="file"; filename="../../x\x00"\r\nContent-Type: a/b\r\n\r\nb\r\n--x--\r\n',
    _PART + b'name="file"; filename="x"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--',
    _PART + b"name*=utf-8''%ff\r\n\r\nb\r\n--x--\r\n", _PART * 200,
    _PART + b'name="a"\r\n' + b"X: " + b"y" * 20_000 + b"\r\n\r\nb\r\n--x--\r\n",
)  # fmt: skip
ODD_HEADERS: tuple[dict[str, str], ...] = (
    {"HTTP_ACCEPT_LANGUAGE": "x" * 600 + ",;q=, *"}, {"HTTP_ACCEPT_LANGUAGE": "ar\0"},
    {"HTTP_ACCEPT": "\xff"}, {"HTTP_REFERER": "http://[::1"}, {"HTTP_ORIGIN": "null"},
    {"HTTP_ORIGIN": "http://[::1"}, {"HTTP_RANGE": "bytes=9-1"}, {"HTTP_HX_REQUEST": "true"},
    {"HTTP_IF_MODIFIED_SINCE": "not a day"}, {"HTTP_IF_NONE_MATCH": '"'},
    {"HTTP_X_FORWARDED_PROTO": "https"}, {"HTTP_HOST": "evil.example"},
    {"HTTP_HOST": "a b"}, {"HTTP_EXPECT": "100-continue"}, {"CONTENT_LENGTH": "x"},
    {"CONTENT_LENGTH": "-1"}, {"QUERY_STRING": "a=%00&b=\xff&next=//evil.example&before=x"},
    {"QUERY_STRING": "&".join(f"a{n}=1" for n in range(1_200))},
)  # fmt: skip


def every_page() -> Iterator[tuple[str, dict[str, str]]]:
    """Every page of the house with the kinds of what its address holds, by name."""
    yield from _pages(get_resolver().url_patterns, "")


def _pages(
    patterns: list[URLPattern | URLResolver], within: str
) -> Iterator[tuple[str, dict[str, str]]]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from _pages(entry.url_patterns, entry.namespace or within)
        else:
            kinds = {
                name: re.sub("^string$", "str", type(kind).__name__[:-9].lower())
                for name, kind in entry.pattern.converters.items()
            }
            yield f"{within}:{entry.name}", kinds


def odd_addresses() -> Iterator[str]:
    """Every page with an address for each odd part that could stand in it."""
    for page, kinds in every_page():
        holes = {name: FITTING[kind] for name, kind in kinds.items()}
        yield reverse(page, kwargs=holes)
        for name, kind in kinds.items():
            mark = {"int": "8128", "uuid": MARKED}.get(kind, "zzz")
            fitting = reverse(page, kwargs=holes | {name: mark})
            yield from (fitting.replace(mark, part) for part in ODD_PARTS[kind])


def true_addresses(lived: LivedIn) -> Iterator[tuple[str, str]]:
    """Every page with the address of something that is there."""
    for page, kinds in every_page():
        parts = {name: lived.part(page, name) for name in kinds}
        if all(parts.values()):
            yield page, reverse(page, kwargs=parts)


def who_may_come(address: str) -> tuple[str, ...]:
    """Whose browsers are likely to be shown this page."""
    for start, who in (
        ("/desk/", STAFF),
        ("/report/", ("rana",)),
        ("/tell/", ("tess", "rana")),
        ("/answer/", ("anna",)),
        ("/passed-on", ("anna",)),
    ):
        if address.startswith(start):
            return who
    return ("nobody",)


@dataclass
class Shown:
    """A form somebody was shown, and every choice that stood on its page."""

    who: str
    form: Form
    choices: list[str] = field(default_factory=list)


def forms_shown(lived: LivedIn, *, within: tuple[str, ...] = ("/",)) -> list[Shown]:
    """Every form of every page, as shown to one person who may see it."""
    found: dict[tuple[str, str, str], Shown] = {}
    addresses = [one for _p, one in true_addresses(lived) if one.startswith(within)]
    for address in addresses:
        for who in who_may_come(address):
            client = lived.browser(who)
            page = client.get(address)
            if page.streaming:
                page.getvalue()  # a file is closed when it was read to its end
                continue
            if page.status_code != 200 or "html" not in page.headers["Content-Type"]:
                continue
            sitting = visitor(client)
            sitting.page = page
            choices = re.findall(r'\bvalue="([^"]+)"', page.content.decode())
            for form in sitting.forms:
                action = form.action or address
                form.action = action
                key = (action, form.method, " ".join(form.asks))
                found.setdefault(key, Shown(who, form, sorted(set(choices))))
            break
    return [shown for shown in found.values() if shown.form.method == "post"]


@dataclass(frozen=True)
class Clumsy:
    """One request as somebody sends it."""

    who: str
    method: str
    address: str
    body: bytes = b""
    kind: str = "application/x-www-form-urlencoded"
    more: tuple[tuple[str, str], ...] = ()

    def send(self, lived: LivedIn) -> Any:
        """Send it. What it changed is taken back, also in the keystore."""
        client: Client = lived.browser(self.who)
        with transaction.atomic(), transaction.atomic("keystore"):
            more: dict[str, Any] = dict(self.more)
            response: Any = client.generic(
                self.method, self.address, self.body, self.kind, **more
            )
            response.body = (
                response.getvalue() if response.streaming else response.content
            )
            transaction.set_rollback(True)
            transaction.set_rollback(True, using="keystore")
        return response


def urlencoded(typed: list[tuple[str, str]]) -> bytes:
    """A body as a browser writes it, lone halves of characters and all."""

    def written(text: str) -> str:
        sent = text.encode("utf-8", "surrogatepass")
        return "".join(
            chr(byte) if 97 <= byte <= 122 else f"%{byte:02X}" for byte in sent
        )

    pairs = [f"{written(name)}={written(value)}" for name, value in typed]
    return "&".join(pairs).encode()


def values(choices: list[str]) -> st.SearchStrategy[str]:
    """A choice of the page, or something odd, or anything at all."""
    odd = st.one_of(st.sampled_from(ODD_VALUES), st.text(max_size=30))
    return st.one_of(st.sampled_from(choices), odd) if choices else odd


@st.composite
def odd_requests(draw: st.DrawFn, addresses: list[str], people: list[str]) -> Clumsy:
    """Any method on any address, with an odd body, an odd cookie, or an odd header."""
    more = dict(draw(st.sampled_from((*ODD_HEADERS, *({},) * 12))))
    if draw(st.integers(0, 2)) == 0:
        name = draw(st.sampled_from(COOKIE_NAMES))
        told = f"{name}={draw(st.sampled_from(ODD_COOKIES))}"
        more["HTTP_COOKIE"] = told.encode().decode("latin-1")
    if draw(st.booleans()):
        names = st.one_of(st.sampled_from(ODD_NAMES), st.text(max_size=10))
        typed = draw(st.lists(st.tuples(names, values([])), max_size=5))
        body, kind = urlencoded(typed), "application/x-www-form-urlencoded"
    else:
        body = draw(st.one_of(st.sampled_from(ODD_BODIES), st.binary(max_size=200)))
        kind = draw(st.sampled_from(KINDS_OF_BODY))
    return Clumsy(
        draw(st.sampled_from(people)),
        draw(st.sampled_from((*METHODS, "POST", "POST", "POST"))),
        draw(st.sampled_from(addresses)),
        body,
        kind,
        tuple(more.items()),
    )


@st.composite
def odd_answers(draw: st.DrawFn, forms: list[Shown]) -> Clumsy:
    """A form of the house, sent by somebody who was shown it, with odd things in it."""
    shown = draw(st.sampled_from(forms))
    kept = [
        pair
        for pair in shown.form.holds
        if pair[0] != "csrfmiddlewaretoken" and draw(st.integers(0, 5))
    ]
    asked = sorted(set(shown.form.asks))
    typed = [
        (name, draw(values(shown.choices))) for name in asked if draw(st.integers(0, 5))
    ]
    acts = st.sampled_from(("continue", "skip", "send", "back", "", *shown.choices))
    return Clumsy(
        shown.who,
        "POST",
        shown.form.action,
        urlencoded([*kept, *typed, ("act", draw(acts))]),
    )
