"""edit: change town.toml as a person would, comments and order kept, never to something invalid."""

import fcntl
import os
import tempfile
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tomlkit

from gastown.errors import ConfigError, NotFoundError
from gastown.town.config import TownConfig, load_config

Change = Callable[[tomlkit.TOMLDocument], None]


def edit(path: Path, change: Change) -> TownConfig:
    """Apply a change to the file in one step, or not at all.

    Raises ConfigError when the file is wrong already, or would be after the change.
    """
    load_config(path)
    with _alone(path.parent):
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        change(document)
        return write_checked(path, tomlkit.dumps(document))


@contextmanager
def _alone(folder: Path) -> Generator[None]:
    """One editor at a time: two `town rig add` at once keep both rigs."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_checked(path: Path, text: str) -> TownConfig:
    """Put a whole town.toml in place if it is valid. Raises ConfigError and leaves the old one."""
    handle, name = tempfile.mkstemp(prefix=".town-", suffix=".toml", dir=path.parent)
    spare = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            config = load_config(spare)
        except ConfigError as error:
            raise ConfigError(str(error).replace(name, str(path))) from None
        spare.chmod(0o644)
        spare.replace(path)
        return config
    finally:
        spare.unlink(missing_ok=True)


def put_rig(name: str, table: Mapping[str, Any]) -> Change:
    """Add `[rigs.NAME]`, as plain TOML values."""
    return lambda document: _put(document, ("rigs",), name, table)


def drop_rig(name: str) -> Change:
    """Take `[rigs.NAME]` out, its gauge and assemblies with it."""

    def change(document: tomlkit.TOMLDocument) -> None:
        root: Any = document
        if name not in root.get("rigs", {}):
            raise NotFoundError(f"town.toml has no [rigs.{name}]")
        root["rigs"].remove(name)

    return change


def put_model(name: str, table: Mapping[str, Any]) -> Change:
    """Add or replace `[models.NAME]`."""
    return lambda document: _put(document, ("models",), name, table)


def set_seat(role: str, model: str) -> Change:
    """Give a role its model; role `default` is for every role that has none of its own."""

    def change(document: tomlkit.TOMLDocument) -> None:
        path = ("seats",) if role == "default" else ("seats", "roles")
        _put(document, path, role, model)

    return change


def _put(document: tomlkit.TOMLDocument, path: tuple[str, ...], key: str, value: Any) -> None:
    place: Any = document
    for step in path:
        if step not in place:
            # [rigs] alone would be noise above [rigs.NAME]
            place[step] = tomlkit.table(is_super_table=True)
        place = place[step]
    place[key] = value
