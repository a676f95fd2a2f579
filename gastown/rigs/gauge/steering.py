"""Steering: the files that decide how a rig's tests run, beside the tests themselves.

Whoever may write one of these can turn any test green, so an agent whose work the tests judge may
not. In `pyproject.toml`, which holds much else, only the part that pytest reads must stay.
"""

import tomllib
from collections.abc import Mapping, Sequence
from posixpath import normpath
from typing import cast

from gastown.town.tables.rigs import GaugeTable

PYPROJECT = "pyproject.toml"

_ROOT = "{worktree}/"
_NO_FILE = ("-", "/", "{python}", "{out}")
# fmt: off
_PYTEST = (
    "**/conftest.py",
    "**/pytest.ini", "**/.pytest.ini", "**/pytest.toml", "**/.pytest.toml", "**/tox.ini",
    "**/setup.cfg",
    "**/*.egg-info/**", "**/*.dist-info/**",  # their entry points load plugins
    "**/sitecustomize.py", "**/usercustomize.py", "**/*.pth",  # run before anything else
)
_GODOT = ("override.cfg", ".gutconfig.json", "addons/gut/**", "addons/gdUnit4/**")
_NPM = (
    *("**/package.json", "**/.npmrc", "**/.mocharc*"),
    *("**/*.config.js", "**/*.config.mjs", "**/*.config.ts"),
)
_CARGO = ("**/.cargo/**", "**/rust-toolchain*", "**/build.rs")
# fmt: on


def steering_files(table: GaugeTable) -> tuple[str, ...]:
    """Globs of the files, from the worktree's root, that decide how this gauge's tests run."""
    if table.kind == "pytest":
        return _PYTEST
    if table.kind.startswith("godot-"):
        own = (table.runner.removeprefix("res://"),) if table.kind == "godot-script" else ()
        return _placed(table, (*own, *_GODOT, table.addons))
    fixed = {"npm": _NPM, "cargo": _CARGO}.get(table.kind, ())
    return (*fixed, *_placed(table, table.test), *_placed(table, table.setup))


def pytest_settings(pyproject: str) -> object:
    """What pytest reads in a `pyproject.toml`, to be compared; the whole text where it is broken.

    These are `[tool.pytest…]` and the entry points by which a project names plugins.
    """
    try:
        document = tomllib.loads(pyproject)
    except tomllib.TOMLDecodeError:
        return pyproject
    tools = _table(document, "tool")
    return (
        {name: value for name, value in tools.items() if name.startswith("pytest")},
        _table(document, "project", "entry-points").get("pytest11"),
        _table(document, "tool", "poetry", "plugins").get("pytest11"),
    )


def _table(document: Mapping[str, object], *keys: str) -> Mapping[str, object]:
    """The table at a path of keys; an empty one where there is none."""
    for key in keys:
        found = document.get(key)
        document = cast("Mapping[str, object]", found) if isinstance(found, dict) else {}
    return document


def _placed(table: GaugeTable, words: Sequence[str]) -> tuple[str, ...]:
    """The words that can be files, also behind an option's `=`, named from the worktree's root."""
    values = [word.rpartition("=")[2] for word in words]
    spots = [
        one.removeprefix(_ROOT) if one.startswith(_ROOT) else f"{table.project}/{one}"
        for one in values
        if not one.startswith(_NO_FILE)
    ]
    return tuple(dict.fromkeys(path for path in map(normpath, spots) if path != "."))
