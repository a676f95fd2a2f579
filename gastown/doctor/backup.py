"""backup: what a town cannot make anew, copied while it works; old copies are thinned.

One backup is a folder named by its moment: the ledgers as SQLite copies them, what people and roles
wrote, bundles of the private repositories, and a bundle per rig of what its origin's main lacks.
`manifest.json` has a checksum of every file; a folder without one was never finished.
"""

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gastown.beads.files import write_whole
from gastown.errors import GasTownError
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.stage import Frozen
from gastown.town.layout import TownLayout
from gastown.town.town import Town

MANIFEST = "manifest.json"
KEEP, WEEKS = 7, 4
"""So many of the newest are kept, and the newest of each of so many weeks before."""
_FORM = "%Y%m%dT%H%M%SZ"
_MAKING = ".making-"
_WRITTEN = (".beads", "formulas", "formula-overlays", "directives", "cards", "briefs", "reports")
_OF_RIG = ("formula-overlays", "directives", "polecats")
_PLAIN = frozenset({".jsonl", ".json", ".md", ".toml", ".txt", ".csv", ""})


class Manifest(Frozen):
    """What is in a backup: the SHA-256 of each file, and the tips in each rig's bundle."""

    town: str
    at: datetime
    files: Mapping[str, str]
    refs: Mapping[str, Mapping[str, str]]


class BackedUp(Frozen):
    """A backup that was made, or would be."""

    folder: str
    files: int
    bytes: int
    refs: int
    thinned: tuple[str, ...] = ()
    dry_run: bool = False


def folder_of(layout: TownLayout) -> Path:
    """Where backups go that nobody names a folder for; better is another disk."""
    return layout.root / "backups"


def back_up(
    town: Town, into: Path, now: datetime, *, keep: int = KEEP, dry_run: bool = False
) -> BackedUp:
    """Make a backup, then remove those that are too many.

    Args:
        town: Which town; it may be at work.
        into: Folder of the backups, made when it is not there.
        now: The moment by which it is named.
        keep: How many of the newest stay.
        dry_run: Say what would be done, and write nothing.

    Raises:
        LedgerError: The folder cannot be written; there is no new backup then.
        GitError: A repository cannot be read.
    """
    name = now.astimezone(UTC).strftime(_FORM)
    if dry_run:
        sources = [source for source, _ in _sources(town)]
        unmerged = _unmerged(town)
        gone = surplus([*backups(into), name], keep)
        size = sum(source.stat().st_size for source in sources)
        return BackedUp(
            folder=str(into / name),
            files=len(sources) + len(_private(town)) + len(unmerged),
            bytes=size,
            refs=sum(map(len, unmerged.values())),
            thinned=tuple(gone),
            dry_run=True,
        )
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    with file_lock(into / ".lock"):
        for half in into.glob(f"{_MAKING}*"):  # its process is dead: this one has the lock
            shutil.rmtree(half)
        manifest = _made(town, into, name, now)
        gone = surplus(backups(into), keep)
        for old in gone:
            shutil.rmtree(into / old)
    return BackedUp(
        folder=str(into / name),
        files=len(manifest.files),
        bytes=sum((into / name / file).stat().st_size for file in manifest.files),
        refs=sum(map(len, manifest.refs.values())),
        thinned=tuple(gone),
    )


def _made(town: Town, into: Path, name: str, now: datetime) -> Manifest:
    """Whole or not at all. Raises GasTownError for a second one in the same second."""
    if (into / name).exists():
        raise GasTownError(f"{into / name}: there is a backup of this second already")
    draft = into / f"{_MAKING}{name}"
    try:
        manifest = _write(town, draft, now)
        draft.rename(into / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def backups(into: Path) -> list[str]:
    """Names of the finished backups in a folder, oldest first."""
    return sorted(path.parent.name for path in into.glob(f"[0-9]*/{MANIFEST}"))


def surplus(names: Sequence[str], keep: int = KEEP) -> list[str]:
    """Which of these are too many: older than the newest ones, and not the newest of their week."""
    ordered = sorted(names, reverse=True)
    kept, weeks = set(ordered[: max(keep, 1)]), dict[tuple[int, int], str]()
    for name in ordered[max(keep, 1) :]:
        year, week, _ = datetime.strptime(name, _FORM).replace(tzinfo=UTC).isocalendar()
        weeks.setdefault((year, week), name)
    kept |= set(list(weeks.values())[:WEEKS])
    return sorted(set(names) - kept)


def read_manifest(backup: Path) -> Manifest:
    """What is in a backup, every file of it checked. Raises GasTownError for what is not so."""
    try:
        manifest = Manifest.model_validate_json((backup / MANIFEST).read_bytes())
        wrong = [name for name, sum_ in manifest.files.items() if _sum(backup / name) != sum_]
    except (OSError, ValueError) as error:
        raise GasTownError(f"{backup} is no whole backup: {error}") from None
    if wrong:
        raise GasTownError(f"{backup} is damaged: {', '.join(wrong)}; take another one")
    return manifest


def age(into: Path, now: datetime) -> timedelta | None:
    """How old the newest backup is; None where there is none."""
    newest = next(reversed(backups(into)), None)
    return now - datetime.strptime(newest, _FORM).replace(tzinfo=UTC) if newest else None


def _write(town: Town, draft: Path, now: datetime) -> Manifest:
    draft.mkdir(mode=0o700)
    for source, place in _sources(town):
        target = draft / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix == ".db":
            _copy_database(source, target)
        else:
            shutil.copy2(source, target)
    for path in _private(town):
        _bundle(Repo(path), draft / "private" / f"{path.name}.bundle", "--all")
    refs = _unmerged(town)
    for name, tips in refs.items():
        repo = Repo(town.layout.rig(name).canonical)
        lacking = (*tips, "--not", f"refs/remotes/origin/{town.config.rig(name).branch}")
        _bundle(repo, draft / "rigs" / f"{name}.bundle", *lacking)
    files = {str(path.relative_to(draft)): _sum(path) for path in _files(draft)}
    manifest = Manifest(town=town.config.town.name, at=now, files=files, refs=refs)
    text = json.dumps(manifest.model_dump(mode="json"), indent=1, sort_keys=True)
    write_whole(draft / MANIFEST, f"{text}\n")
    return manifest


def _sources(town: Town) -> Iterator[tuple[Path, str]]:
    """Files that are copied, and their place in the backup, which is that in the town."""
    layout = town.layout
    for database in (layout.store, layout.spend):
        if database.exists():
            yield database, str(database.relative_to(layout.root))
    yield layout.config, layout.config.name
    if layout.salt.exists():
        yield layout.salt, str(layout.salt.relative_to(layout.root))
    folders = [layout.root / name for name in _WRITTEN]
    folders += [layout.rig(rig).root / name for rig in town.config.rigs for name in _OF_RIG]
    for folder in folders:
        deep = folder.name != "polecats"  # only the slots, not the worktrees beside them
        for path in sorted(_files(folder) if deep else folder.glob("[!.]*.json")):
            if path.suffix in _PLAIN or folder.name == "reports":
                yield path, str(path.relative_to(layout.root))


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _private(town: Town) -> list[Path]:
    """Private repositories with something in them."""
    found = sorted((town.root / "private").glob("*/.git"))
    return [path.parent for path in found if Repo(path.parent).find("HEAD")]


def _unmerged(town: Town) -> dict[str, dict[str, str]]:
    """Of each rig that has any: refs with commits that origin's main lacks, and their tips."""
    found: dict[str, dict[str, str]] = {}
    for name, table in town.config.rigs.items():
        repo = Repo(town.layout.rig(name).canonical)
        target = f"refs/remotes/origin/{table.branch}"
        if not (repo.path / ".git").exists() or repo.find(target) is None:
            continue
        form = ("for-each-ref", "--format=%(refname)", "--no-merged", target)
        refs = repo.ask(*form, "refs/heads", "refs/rescue").split()
        if refs:
            found[name] = {ref: repo.rev(ref) for ref in refs}
    return found


def _bundle(repo: Repo, file: Path, *what: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    repo.run("bundle", "create", "--quiet", str(file), *what)


def _copy_database(source: Path, target: Path) -> None:
    """As it is at one moment, whoever writes meanwhile."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
