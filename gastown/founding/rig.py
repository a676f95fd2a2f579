"""Rigs of a town: add one, list them, take one out."""

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gastown.beads import jsonl
from gastown.beads.bead import CLOSED
from gastown.beads.routes import add_route, remove_route
from gastown.beads.sync import import_file
from gastown.errors import ConfigError, GasTownError
from gastown.founding.guess import gauge_of
from gastown.founding.install import TRACKED
from gastown.founding.names import check_name, check_prefix, propose_prefix
from gastown.founding.routes import route
from gastown.founding.unmerged import unmerged
from gastown.rigs.clone import TOWN, clone
from gastown.rigs.git import Repo
from gastown.town.config import RigTable, TownConfig, load_config
from gastown.town.edit import drop_rig, edit, put_rig
from gastown.town.layout import RigLayout
from gastown.town.town import Town

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

    On failure nothing is left.

    Args:
        town: Which town.
        name: What the town calls it.
        origin: URL or path; a path is kept as an absolute one.
        table: What is known of `[rigs.NAME]` already. Of the rest, the prefix is proposed, the
            branch is the origin's default, and the gauge is guessed.
        gauge: The kind of its tests, where the table has none; guessed when empty.

    Raises:
        ConfigError: Name or prefix is taken or will not do, or the tests' kind cannot be guessed.
        GitError: The origin cannot be cloned, or lacks the branch.
        JsonlError: Its `.beads/issues.jsonl` holds lines that cannot be taken.
    """
    config = load_config(town.layout.config)
    folder = town.layout.rig(name)
    _check_new(config, name, folder)
    asked = _checked_prefix(config, table.get("prefix", ""))
    source = str(Path(origin).resolve()) if Path(origin).exists() else origin
    try:
        branch = clone(source, folder.canonical, table.get("branch", "")).branch()
        prefix = asked or _proposed_prefix(config, name, folder)
        whole = {"prefix": prefix, "origin": source, "branch": branch, **table}
        if "gauge" not in whole:
            whole["gauge"] = gauge_of(folder.canonical, gauge)
        config = edit(town.layout.config, put_rig(name, whole))
        _import_beads(town, folder)
    except BaseException:
        _undo(town, name, folder)
        raise
    add_route(town.layout.beads / "routes.jsonl", route(name, prefix))
    _commit(town, f"Add the rig {name}")
    return config.rig(name)


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
    table = load_config(town.layout.config).rig(name)
    folder = town.layout.rig(name)
    if not force:
        _refuse_loss(name, [*_open_beads(town, table), *_work(folder, table.branch)])
    edit(town.layout.config, drop_rig(name))
    remove_route(town.layout.beads / "routes.jsonl", f"{table.prefix}-")
    shutil.rmtree(folder.root)
    _commit(town, f"Remove the rig {name}")


def _check_new(config: TownConfig, name: str, folder: RigLayout) -> None:
    check_name("rig", name)
    if name in config.rigs:
        raise ConfigError(f"there is a rig {name} already, of {config.rigs[name].origin}")
    if folder.root.exists():
        raise ConfigError(f"{folder.root} exists and is no rig; move it away or take another name")


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
        Repo(town.root).commit_all(message, TOWN, TRACKED)
