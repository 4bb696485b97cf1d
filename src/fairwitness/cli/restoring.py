"""Puts a backup in place, and does again what people asked for since it was made."""

import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone
from tqdm import tqdm

from fairwitness.cli import backing, copies, manifest
from fairwitness.cli.backing import ALIASES, CENTRE
from fairwitness.cli.founding import migrate
from fairwitness.ledger.actions import first_broken_checkpoint, first_broken_entry
from fairwitness.ledger.models import Entry
from fairwitness.refusal import Refused
from fairwitness.rights.actions import settle
from fairwitness.rights.taken_back import TakenBack
from fairwitness.vault.router import KEYSTORE

KEPT = "kept"


@dataclass
class Restored:
    """What a restore did."""

    from_centre: str
    from_keystore: str
    made_at: str
    former: list[str] = field(default_factory=list)
    settled: dict[str, int] = field(default_factory=dict)
    editions: int = 0
    ledger_entries: int = 0
    ledger_broken_at: int | None = None
    log_cut_at: int | None = None
    secrets_missing: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether everything that the backup promised is here and can be opened."""
        return not (
            self.ledger_broken_at
            or self.log_cut_at
            or self.secrets_missing
            or self.settled.get("without_key")
        )


@dataclass(frozen=True)
class Sources:
    """The backup of a centre and of its keystore; without the latter the standing one stays."""

    centre: Path
    keystore: Path | None
    root: Path

    @property
    def folders(self) -> dict[str, Path]:
        """What is put in place, by its kind."""
        both = {CENTRE: self.centre, KEYSTORE: self.keystore}
        return {kind: folder for kind, folder in both.items() if folder}


def restore(
    place: Path, *, keystore: str = "", replace: bool = False, more: Path | None = None
) -> Restored:
    """Restore a backup over an empty place, or over a centre that is kept beside.

    `keystore` names another backup of the keystore, or `kept` for the one that stands.
    `more` is a further list of what people took back. Errors: `Refused`, and then nothing
    was changed.
    """
    sources = _sources(place, keystore)
    whole = {kind: _fitting(folder, kind) for kind, folder in sources.folders.items()}
    standing = [kind for kind in sources.folders if copies.is_there(ALIASES[kind])]
    if standing and not replace:
        raise Refused(
            f"There is a centre in {settings.DIR} already. With --replace it is kept beside,"
            " under backups."
        )
    taken_back = _taken_back(sources, more)
    copies.require_alone()
    restored = Restored(
        from_centre=str(sources.centre),
        from_keystore=str(sources.keystore or KEPT),
        made_at=whole[CENTRE].made_at,
        secrets_missing=sorted(
            set(whole[CENTRE].secrets) - set(backing.secret_names())
        ),
    )
    try:
        _put_in_place(sources, restored, taken_back, standing)
    except (Refused, DatabaseError, OSError) as fault:
        raise Refused(
            f"The restore stopped half way: {fault}. The former databases are kept:"
            f" {', '.join(restored.former) or 'there were none'}. When that is mended, do it"
            " again with --replace."
        ) from fault
    mark = settings.DIR / "training"
    if whole[CENTRE].is_training:
        mark.touch()
    else:  # of a training centre that stood here
        mark.unlink(missing_ok=True)
    _walk_ledger(restored)
    return restored


def _put_in_place(
    sources: Sources, restored: Restored, taken_back: TakenBack, standing: list[str]
) -> None:
    """Set the former aside, put the copies in place, and do again what people took back."""
    with tqdm(
        total=4, bar_format="{l_bar}{bar}| {elapsed}", leave=False, disable=None
    ) as bar:
        bar.set_description("Setting the former centre aside")
        stamp = backing.new_stamp(sources.root, backing.FORMER)
        for kind in standing:
            place = sources.root / kind / stamp
            _set_aside(kind, place, taken_back)
            restored.former.append(str(place))
        bar.update()
        bar.set_description("Putting the copies in place")
        for kind, folder in sources.folders.items():
            copies.put_back(ALIASES[kind], folder / backing.database_name(kind))
        restored.editions = _put_editions(sources.centre)
        bar.update()
        bar.set_description("Bringing the databases up to date")
        migrate()
        bar.update()
        bar.set_description("Doing again what people took back")
        done = settle(taken_back, on=timezone.localdate())
        restored.settled = asdict(done)
        bar.update()


def _sources(place: Path, keystore: str) -> Sources:
    """Which two folders are meant: a backup itself, or the newest in a folder of backups."""
    place = place.resolve()
    centre = place
    if (place / CENTRE).is_dir():
        found = backing.newest(place, CENTRE)
        if found is None:
            raise Refused(f"There is no whole backup in {place}.")
        centre = found
    root = centre.parent.parent
    if keystore == KEPT:
        return Sources(centre, None, root)
    chosen = Path(keystore).resolve() if keystore else root / KEYSTORE / centre.name
    if not chosen.is_dir():
        raise Refused(
            "There is no keystore of the same moment: they are kept for seven days. If the"
            f" keystore of this machine survived, say --keystore {KEPT}; or name another"
            " backup of it. Without the keys that belong to them reports stay closed."
        )
    return Sources(centre, chosen, root)


def _fitting(folder: Path, kind: str) -> manifest.Manifest:
    """The manifest of a whole backup that this version and this engine can take."""
    found = manifest.checked(folder, kind=kind)
    manifest.require_known(found.migrations)
    engine = copies.engine_of(ALIASES[kind])
    if found.engine != engine:
        raise Refused(
            f"This backup is of {found.engine}, and this centre runs on {engine}. Set"
            " DATABASE_URL and KEYSTORE_URL as they were."
        )
    return found


def _taken_back(sources: Sources, more: Path | None) -> TakenBack:
    """All that people took back, from every place that survived."""
    told = backing.standing_taken_back()
    lists = [*(sources.root / CENTRE).glob(f"*/{backing.TAKEN_BACK}")]
    for place in {
        *lists,
        sources.centre / backing.TAKEN_BACK,
        *([more] if more else []),
    }:
        told = told | backing.read_taken_back(place)
    return told


def _set_aside(kind: str, place: Path, taken_back: TakenBack) -> None:
    """Keep a former database beside the backups, to go back to."""
    alias = ALIASES[kind]
    unfinished = backing.begin(place)
    if kind == CENTRE:
        backing.write_taken_back(unfinished, taken_back)
    layout = _layout(alias)
    copies.set_aside(alias, unfinished / backing.database_name(kind))
    backing.finish(unfinished, place, kind, layout=layout)


def _layout(alias: str) -> list[str]:
    """What a database has been through; nothing where it cannot be read any more."""
    try:
        return manifest.applied(alias)
    except DatabaseError:
        return []
    finally:
        connections[alias].close()


def _put_editions(centre: Path) -> int:
    """Put back the editions that are not here. One that is here was published: it stays."""
    back = 0
    for edition in sorted((centre / "editions").glob("*")):
        to = Path(settings.EDITIONS) / edition.name
        if edition.is_dir() and not to.exists():
            shutil.copytree(edition, to)
            back += 1
    return back


def _walk_ledger(restored: Restored) -> None:
    """Walk the ledger from its first entry to its last."""
    last = Entry.objects.exclude(number=None).order_by("number").last()
    broken, cut = first_broken_entry(), first_broken_checkpoint()
    restored.ledger_entries = (last and last.number) or 0
    restored.ledger_broken_at = broken.number if broken else None
    restored.log_cut_at = cut.size if cut else None
