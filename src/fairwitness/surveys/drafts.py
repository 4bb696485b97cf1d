"""What somebody has typed so far: sealed under a key that only their browser, or their code, holds.

    key     32 random bytes in a cookie, or HKDF of the receipt code's read key
    row id  HKDF(key, "fairwitness/draft/id/1"), in hex
    body    AES-256-GCM under HKDF(key, "fairwitness/draft/body/1"): canonical JSON, padded

The database alone finds nobody's draft and opens none. A draft lives for seven days, a
visit to the reporter's own page until the next day, as do a call and a preview at the desk.
This is the one door to drafts.
"""

import base64
import binascii
import json
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from fairwitness.surveys.models import Draft, DraftFile
from fairwitness.vault.derivation import derive
from fairwitness.vault.envelope import CannotOpen, Context, disclose, enclose
from fairwitness.vault.padding import pad_text, unpad_text
from fairwitness.vault.receipt import ReceiptCode

Journey = Draft.Journey
Contents = dict[str, Any]

KEY_BYTES = 32
DAYS = {
    Journey.SURVEY: 7,
    Journey.REPORT: 7,
    Journey.VISIT: 1,
    Journey.PREVIEW: 1,
    Journey.CALL: 1,
}
CHANCE = "chance"  # by which orders that are drawn stay the same through a journey
_BEFORE = "before"  # the row that a moved draft leaves behind
_COOKIES = {
    Journey.SURVEY: "answer",
    Journey.REPORT: "draft",
    Journey.VISIT: "visit",
    Journey.PREVIEW: "preview",
    Journey.CALL: "call",
}


# Every page of a form reads its draft, and every answer writes it: so these two are written
# down once, and not made anew from a model each time.
_FIND = (
    "SELECT body FROM surveys_draft WHERE id = %s AND journey = %s AND expires_on >= %s"
)
_STORE = (
    "UPDATE surveys_draft SET body = %s, expires_on = %s WHERE id = %s AND journey = %s"
)


class Changed(Exception):
    """A draft is no longer what was read. Read it again, and hold it this time."""


@dataclass(repr=False)
class OpenDraft:
    """A draft while its key is here. Printing it prints nothing of it."""

    key: bytes
    journey: Journey
    contents: Contents
    found_as: bytes = b""  # the row's body when it was read; nothing when it was not

    def __repr__(self) -> str:
        return f"<a draft of the {self.journey} journey>"

    @cached_property
    def id(self) -> str:
        """Under which the row lies."""
        return derive(self.key, b"fairwitness/draft/id/1").hex()

    def seal(self) -> bytes:
        """What the row holds."""
        plain = json.dumps(self.contents, ensure_ascii=False, separators=(",", ":"))
        return enclose(self._body_key, pad_text(plain.encode()), self._context)

    def unseal(self, body: bytes) -> None:
        """Fill the contents from a row. Error: `CannotOpen`."""
        self.contents = json.loads(
            unpad_text(disclose(self._body_key, body, self._context))
        )

    @property
    def _body_key(self) -> bytes:
        return derive(self.key, b"fairwitness/draft/body/1")

    @property
    def _context(self) -> Context:
        return Context("draft", self.id, self.journey.value)


def cookie_name(journey: Journey) -> str:
    """The cookie that holds the key of this journey's draft."""
    return f"{settings.COOKIE_PREFIX}{_COOKIES[journey]}"


def key_of_code(code: ReceiptCode) -> bytes:
    """The key of a draft that was saved to come back to: the code alone resumes it."""
    return derive(code.read_key, b"fairwitness/draft/key/1")


def start(
    journey: Journey,
    contents: Contents,
    response: HttpResponse,
    *,
    key: bytes | None = None,
    on: date | None = None,
) -> OpenDraft:
    """Begin a draft and give its key to the browser; nothing is set before this moment."""
    contents.setdefault(CHANCE, secrets.token_hex(8))
    draft = OpenDraft(key or secrets.token_bytes(KEY_BYTES), journey, contents)
    if key is None:
        Draft(pk=draft.id, **_row(draft, on=on)).save(force_insert=True)
    else:
        store(draft, on=on)
    give(draft, response)
    return draft


def give(draft: OpenDraft, response: HttpResponse) -> None:
    """Put the key of a draft into the browser, for as long as its window is open."""
    response.set_cookie(
        cookie_name(draft.journey),
        base64.b32encode(draft.key).decode().rstrip("=").lower(),
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Strict",
    )


def load(
    request: HttpRequest, journey: Journey, *, to_change: bool = False
) -> OpenDraft | None:
    """The draft whose key this browser holds, or none when it has ended."""
    key = _key_in(request, journey)
    return find(key, journey, to_change=to_change) if key else None


def find(key: bytes, journey: Journey, *, to_change: bool = False) -> OpenDraft | None:
    """The draft under this key; with `to_change`, its row is held until the transaction ends."""
    draft = OpenDraft(key, journey, {})
    asked = (draft.id, journey.value, timezone.localdate())
    with connection.cursor() as cursor:
        is_held = to_change and connection.features.has_select_for_update
        cursor.execute(_FIND + (" FOR UPDATE" if is_held else ""), asked)
        row = cursor.fetchone()
    return _unsealed(draft, bytes(row[0])) if row else None


def _unsealed(draft: OpenDraft, body: bytes) -> OpenDraft | None:
    draft.found_as = body
    try:
        draft.unseal(body)
    except CannotOpen:
        return None
    return draft


def store(draft: OpenDraft, *, on: date | None = None) -> None:
    """Keep what the draft says now, over what it said before."""
    row = _row(draft, on=on)
    if not _written(draft, row):
        Draft.objects.update_or_create(pk=draft.id, defaults=row)
    draft.found_as = row["body"]


def store_unless_changed(draft: OpenDraft) -> None:
    """Keep what the draft says now, over what it said when it was read.

    Nobody else waits meanwhile. Error: `Changed` when another request of the same browser
    was faster.
    """
    row = _row(draft, on=None)
    if not _written(draft, row, over=draft.found_as):
        raise Changed
    draft.found_as = row["body"]


def _written(draft: OpenDraft, row: dict[str, Any], *, over: bytes = b"") -> bool:
    """Write over the row of a draft, if it is there (and still says what it said)."""
    asked = [row["body"], row["expires_on"], draft.id, row["journey"]]
    with connection.cursor() as cursor:
        if over:
            cursor.execute(f"{_STORE} AND body = %s", [*asked, over])
        else:
            cursor.execute(_STORE, asked)
        return bool(cursor.rowcount == 1)


def _row(draft: OpenDraft, *, on: date | None) -> dict[str, Any]:
    expires_on = (on or timezone.localdate()) + timedelta(days=DAYS[draft.journey])
    return {
        "journey": draft.journey.value,
        "body": draft.seal(),
        "expires_on": expires_on,
    }


def rekey(draft: OpenDraft, key: bytes) -> OpenDraft:
    """Move a draft under another key. `arrived` ends the old one, once the new key is in use.

    Until then the old key opens what was there: the answer that brings the new one to the
    browser may get lost.
    """
    moved = OpenDraft(key, draft.journey, draft.contents)
    if moved.id != draft.id:
        moved.contents = {**draft.contents, _BEFORE: draft.id}
    store(moved)
    if draft.contents.get("files"):
        DraftFile.objects.filter(draft=draft.id).update(draft=moved.id)
    return moved


def arrived(draft: OpenDraft) -> None:
    """Note that the browser has the new key of a draft: under the old one nothing is left."""
    before = draft.contents.pop(_BEFORE, None)
    if before:
        Draft.objects.filter(pk=before).delete()
        store(draft)


def key_after(draft: OpenDraft) -> bytes:
    """The key of what a draft turns into; whoever still holds the old key comes to the same."""
    return derive(draft.key, b"fairwitness/draft/after/1")


def following(
    request: HttpRequest, journey: Journey, then: Journey
) -> OpenDraft | None:
    """What the draft of this browser has turned into, when the answer that said so got lost."""
    key = _key_in(request, journey)
    return find(key_after(OpenDraft(key, journey, {})), then) if key else None


def drop(draft: OpenDraft) -> None:
    """Delete a draft."""
    Draft.objects.filter(pk=draft.id).delete()


def finish(request: HttpRequest, journey: Journey, response: HttpResponse) -> None:
    """Delete this browser's draft of a journey, and take its key back."""
    key = _key_in(request, journey)
    if key:
        drop(OpenDraft(key, journey, {}))
    response.delete_cookie(cookie_name(journey), samesite="Strict")


def let_go(request: HttpRequest, journey: Journey, response: HttpResponse) -> None:
    """Take a draft's key back; one that was saved to come back to stays, for its code alone."""
    draft = load(request, journey)
    if draft is not None and not draft.contents.get("is_saved"):
        drop(draft)
    response.delete_cookie(cookie_name(journey), samesite="Strict")


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """Let go of everything in this browser: somebody leaves quickly, or clears the device."""
    for journey in Journey:
        let_go(request, journey, response)


def _key_in(request: HttpRequest, journey: Journey) -> bytes | None:
    written = request.COOKIES.get(cookie_name(journey), "")
    try:
        key = base64.b32decode(written.upper() + "=" * (-len(written) % 8))
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == KEY_BYTES else None
