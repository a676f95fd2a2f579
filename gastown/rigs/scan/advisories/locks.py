"""Lock files: where a rig says which packages it uses, and in which version."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from gastown.agents.globs import matches
from gastown.rigs.scan.source import FOREIGN

MAX_BYTES = 20_000_000
PYTHON = (
    "**/requirements*.txt", "**/requirements/*.txt", "**/uv.lock", "**/poetry.lock", "**/pdm.lock",
    "**/pylock.toml", "**/pylock.*.toml",
)  # fmt: skip
NPM = ("**/package-lock.json", "**/npm-shrinkwrap.json")
CARGO = ("**/Cargo.lock",)
OTHERS = ("**/yarn.lock", "**/pnpm-lock.yaml", "**/go.mod", "**/Gemfile.lock", "**/composer.lock")

_PINNED = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*==\s*([\w.!+-]+)")
_NAMED = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:$|[\[<>=!~;@#])")


@dataclass(frozen=True, slots=True)
class Lock:
    """One lock file as it lies in the tree."""

    path: str
    text: str

    def line_of(self, *needles: str) -> int:
        """The first line that holds all of these, counted from 1; 1 where none does."""
        for number, line in enumerate(self.text.split("\n"), start=1):
            if all(needle in line for needle in needles):
                return number
        return 1


@dataclass(frozen=True, slots=True)
class Pin:
    """A package of a lock file, and the line that names it."""

    name: str
    version: str
    line: int


def find_locks(worktree: Path, names: Iterable[str]) -> tuple[Lock, ...]:
    """Lock files among the tracked files `names`; other people's folders are left out."""
    wanted = (*PYTHON, *NPM, *CARGO, *OTHERS)
    mine = [name for name in names if matches(name, wanted) and not matches(name, FOREIGN)]
    return tuple(Lock(name, text) for name in mine if (text := _text(worktree / name)) is not None)


def of_kind(locks: Iterable[Lock], patterns: Iterable[str]) -> tuple[Lock, ...]:
    """Those whose path is meant by a pattern."""
    chosen = tuple(patterns)
    return tuple(lock for lock in locks if matches(lock.path, chosen))


def python_pins(lock: Lock) -> tuple[tuple[Pin, ...], tuple[str, ...]]:
    """The pinned packages of a Python lock file, and the names of those without a version.

    Raises ValueError when it does not parse.
    """
    if lock.path.endswith((".lock", ".toml")):
        return tuple(_locked(lock)), ()
    pins: list[Pin] = []
    loose: list[str] = []
    for number, line in enumerate(lock.text.split("\n"), start=1):
        pinned = _PINNED.match(line)
        if pinned:
            pins.append(Pin(pinned[1], pinned[2], number))
        elif named := _NAMED.match(line):
            loose.append(named[1])
    return tuple(pins), tuple(loose)


def _locked(lock: Lock) -> Iterator[Pin]:
    """`[[package]]` of uv, Poetry and PDM; `[[packages]]` of PEP 751."""
    document = tomllib.loads(lock.text)
    listed: Any = document.get("package") or document.get("packages") or []
    if not isinstance(listed, list):
        raise ValueError("its packages are no list")  # noqa: TRY004 - a file, not a caller, is wrong
    for one in cast("list[dict[str, Any]]", listed):
        name, version = one.get("name"), one.get("version")
        source: Any = one.get("source") or {}
        own = isinstance(source, dict) and {"virtual", "editable", "directory"} & set(
            cast("dict[str, Any]", source)
        )
        if isinstance(name, str) and isinstance(version, str) and not own:
            yield Pin(name, version, lock.line_of(f'name = "{name}"'))


def _text(path: Path) -> str | None:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_BYTES:
        return None
    return path.read_text(encoding="utf-8", errors="replace")
