"""detect: how the tests of a checkout run, from the files in it."""

import re
from collections.abc import Iterator
from json import JSONDecodeError, loads
from pathlib import Path
from typing import Any, cast, get_args

from gastown.errors import ConfigError
from gastown.town.tables.gauge import GaugeTable, Kind

KINDS: tuple[str, ...] = get_args(Kind)
MAX_BYTES = 8 << 20  # of one file that is looked into
_PYTHON = ("pyproject.toml", "pytest.ini", "setup.py", "setup.cfg", "tox.ini")
_GUT = re.compile(r"^\s*extends\s+GutTest\b", re.MULTILINE)
_GDUNIT4 = re.compile(r"^\s*extends\s+GdUnitTestSuite\b", re.MULTILINE)
_OWN = re.compile(r"^\s*extends\s+SceneTree\b", re.MULTILINE)
_NO_TEST = "no test specified"  # what `npm init` writes


def detect(folder: Path, kind: str = "") -> GaugeTable:
    """The `[gauge]` table for a checkout.

    Args:
        folder: Its root. It is only read.
        kind: What a person said it is; told by the files when empty.

    Raises:
        ConfigError: The kind is unknown, or nothing tells how the tests run.
    """
    if kind and kind not in KINDS:
        raise ConfigError(f"--gauge {kind}: choose one of {', '.join(KINDS)}")
    project = _godot_project(folder)
    if kind.startswith("godot-") or (not kind and project is not None):
        return GaugeTable.model_validate(_godot(folder, project or ".", kind))
    found = kind or _by_manifest(folder)
    if not found:
        raise ConfigError(
            f"nothing in {folder.name} tells how its tests run (no project.godot, "
            f"{', '.join(_PYTHON)}, tests/*.py, package.json with a test script or Cargo.toml); "
            f"say it with --gauge {'|'.join(KINDS)}"
        )
    return GaugeTable.model_validate({"kind": found, **_packages(folder, found)})


def _godot_project(folder: Path) -> str | None:
    """The folder of project.godot: the root, `.testbed`, or one below the root."""
    for place in (".", ".testbed"):
        if (folder / place / "project.godot").is_file():
            return place
    found = sorted(folder.glob("*/project.godot"))
    return found[0].parent.relative_to(folder).as_posix() if found else None


def _godot(folder: Path, project: str, kind: str) -> dict[str, Any]:
    """`kind`, `project`, and what differs from the table's defaults."""
    scripts = dict(_scripts(folder / project))
    suites = {
        "godot-gut": _folders(scripts, _GUT),
        "godot-gdunit4": _folders(scripts, _GDUNIT4),
    }
    if not kind:
        kind = next((name for name, found in suites.items() if found), "") or _by_addon(
            folder / project
        )
    table: dict[str, Any] = {"kind": kind or "godot-script", "project": project}
    roots = suites.get(kind) or []
    if roots and roots != ["res://tests"]:
        table["tests"] = roots
    if table["kind"] == "godot-script":
        runner = _runner(folder, project, scripts)
        table |= {"runner": runner} if runner else {}
    return table


def _by_addon(project: Path) -> str:
    if any(project.glob("addons/*/gut_cmdln.gd")):
        return "godot-gut"
    return "godot-gdunit4" if (project / "addons" / "gdUnit4").is_dir() else ""


def _scripts(project: Path) -> Iterator[tuple[str, str]]:
    """Text of each script of the project itself, by its path from there."""
    for file in sorted(project.rglob("*.gd")):
        path = file.relative_to(project)
        if path.parts[0] != "addons" and not any(part.startswith(".") for part in path.parts):
            yield path.as_posix(), _text(file)


def _folders(scripts: dict[str, str], extends: re.Pattern[str]) -> list[str]:
    """Top folders that hold such tests, as the engine names them."""
    tops = {path.partition("/")[0] for path, text in scripts.items() if extends.search(text)}
    return sorted(f"res://{top}" for top in tops if not top.endswith(".gd"))


def _runner(folder: Path, project: str, scripts: dict[str, str]) -> str:
    """The rig's own runner: a SceneTree below `tests`, there or beside a hidden project."""
    own = [path for path, text in scripts.items() if "test" in path and _OWN.search(text)]
    if own:
        return f"res://{own[0]}"
    beside = sorted((folder / "tests").glob("*.gd")) if project != "." else []
    up = "../" * len(Path(project).parts)
    return next((f"res://{up}tests/{f.name}" for f in beside if _OWN.search(_text(f))), "")


def _by_manifest(folder: Path) -> str:
    if any((folder / name).is_file() for name in _PYTHON) or any(folder.glob("tests/**/*.py")):
        return "pytest"
    if _npm_tests(folder / "package.json"):
        return "npm"
    return "cargo" if (folder / "Cargo.toml").is_file() else ""


def _packages(folder: Path, kind: str) -> dict[str, Any]:
    """Where packages that a lock names come from, as there is no network: a person's own caches."""
    if kind == "npm" and '"node_modules/' in _text(folder / "package-lock.json"):
        return {"setup": ["npm", "ci", "--offline"], "caches": ["~/.npm"]}
    if kind == "cargo" and '"registry+' in _text(folder / "Cargo.lock"):
        return {"caches": ["~/.cargo/registry"]}
    return {}


def _npm_tests(manifest: Path) -> bool:
    try:
        scripts = cast("dict[str, Any]", loads(_text(manifest) or "{}"))["scripts"]
        return _NO_TEST not in str(scripts["test"])
    except (JSONDecodeError, KeyError, TypeError):
        return False


def _text(file: Path) -> str:
    """What it says; nothing of what is no plain file, or a giant."""
    if file.is_symlink() or not file.is_file() or file.stat().st_size > MAX_BYTES:
        return ""
    return file.read_text(encoding="utf-8", errors="replace")
