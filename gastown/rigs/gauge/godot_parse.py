"""check_project: what can be told about a Godot project's tests where there is no engine.

Every script must parse, and what a test names (classes, functions, preloaded files) must be
there: in the rig, or in the engine's own names. Where a type is not plain to see, nothing is said.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gastown.rigs.gauge.gdscript import Script, parse_script
from gastown.rigs.gauge.godot_api import GodotApi, godot_api
from gastown.rigs.report import TestCase

MAX_BYTES = 1 << 20  # of one script
_NONE: frozenset[str] = frozenset()
_AUTOLOADS = re.compile(r"^\[autoload\]$(.*?)(?=^\[|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Checked:
    """A case for each test file, and what is wrong with the other scripts."""

    cases: tuple[TestCase, ...]
    problems: tuple[str, ...]
    seconds: float


def check_project(project: Path, tests: Sequence[str]) -> Checked:
    """Parse every script below `project`; `tests` are the paths of the test files from there."""
    start = time.monotonic()
    rig = _Rig(godot_api(), _autoloads(project / "project.godot"))
    broken: dict[str, str] = {}
    for path, text in _sources(project):
        try:
            rig.add(path, parse_script(text))
        except ValueError as error:
            broken[path] = f"does not parse: {error}"
    cases = tuple(_case(rig, file, broken) for file in tests)
    problems = tuple(f"{f} {why}" for f, why in broken.items() if f not in tests)
    return Checked(cases, problems, time.monotonic() - start)


def _sources(project: Path) -> Iterator[tuple[str, str]]:
    """Each script with its text; hidden folders (`.godot`), links and giants are left out."""
    for file in sorted(project.rglob("*.gd")):
        path = file.relative_to(project)
        plain = file.is_file() and not file.is_symlink() and file.stat().st_size <= MAX_BYTES
        if plain and not any(part.startswith(".") for part in path.parts):
            yield path.as_posix(), file.read_text(encoding="utf-8", errors="replace")


def _autoloads(settings: Path) -> frozenset[str]:
    """Names that the project puts in reach of every script."""
    if not settings.is_file():
        return _NONE
    found = _AUTOLOADS.search(settings.read_text(encoding="utf-8", errors="replace"))
    return frozenset(re.findall(r"^(\w+)=", found.group(1), re.MULTILINE)) if found else _NONE


def _case(rig: "_Rig", file: str, broken: dict[str, str]) -> TestCase:
    why = broken.get(file) or "\n".join(dict.fromkeys(rig.missing(file)))
    status = "error" if why else "passed"
    return TestCase(name=file.rpartition("/")[2], file=file, status=status, message=why)


@dataclass(slots=True)
class _Rig:
    """All scripts of a project, by path and by class name."""

    api: GodotApi
    autoloads: frozenset[str]
    scripts: dict[str, Script] = field(default_factory=dict[str, Script])
    classes: dict[str, Script] = field(default_factory=dict[str, Script])

    def add(self, path: str, script: Script) -> None:
        self.scripts[path] = script
        if script.name:
            self.classes[script.name] = script

    def missing(self, file: str) -> Iterator[str]:
        """What a script names and nobody defines, in words that name it."""
        script = self.scripts.get(file)
        if script is None:
            yield f"{file} is not a plain file of at most {MAX_BYTES >> 20} MiB"
            return
        yield from self._missing_files(script)
        known = script.declared | self._members(script) | set(self.classes) | self.api.names
        known |= self.autoloads
        for root, member in script.uses:
            yield from self._missing_use(script, root, member, known)
        if self._is_closed(script):
            for name in script.calls:
                if name not in known:
                    yield f"missing name {name}: no function of this name is in reach"

    def _missing_use(
        self, script: Script, root: str, member: str, known: set[str]
    ) -> Iterator[str]:
        if root[0].isupper() and root not in known:
            yield f"missing name {root}: no script of this rig defines it"
        owner = self._type_of(script, root) if member else None
        if owner and self._is_closed(owner) and member not in self._members(owner):
            yield f"missing name {member}: {root} does not define it"

    def _missing_files(self, script: Script) -> Iterator[str]:
        for _, path in script.loads:
            if path.startswith("res://") and path.endswith(".gd") and not self._at(path):
                stem = path.rpartition("/")[2].removesuffix(".gd")
                yield f"missing name {stem}: {path.removeprefix('res://')} does not exist"

    def _at(self, path: str) -> Script | None:
        return self.scripts.get(path.removeprefix("res://"))

    def _type_of(self, script: Script, root: str) -> Script | None:
        """The script behind a name: a preloaded constant, a class, or a variable of such a type."""
        loaded = {name: path for name, path in script.loads if name}
        name = root if root in loaded else script.typed.get(root) or root
        return self._at(loaded[name]) if name in loaded else self.classes.get(name)

    def _line(self, script: Script) -> Iterator[Script | str]:
        """The script, its ancestors in the rig, and at the root a class that is not the rig's."""
        seen: list[Script] = []
        while script not in seen:
            seen.append(script)
            yield script
            base = self._at(script.extends) or self.classes.get(script.extends)
            if base is None:
                yield script.extends
                return
            script = base

    def _members(self, script: Script) -> set[str]:
        """Everything a script has, and what can be asked of a script itself (`Clock.new`)."""
        found = set(self.api.members["GDScript"])
        for part in self._line(script):
            found |= part.members if isinstance(part, Script) else self.api.members.get(part, _NONE)
        return found

    def _is_closed(self, script: Script) -> bool:
        """Whether all members are known: the engine's class at the root is one of the table."""
        return any(isinstance(p, str) and p in self.api.members for p in self._line(script))
