"""Makes a backup while the centre runs: its database and editions here, its keystore apart."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections
from tqdm import tqdm

from fairwitness.cli import copies, manifest
from fairwitness.refusal import Refused
from fairwitness.rights.taken_back import TakenBack, taken_back_in
from fairwitness.vault.router import KEYSTORE

CENTRE = "centre"
ALIASES = {CENTRE: "default", KEYSTORE: "keystore"}
KEYSTORE_DAYS = 7
TAKEN_BACK = "taken-back.json"
UNFINISHED, FORMER = ".unfinished", "-former"
KEEP_APART = (
    "The secrets are in no backup. Keep a copy of this folder on paper or on a disk that is"
    " locked away, apart from both: "
)


@dataclass
class Made:
    """Where a backup lies, and what went with it."""

    centre: Path
    keystore: Path
    editions: int = 0
    keystores_removed: list[str] = field(default_factory=list)
    secrets_folder: str = ""
    secrets_needed: list[str] = field(default_factory=list)


def default_place() -> Path:
    """Where backups lie unless another folder is named."""
    return Path(settings.DIR) / "backups"


def make(root: Path, *, mark: str = "") -> Made:
    """Copy the centre's database first, then the keystore, so that no report lacks its key.

    Removes keystore backups of its own making that are older than seven days. Errors:
    `Refused`.
    """
    require_centre()
    stamp = new_stamp(root, mark)
    made = Made(root / CENTRE / stamp, root / KEYSTORE / stamp)
    made.secrets_folder, made.secrets_needed = str(settings.SECRETS), secret_names()
    with (
        ExitStack() as undo,
        tqdm(
            total=4, bar_format="{l_bar}{bar}| {elapsed}", leave=False, disable=None
        ) as bar,
    ):
        bar.set_description("Copying the centre's database")
        centre = begin(made.centre)
        undo.callback(shutil.rmtree, centre, ignore_errors=True)
        copies.copy_out(ALIASES[CENTRE], centre / database_name(CENTRE))
        bar.update()
        bar.set_description("Copying the keystore")
        keystore = begin(made.keystore)
        undo.callback(shutil.rmtree, keystore, ignore_errors=True)
        copies.copy_out(ALIASES[KEYSTORE], keystore / database_name(KEYSTORE))
        bar.update()
        bar.set_description("Copying editions")
        made.editions = _copy_editions(centre)
        write_taken_back(centre, standing_taken_back())
        bar.update()
        bar.set_description("Writing what each file is")
        finish(keystore, made.keystore, KEYSTORE)
        finish(centre, made.centre, CENTRE)
        bar.update()
        undo.pop_all()
    made.keystores_removed = forget_old_keystores(root)
    return made


def require_centre() -> None:
    """Refuse where no centre has been laid out."""
    for alias in ALIASES.values():
        if not copies.is_there(alias):
            raise Refused(
                f"There is no centre in {settings.DIR} yet. Name its folder with --dir, or"
                " make one: fairwitness init"
            )


def require_up_to_date() -> None:
    """Refuse to run on databases that this version would not understand."""
    require_centre()
    waiting = manifest.unapplied()
    if waiting:
        raise Refused(
            f"The databases are older than this version: {waiting} changes wait. Stop"
            " everything that runs on them, then run: fairwitness upgrade"
        )


def new_stamp(root: Path, mark: str = "") -> str:
    """A name for a backup that no other has: the time, and what it is of."""
    stamp = f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}{mark}"
    taken = {path.name for kind in ALIASES for path in (root / kind).glob("*")}
    number = 1
    while (name := stamp if number == 1 else f"{stamp}-{number}") in taken:
        number += 1
    return name


def database_name(kind: str) -> str:
    """How the copy of a database is called."""
    return f"{kind}.{copies.SUFFIX[copies.engine_of(ALIASES[kind])]}"


def secret_names() -> list[str]:
    """The names of the secrets without which a backup cannot be used."""
    return sorted(path.name for path in settings.SECRETS.glob("*") if path.is_file())


def begin(place: Path) -> Path:
    """An unfinished folder beside the place, for its owner alone."""
    place.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    unfinished = place.with_name(place.name + UNFINISHED)
    unfinished.mkdir(mode=0o700)
    return unfinished


def finish(
    unfinished: Path, place: Path, kind: str, *, layout: list[str] | None = None
) -> None:
    """Write the manifest, and give the folder its name: from now on it is a backup."""
    alias = ALIASES[kind]
    manifest.write(
        unfinished,
        {
            "kind": kind,
            "engine": copies.engine_of(alias),
            "migrations": manifest.applied(alias) if layout is None else layout,
            "secrets": secret_names() if kind == CENTRE else [],
            "is_training": bool(settings.IS_TRAINING),
        },
    )
    for path in [unfinished, *unfinished.rglob("*")]:
        path.chmod(0o700 if path.is_dir() else 0o600)
    unfinished.rename(place)


def _copy_editions(to: Path) -> int:
    editions = Path(settings.EDITIONS)
    if not editions.is_dir():
        return 0
    shutil.copytree(editions, to / "editions")
    return sum(path.is_dir() for path in editions.iterdir())


def standing_taken_back() -> TakenBack:
    """What people took back, as this centre knows it; nothing where it cannot be read."""
    try:
        return taken_back_in(connections["default"], connections["keystore"])
    except DatabaseError:
        return TakenBack()


def write_taken_back(folder: Path, told: TakenBack) -> None:
    """Keep beside a backup what people took back until then."""
    place = folder / TAKEN_BACK
    place.touch(mode=0o600)
    place.write_text(told.to_json(), encoding="utf-8")


def read_taken_back(place: Path) -> TakenBack:
    """What people took back, from a file. Errors: `Refused`."""
    try:
        return TakenBack.from_json(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Refused(
            f"{place} does not say what people took back. Name a {TAKEN_BACK} of a backup."
        ) from None


def _backups_of(root: Path, kind: str) -> Iterator[tuple[Path, manifest.Manifest]]:
    for folder in sorted((root / kind).glob("*")):
        found = manifest.read(folder)
        if found is not None and found.kind == kind:
            yield folder, found


def newest(root: Path, kind: str) -> Path | None:
    """The newest whole backup of its kind; what a restore set aside is not one."""
    found = [
        (one.made_at, folder)
        for folder, one in _backups_of(root, kind)
        if FORMER not in folder.name
    ]
    return max(found)[1] if found else None


def forget_old_keystores(root: Path) -> list[str]:
    """Remove keystore backups of our own making that are older than seven days.

    As long as one is there, what was erased since can be read by whoever also has an old
    copy of the centre. So those go, too, that broke off and never were a backup. What
    anybody else put there is left.
    """
    old = [
        folder
        for folder, one in _backups_of(root, KEYSTORE)
        if one.age_in_days > KEYSTORE_DAYS
    ]
    old += [folder for folder in _broken_off(root) if folder not in old]
    for folder in old:
        shutil.rmtree(folder)
    return [folder.name for folder in old]


def _broken_off(root: Path) -> Iterator[Path]:
    """Keystore backups that nobody finished in seven days; what a restore set aside is not one."""
    oldest = time.time() - KEYSTORE_DAYS * 86_400
    for folder in sorted((root / KEYSTORE).glob(f"*{UNFINISHED}")):
        if FORMER not in folder.name and folder.stat().st_mtime < oldest:
            yield folder
