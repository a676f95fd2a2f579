"""read_addons: what `addons.jsonc` says a Godot project's addons come from (GodotEnv's format)."""

import posixpath
import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gastown.errors import ConfigError
from gastown.rigs.gauge.jsonc import parse_jsonc

Source = Literal["remote", "local", "symlink", "zip"]
MAX_BYTES = 1 << 20
_KEY = re.compile(r"[A-Za-z0-9][\w.-]*")


class Addon(BaseModel):
    """One addon; `key` is its folder below `addons`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str = Field(pattern=rf"^{_KEY.pattern}$")
    url: str = Field(min_length=1)
    source: Source = "remote"
    checkout: str = "main"
    subfolder: str = "/"

    @property
    def inner(self) -> str:
        """The subfolder, from the source's root. Raises ConfigError where it leads out of it."""
        path = posixpath.normpath(self.subfolder.strip("/") or ".")
        if path == ".." or path.startswith("../"):
            raise ConfigError(f"subfolder {self.subfolder!r} leads out of the addon")
        return path


class _File(BaseModel):
    path: str = "addons"
    addons: dict[str, dict[str, object]] = Field(default_factory=dict[str, dict[str, object]])


def read_addons(file: Path) -> tuple[Addon, ...]:
    """The addons that a file names, in its order; none where there is no file.

    Raises:
        ConfigError: It cannot be read, with file, key and what is wrong.
    """
    if file.is_symlink() or not file.is_file():
        return ()
    if file.stat().st_size > MAX_BYTES:
        raise ConfigError(f"{file.name} is larger than {MAX_BYTES >> 20} MiB")
    try:
        text = file.read_text(encoding="utf-8")
    except ValueError as error:
        raise ConfigError(f"{file.name} is not JSON: {error}") from None
    whole = _parsed(file.name, text)
    if posixpath.normpath(whole.path) != "addons":
        raise ConfigError(f"{file.name}: path = {whole.path!r}; only addons is known here")
    return _addons(file.name, whole)


def parse_addons(name: str, text: str) -> tuple[Addon, ...]:
    """The addons that the text of such a file names, of an addon's own: its `path` counts not.

    Raises ConfigError as above, with `name` for the file's.
    """
    return _addons(name, _parsed(name, text))


def _parsed(name: str, text: str) -> _File:
    try:
        return _File.model_validate(parse_jsonc(text))
    except ValidationError as error:
        raise ConfigError(f"{name}: {_first(error)}") from None
    except ValueError as error:
        raise ConfigError(f"{name} is not JSON: {error}") from None


def _addons(name: str, whole: _File) -> tuple[Addon, ...]:
    return tuple(_addon(name, key, entry) for key, entry in whole.addons.items())


def _addon(name: str, key: str, entry: dict[str, object]) -> Addon:
    try:
        return Addon.model_validate({**entry, "key": key})
    except ValidationError as error:
        raise ConfigError(f"{name}: addons.{key}: {_first(error)}") from None


def _first(error: ValidationError) -> str:
    found = error.errors()[0]
    place = ".".join(map(str, found["loc"]))
    return f"{place}: {found['msg']}" if place else found["msg"]
