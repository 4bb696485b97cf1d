"""What a backup holds: each file with its SHA-256, and the state of the databases' layout."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from fairwitness.refusal import Refused

NAME = "manifest.json"
MADE_BY = "fairwitness backup"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """The first file of a backup. `kind` is `centre` or `keystore`."""

    kind: str
    engine: str
    made_at: str
    files: dict[str, str]  # name: SHA-256
    migrations: list[str]
    secrets: list[str]  # the names of the secrets that it needs; never what is in them
    is_training: bool
    made_by: str = MADE_BY
    made_with: str = ""

    @property
    def age_in_days(self) -> float:
        """How old the backup is."""
        made = datetime.fromisoformat(self.made_at)
        return (datetime.now(UTC) - made).total_seconds() / 86_400


def write(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of everything that lies in a folder."""
    files = {
        path.relative_to(folder).as_posix(): sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != NAME
    }
    told = Manifest(
        **manifest,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=files,
        made_with=_version(),
    )
    place = folder / NAME
    place.touch(mode=0o600)
    place.write_text(json.dumps(asdict(told), indent=1) + "\n", encoding="utf-8")


def _version() -> str:
    try:
        return version("fairwitness")
    except PackageNotFoundError:  # it runs from its sources
        return ""


def read(folder: Path) -> Manifest | None:
    """The manifest of a backup of ours; none when this is something else."""
    try:
        manifest = Manifest(**json.loads((folder / NAME).read_text(encoding="utf-8")))
        datetime.fromisoformat(manifest.made_at)
    except (OSError, ValueError, TypeError):
        return None
    return manifest if manifest.made_by == MADE_BY else None


def checked(folder: Path, *, kind: str) -> Manifest:
    """The manifest of a backup whose every file is as it was written. Errors: `Refused`."""
    manifest = read(folder)
    if manifest is None or manifest.kind != kind:
        raise Refused(
            f"{folder} is no backup of a {kind}. Name the folder that holds its {NAME}."
        )
    for name, digest in manifest.files.items():
        place = folder / name
        if not place.resolve().is_relative_to(folder.resolve()) or not place.is_file():
            raise Refused(f"{name} is missing from {folder}. Take another backup.")
        if sha256(place) != digest:
            raise Refused(
                f"{name} in {folder} is not as it was written. Take another backup."
            )
    return manifest


def sha256(place: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with place.open("rb") as opened:
        while block := opened.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def applied(alias: str) -> list[str]:
    """The changes of layout that a database has been through."""
    done = MigrationRecorder(connections[alias]).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in done)


def require_known(migrations: Iterable[str]) -> None:
    """Refuse a backup that a newer version made: this one does not know its layout."""
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    unknown = sorted(set(migrations) - known)
    if unknown:
        raise Refused(
            f"A newer version made this backup ({unknown[0]}). Install that version first."
        )


def unapplied() -> int:
    """How many changes of layout wait in either database."""
    waiting: set[str] = set()
    for alias in connections:
        known = MigrationLoader(connections[alias]).disk_migrations
        waiting |= {f"{app}.{name}" for app, name in known} - set(applied(alias))
    return len(waiting)
