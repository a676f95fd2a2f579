"""Slots: names of a rig's polecats, each held by at most one bead until it is given back.

A slot outlives sessions: the bead that holds it gets the same one again after a crash, and with it
the worktree and the branch.
"""

import itertools
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from gastown.errors import ClaimedError, ConfigError
from gastown.rigs.lock import file_lock
from gastown.rigs.pool import name_of
from gastown.rigs.worktree import remove_worktree
from gastown.stage import Frozen
from gastown.town.layout import RigLayout


class Slot(Frozen):
    """A name from the pool, the bead that holds it, and the branch on which it is worked on."""

    name: str
    bead: str
    branch: str


def take(layout: RigLayout, bead: str, name: str = "") -> Slot:
    """The bead's slot: the one it holds already, else `name`, else the first free name.

    Raises ClaimedError where `name` is held by another bead, or the bead has another name.
    """
    with file_lock(_folder(layout) / ".lock"):
        standing = slot_of(layout, bead)
        if standing is not None:
            if name not in {"", standing.name}:
                raise ClaimedError(f"{bead} is {standing.name}'s already, and keeps that name")
            return standing
        taken = {slot.name: slot.bead for slot in slots(layout)}
        if name in taken:
            raise ClaimedError(f"{name} works on {taken[name]}; name another, or none")
        name = name or next(n for n in map(name_of, itertools.count()) if n not in taken)
        slot = Slot(name=name, bead=bead, branch=f"polecat/{name}/{_as_ref(bead)}")
        _write(_file(layout, name), slot.model_dump_json())
        return slot


def free(layout: RigLayout, bead: str) -> None:
    """Give the bead's name back to the pool; a bead that holds none is no error."""
    with file_lock(_folder(layout) / ".lock"):
        slot = slot_of(layout, bead)
        if slot is not None:
            _file(layout, slot.name).unlink()


def retire(layout: RigLayout, bead: str) -> None:
    """Remove the bead's worktree and branch, then give its slot back; what is gone is no error.

    In this order a crash leaves a slot that is still held, and so is found and retired again.
    """
    slot = slot_of(layout, bead)
    if slot is not None:
        remove_worktree(layout, layout.polecat(slot.name), slot.branch)
        free(layout, bead)


def slots(layout: RigLayout) -> tuple[Slot, ...]:
    """Every held slot, by name. Raises ConfigError for a file that is no slot."""
    return tuple(_read_all(layout))


def slot_of(layout: RigLayout, bead: str) -> Slot | None:
    """The slot that a bead holds."""
    return next((slot for slot in slots(layout) if slot.bead == bead), None)


def _read_all(layout: RigLayout) -> Iterator[Slot]:
    for path in sorted(_folder(layout).glob("*.json")):
        with suppress(FileNotFoundError):  # given back since the folder was listed
            text = path.read_text(encoding="utf-8")
            try:
                yield Slot.model_validate_json(text)
            except ValidationError:
                raise ConfigError(f"{path} is not a slot; look whose it is and remove it") from None


def _write(path: Path, text: str) -> None:
    """Make the file with its content in one step; it must not be there yet."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    try:
        os.link(draft, path)
    finally:
        draft.unlink()


def _as_ref(bead: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", bead)


def _folder(layout: RigLayout) -> Path:
    return layout.polecat("x").parent


def _file(layout: RigLayout, name: str) -> Path:
    return _folder(layout) / f"{name}.json"
