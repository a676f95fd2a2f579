"""guess: how a repository's tests run, from the files in it."""

from pathlib import Path
from typing import Any, get_args

from gastown.errors import ConfigError
from gastown.town.tables.rigs import GaugeTable

KINDS: tuple[str, ...] = get_args(GaugeTable.model_fields["kind"].annotation)
_PYTHON = ("pyproject.toml", "pytest.ini", "setup.py", "setup.cfg", "tox.ini")


def gauge_of(clone: Path, kind: str = "") -> dict[str, Any]:
    """The `[gauge]` table for a clone, as plain values.

    Args:
        clone: The clone.
        kind: What a person said it is; guessed when empty.

    Raises:
        ConfigError: The kind is unknown, or nothing tells how the tests run.
    """
    if kind and kind not in KINDS:
        raise ConfigError(f"--gauge {kind}: choose one of {', '.join(KINDS)}")
    godot = _godot_project(clone)
    if kind == "godot-script" or (not kind and godot is not None):
        return {"kind": "godot-script", "project": godot or "."}
    if kind == "pytest" or (not kind and _is_python(clone)):
        return {"kind": "pytest"}
    if kind == "generic":
        return {"kind": "generic"}
    raise ConfigError(
        f"nothing tells how the tests run (no {', '.join(_PYTHON)}, tests/*.py or project.godot); "
        f"say it with --gauge {'|'.join(KINDS)}"
    )


def _godot_project(clone: Path) -> str | None:
    found = sorted(clone.glob("project.godot")) + sorted(clone.glob("*/project.godot"))
    return found[0].parent.relative_to(clone).as_posix() if found else None


def _is_python(clone: Path) -> bool:
    return any((clone / name).is_file() for name in _PYTHON) or any(clone.glob("tests/**/*.py"))
