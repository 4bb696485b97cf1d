"""Files that belong to a draft: each sealed under a key of its own, which lies in the sealed draft.

    row id  random          key  32 random bytes, in the draft's contents
    body    AES-256-GCM under HKDF(key, "fairwitness/draft/file/1"), filled up by Padmé

A row goes with its draft. Names are ours; the name that a file had is kept nowhere.
"""

import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum

from fairwitness.sifting.apart import Sifted
from fairwitness.sifting.kinds import Reason, Sort, Unwanted
from fairwitness.surveys.drafts import Changed, OpenDraft
from fairwitness.surveys.models import DraftFile
from fairwitness.vault.derivation import derive
from fairwitness.vault.envelope import Context, disclose, enclose
from fairwitness.vault.padding import pad_evidence, unpad_evidence

MOST_FILES = 10  # of one draft
MOST_BYTES = 40 << 20  # of all files of one draft
MOST_WAITING = 4 << 30  # of the files of all drafts of the house
_FILES, _NUMBER = "files", "file_number"


@dataclass(frozen=True)
class HeldFile:
    """What a draft says of one of its files."""

    id: str  # of its row; nothing for a file that a preview let go
    key: str
    name: str  # ours, such as image-1.jpg
    sort: Sort
    size: int
    is_whole: bool

    @classmethod
    def of(cls, told: dict[str, Any]) -> "HeldFile":
        """What stands in the contents of a draft."""
        return cls(**{**told, "sort": Sort(told["sort"])})


class DraftFiles:
    """The files of a draft. What changes is in the draft at once; rows follow with `settle`."""

    def __init__(self, draft: OpenDraft) -> None:
        self.draft = draft
        self._fresh: list[DraftFile] = []
        self.has_changed = False

    @property
    def _told(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.draft.contents.get(_FILES, {})
        return found

    def get(self, key: str) -> HeldFile | None:
        """The file that answers a question, by the key of the question."""
        told = self._told.get(key)
        return HeldFile.of(told) if told else None

    def put(self, key: str, file: Sifted, *, is_kept: bool = True) -> HeldFile:
        """Let a file answer a question, in place of what was there.

        With `is_kept` off (a preview) only its name, kind and size are. Error: `Unwanted`,
        when the draft or the house has no room for it.
        """
        others = [HeldFile.of(told) for at, told in self._told.items() if at != key]
        if len(others) >= MOST_FILES:
            raise Unwanted(Reason.TOO_MANY)
        if sum(one.size for one in others) + len(file.content) > MOST_BYTES:
            raise Unwanted(Reason.TOO_MUCH)
        if is_kept and _waiting() + len(file.content) > MOST_WAITING:
            raise Unwanted(Reason.FULL)
        number = int(self.draft.contents.get(_NUMBER, 0)) + 1
        secret = secrets.token_bytes(32)
        row = uuid.uuid4()
        told = {
            "id": str(row) if is_kept else "",
            "key": secret.hex() if is_kept else "",
            "name": file.sort.our_name(number),
            "sort": file.sort.value,
            "size": len(file.content),
            "is_whole": file.is_whole,
        }
        self.draft.contents[_NUMBER] = number
        self.draft.contents[_FILES] = {**self._told, key: told}
        self.has_changed = True
        if is_kept:
            self._fresh.append(_sealed(row, secret, file.content))
        return HeldFile.of(told)

    def remove(self, key: str) -> None:
        """Let the file of a question go."""
        if key in self._told:
            left = {at: told for at, told in self._told.items() if at != key}
            self.draft.contents[_FILES] = left
            self.has_changed = True

    def replace_all(self, told: dict[str, dict[str, Any]]) -> None:
        """Put other keys to the files, as when a time of a repeat was taken away."""
        if told != self._told:
            self.draft.contents[_FILES] = told
            self.has_changed = True

    def settle(self) -> None:
        """Lay down the rows of what is new, and take away those that nothing names any more.

        In one transaction with what keeps the draft.
        """
        for row in self._fresh:
            row.draft_id = self.draft.id
            row.save(force_insert=True)
        self._fresh = []
        named = [told["id"] for told in self._told.values() if told["id"]]
        DraftFile.objects.filter(draft=self.draft.id).exclude(pk__in=named).delete()

    def content(self, file: HeldFile) -> bytes:
        """The file itself. Error: `Changed`, when the draft was sent from another window."""
        row = DraftFile.objects.filter(pk=file.id).first()
        if row is None:
            raise Changed
        secret = bytes.fromhex(file.key)
        return unpad_evidence(
            disclose(_body_key(secret), bytes(row.body), _context(row.pk))
        )


def _waiting() -> int:
    """How much the files of all drafts take."""
    return DraftFile.objects.aggregate(all=Sum("size"))["all"] or 0


def _sealed(row: uuid.UUID, secret: bytes, content: bytes) -> DraftFile:
    body = enclose(_body_key(secret), pad_evidence(content), _context(row))
    return DraftFile(pk=row, body=body, size=len(body))


def _body_key(secret: bytes) -> bytes:
    return derive(secret, b"fairwitness/draft/file/1")


def _context(row: uuid.UUID) -> Context:
    return Context("draft", str(row), "file")
