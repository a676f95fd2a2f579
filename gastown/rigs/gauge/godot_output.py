"""What a Godot run printed: the runner's line of results, and the engine's own script errors."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

_FRAME = re.compile(r"(\S+) \(res://(.+?):\d+\)$")
_SCRIPT_ERROR = "SCRIPT ERROR: "
_VERSION = re.compile(r"^Godot Engine v(\d+(?:\.\d+)+)", re.MULTILINE)


class Result(BaseModel):
    """One test as the runner tells it."""

    name: str
    file: str
    passed: bool
    message: str = ""


class Results(BaseModel):
    """The runner's line."""

    passed: bool
    results: list[Result]


class Frame(NamedTuple):
    """A function in a script; it is `GDScript::reload` where the script was being compiled."""

    function: str
    file: str


class ScriptError(NamedTuple):
    """An error of the engine, and the frames it was raised under, innermost first."""

    message: str
    frames: tuple[Frame, ...]


def engine_version(output: str) -> str:
    """E.g. `Godot 4.6.3`, from the banner."""
    found = _VERSION.search(output)
    return f"Godot {found.group(1)}" if found else "Godot of unknown version"


def find_results(output: str) -> Results | None:
    """The last line that is a document of results; tests may print lines of their own."""
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            try:
                return Results.model_validate_json(line)
            except ValidationError:
                continue
    return None


def find_errors(output: str) -> Iterator[ScriptError]:
    """The engine's script errors. Plain errors (`push_error`, a file not found) are no concern."""
    lines = output.splitlines()
    for at, line in enumerate(lines):
        if line.startswith(_SCRIPT_ERROR):
            yield ScriptError(line.removeprefix(_SCRIPT_ERROR), tuple(_frames(lines[at + 1 :])))


def _frames(lines: Sequence[str]) -> Iterator[Frame]:
    """Places in scripts named by the indented lines below an error."""
    for line in lines:
        if not line.startswith(" "):
            return
        if found := _FRAME.search(line.rstrip()):
            yield Frame(found[1], found[2])
