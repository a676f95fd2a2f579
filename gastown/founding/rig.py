"""Rigs of a town: add one, list them, take one out.

One process at a time does so. Until a rig is added or removed whole, a mark lies in its folder, so
that what a killed process left is completed or cleared away by the next call.
"""

import shutil
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gastown.beads import jsonl
from gastown.beads.bead import CLOSED
from gastown.beads.routes import add_route, remove_route
from gastown.beads.sync import import_file
from gastown.errors import ConfigError, GasTownError
from gastown.founding.guess import gauge_of, tests_key
from gastown.founding.install import TRACKED
from gastown.founding.names import check_name, check_prefix, propose_prefix
from gastown.founding.routes import route
from gastown.founding.unmerged import unmerged
from gastown.rigs.clone import TOWN, clone
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.rigs.receiving import check_receives
from gastown.rigs.stale import clear_stale_locks
from gastown.town.config import TownConfig, load_config
from gastown.town.edit import drop_rig, edit, put_rig
from gastown.town.layout import RigLayout
from gastown.town.tables.rigs import RigTable
from gastown.town.town import Town

MARK = ".half-made"
NOTHING: Mapping[str, Any] = MappingProxyType({})
JSONL = "issues.jsonl"
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Rig:
    """A rig and how many of its beads are not closed."""

    name: str
    table: RigTable
    open_beads: int


def add_rig(
    town: Town,
    name: str,
    origin: str,
    table: Mapping[str, Any] = NOTHING,
    *,
    gauge: str = "",
) -> RigTable:
    """Clone a repository into the town, register it, and import the beads it brings along.

    On failure nothing is left. What a killed call left in town.toml is completed by another one
    with the same name and origin.

    Args:
        town: Which town.
        name: What the town calls it.
        origin: URL or path; a path is kept as an absolute one.
        table: What is known of `[rigs.NAME]` already. Of the rest, the prefix is proposed, the
            branch is the origin's default, and the gauge and where tests lie are guessed.
        gauge: The kind of its tests, where the table has none; guessed when empty.

    Raises:
        ConfigError: Name or prefix is taken or will not do, or the tests' kind cannot be guessed.
        GitError: The origin cannot be cloned, lacks the branch, or would refuse its pushes.
        JsonlError: Its `.beads/issues.jsonl` holds lines that cannot be taken.
    """
    source = str(Path(origin).resolve()) if Path(origin).exists() else origin
    with _alone(town):
        config = load_config(town.layout.config)
        folder = _folder_for(town, config, name, source)
        if name in config.rigs:
            _import_beads(town, folder)
        else:
            try:
                _put(town, config, name, {"origin": source, **table}, gauge)
                _import_beads(town, folder)
            except BaseException:
                _undo(town, name, folder)
                raise
        return _finish(town, name, folder)


def _alone(town: Town) -> AbstractContextManager[None]:
    return file_lock(town.layout.state / "rigs.lock")


def _folder_for(town: Town, config: TownConfig, name: str, origin: str) -> RigLayout:
    """The rig's folder, new and marked, or that of a rig of this origin that was half added."""
    check_name("rig", name)
    folder = town.layout.rig(name)
    marked = (folder.root / MARK).exists()
    standing = config.rigs.get(name)
    if standing is not None and not (marked and standing.origin == origin):
        raise ConfigError(f"there is a rig {name} already, of {standing.origin}")
    if standing is None:
        if marked:
            shutil.rmtree(folder.root)
        if folder.root.is_file() or any(folder.root.glob("*")):
            raise ConfigError(
                f"{folder.root} exists and is no rig; move it away or take another name"
            )
    return folder


def _put(town: Town, config: TownConfig, name: str, table: Mapping[str, Any], gauge: str) -> None:
    """Clone, and write `[rigs.NAME]`; what the table lacks is found out."""
    folder = town.layout.rig(name)
    asked = _checked_prefix(config, table.get("prefix", ""))
    folder.root.mkdir(exist_ok=True)
    (folder.root / MARK).touch()
    branch = clone(table["origin"], folder.canonical, table.get("branch", "")).branch()
    check_receives(table["origin"], branch)
    prefix = asked or _proposed_prefix(config, name, folder)
    whole = {"prefix": prefix, "branch": branch, **table}
    if "gauge" not in whole:
        whole["gauge"] = gauge_of(folder.canonical, gauge)
    if "tests" not in whole:
        whole |= tests_key(whole["gauge"], folder.canonical)
    edit(town.layout.config, put_rig(name, whole))


def _finish(town: Town, name: str, folder: RigLayout) -> RigTable:
    """What cannot fail for what a rig holds; each part may be done already."""
    table = load_config(town.layout.config).rig(name)
    add_route(town.layout.beads / "routes.jsonl", route(name, table.prefix))
    _commit(town, f"Add the rig {name}")
    (folder.root / MARK).unlink(missing_ok=True)
    return table


def _undo(town: Town, name: str, folder: RigLayout) -> None:
    if name in load_config(town.layout.config).rigs:
        edit(town.layout.config, drop_rig(name))
    shutil.rmtree(folder.root, ignore_errors=True)


def list_rigs(town: Town) -> list[Rig]:
    """The rigs in the order of town.toml."""
    return [
        Rig(name, table, len(_open_beads(town, table))) for name, table in town.config.rigs.items()
    ]


def remove_rig(town: Town, name: str, *, force: bool = False) -> None:
    """Take a rig out: its table, its route and its folder; its origin is not touched.

    Raises:
        NotFoundError: No such rig.
        GasTownError: Beads are open or work is not merged, and `force` was not given.
    """
    with _alone(town):
        table = load_config(town.layout.config).rig(name)
        folder = town.layout.rig(name)
        if not force:
            _refuse_loss(name, [*_open_beads(town, table), *_work(folder, table.branch)])
        if folder.root.is_dir():  # a person may have taken it away already
            (folder.root / MARK).touch()
        edit(town.layout.config, drop_rig(name))
        remove_route(town.layout.beads / "routes.jsonl", f"{table.prefix}-")
        shutil.rmtree(folder.root, ignore_errors=True)
        _commit(town, f"Remove the rig {name}")


def _checked_prefix(config: TownConfig, prefix: str) -> str:
    return check_prefix(prefix, _taken(config)) if prefix else ""


def _proposed_prefix(config: TownConfig, name: str, folder: RigLayout) -> str:
    """The prefix that the rig's own beads carry, else one made from its name."""
    carried = Counter(bead.prefix for bead in jsonl.read(folder.beads / JSONL).beads.values())
    if carried:
        return check_prefix(carried.most_common(1)[0][0], _taken(config))
    return propose_prefix(name, _taken(config))


def _taken(config: TownConfig) -> set[str]:
    return {"hq", *(rig.prefix for rig in config.rigs.values())}


def _import_beads(town: Town, folder: RigLayout) -> None:
    if (folder.beads / JSONL).is_file():
        import_file(town.ledger, folder.beads / JSONL)


def _open_beads(town: Town, table: RigTable) -> list[str]:
    beads = town.ledger.find(prefix=table.prefix)
    return [f"{bead.id} {bead.title}" for bead in beads if bead.status != CLOSED]


def _work(folder: RigLayout, branch: str) -> list[str]:
    clones = [folder.canonical, *sorted(folder.crew("x").parent.glob("*"))]
    return [line for one in clones if (one / ".git").exists() for line in unmerged(one, branch)]


def _refuse_loss(name: str, reasons: list[str]) -> None:
    if reasons:
        more = [f"… and {len(reasons) - _SHOWN} more"] * (len(reasons) > _SHOWN)
        lines = "\n".join(f"  {line}" for line in [*reasons[:_SHOWN], *more])
        raise GasTownError(
            f"{name} holds what would be lost:\n{lines}\nWith --force it is removed."
        )


def _commit(town: Town, message: str) -> None:
    if (town.root / ".git").exists():  # a town whose git a person took away is still a town
        repo = Repo(town.root)
        with repo.shared():
            clear_stale_locks(*repo.folders())
            repo.commit_all(message, TOWN, TRACKED)
