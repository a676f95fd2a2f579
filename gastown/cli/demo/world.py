"""world: what the demo works on, made anew: repositories with origins, a town, five beads."""

import runpy
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gastown.beads.bead import Draft
from gastown.convoys.convoy import create_convoy
from gastown.errors import NotFoundError
from gastown.founding.install import install
from gastown.founding.rig import add_rig
from gastown.rigs.clone import new_origin
from gastown.town.edit import edit, put_model, set_seat
from gastown.town.town import Town

INPUT = Path(__file__).resolve().parents[3] / "examples" / "demo"
NAME = "demo"
MADE = frozenset({"town", "origins", "sources"})  # what a demo's folder holds


@dataclass(frozen=True, slots=True)
class World:
    """The town, its convoy, and the slug under which each bead's answers are filed."""

    town: Town
    convoy: str
    slugs: Mapping[str, str]


def found(
    folder: Path,
    model: str,
    table: Mapping[str, Any],
    beside: Mapping[str, Mapping[str, Any]] | None = None,
) -> Town:
    """A town in an empty folder, without rigs yet; every role uses `model`, others stand `beside`.

    Raises NotFoundError outside a checkout, where the demo's input is missing.
    """
    if not INPUT.is_dir():
        raise NotFoundError(f"{INPUT}: no such folder; the demo runs in a clone of the project")
    root = folder / "town"
    install(root, NAME)
    for name, row in [*(beside or {}).items(), (model, table)]:
        edit(root / "town.toml", put_model(name, row))
    edit(root / "town.toml", set_seat("default", model))
    return Town.open(root)


def furnish(town: Town, folder: Path) -> World:
    """Give the town its two rigs, from origins made in `folder`, and its convoy."""
    for name, rig in _tables("rigs.toml")["rigs"].items():
        add_rig(Town.open(town.root), name, str(origin_of(folder, name)), rig)
    return _asked(Town.open(town.root))


def origin_of(folder: Path, name: str) -> Path:
    """A bare repository with the rig's first commit, a made-up key planted where one belongs."""
    source = folder / "sources" / name
    shutil.copytree(INPUT / "rigs" / name, source)
    planter = runpy.run_path(str(INPUT / "plant.py"))
    if (source / planter["FILE"]).is_file():
        planter["plant"](source)
    return new_origin(source, folder / "origins" / f"{name}.git")


def _asked(town: Town) -> World:
    """Put the five change requests into the ledger and bind them into a convoy."""
    written = _tables("beads.toml")
    ids: dict[str, str] = {}
    for entry in written["beads"]:
        fields = {key: text for key, text in entry.items() if key not in {"slug", "rig", "needs"}}
        needs = tuple(ids[slug] for slug in entry.get("needs", ()))
        prefix = town.config.rig(entry["rig"]).prefix
        bead = town.ledger.create(Draft(**fields, prefix=prefix, needs=needs), actor="demo")
        ids[entry["slug"]] = bead.id
    convoy = create_convoy(town.ledger, town.config, written["convoy"], list(ids.values()))
    return World(town, convoy.id, {bead: slug for slug, bead in ids.items()})


def _tables(name: str) -> dict[str, Any]:
    return tomllib.loads((INPUT / name).read_text(encoding="utf-8"))
