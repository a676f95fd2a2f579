"""Project: everything that the scripts of a rig can name, and whether all of it is here."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from gastown.rigs.guard.names import GodotNames, Members
from gastown.rigs.guard.outline import Outline, outline

MAX_BYTES = 1 << 20  # of one script
_LEFT_OUT = {".git", ".godot", ".import"}
_AUTOLOADS = re.compile(r"^\[autoload\]$(.*?)(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
_AUTOLOAD = re.compile(r'^(\w+)="\*?([^"]*)"', re.MULTILINE)
_ADDON_KEY = re.compile(r'"([\w.-]+)"\s*:\s*\{[^{}]*"url"')
_ADDON = re.compile(r"res://addons/([\w.-]+)")
# Files whose classes no script shows: C#, and libraries.
_FOREIGN = {".cs": "C#", ".gdextension": "a GDExtension"}
_FRAMEWORKS = ("Gut", "GdUnit")
_READ = {".gd", ".godot", ".jsonc", *_FOREIGN}


@dataclass(frozen=True)
class Project:
    """`unsure` says why names that are not found may exist all the same; empty when none can."""

    names: GodotNames
    scripts: Mapping[str, Outline]
    autoloads: Mapping[str, str]
    unsure: tuple[str, ...] = ()

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """The path of the script behind each class name."""
        return {one.name: path for path, one in self.scripts.items() if one.name}

    @cached_property
    def declared(self) -> frozenset[str]:
        """Every name that any script declares."""
        return frozenset(name for one in self.scripts.values() for name in one.declared)

    @cached_property
    def free(self) -> frozenset[str]:
        """What every script may write: the engine's names, class names and autoloads."""
        plugins = (one.singletons for one in self.scripts.values())
        return self.names.free.union(self.classes, self.autoloads, *plugins)

    def at(self, path: str) -> str | None:
        """The script that a `res://` path means, in whichever folder the project lies.

        An addon may be mounted elsewhere than it lies here: the only script that ends so counts.
        """
        bare = path.removeprefix("res://").lstrip("./")
        parts = bare.split("/")
        for start in range(len(parts)):
            tail = "/".join(parts[start:])
            ends = [one for one in self.scripts if one == tail or one.endswith(f"/{tail}")]
            if len(ends) == 1:
                return ends[0]
        return None

    def chain(self, base: str) -> tuple[Members, bool]:
        """What `base` (class or path) has with its ancestors, and whether that is all."""
        total, seen = Members(), set[str]()
        while base not in self.names.classes:
            path = self.classes.get(base) or (self.at(base) if base.endswith(".gd") else None)
            if path is None or path in seen:
                return total, False
            seen.add(path)
            own = self.scripts[path]
            total |= Members(own.declared, own.declared, own.signals)
            if own.dynamic:
                return total, False
            base = own.extends
        return total | (self.names.members(base) or Members()), True


def read_project(root: Path, names: GodotNames) -> Project:
    """Outline every script below `root`, hidden test projects (`.testbed`) and addons too."""
    scripts: dict[str, Outline] = {}
    autoloads: dict[str, str] = {}
    wanted: set[str] = set()
    foreign: set[str] = set()
    for file in _files(root):
        foreign |= {_FOREIGN[file.suffix]} if file.suffix in _FOREIGN else set()
        if file.suffix == ".gd":
            one = outline(_text(file))
            scripts[file.relative_to(root).as_posix()] = one
            wanted |= one.addons
        elif file.name == "project.godot":
            settings = _text(file)
            autoloads |= _autoloads(settings)
            wanted |= set(_ADDON.findall(settings))
        elif file.name == "addons.jsonc":
            wanted |= set(_ADDON_KEY.findall(_text(file)))
    missing = sorted(wanted - _mounted(root))
    unsure = [f"addons/{one} is not here" for one in missing]
    unsure += [f"the rig has {one}" for one in sorted(foreign)]
    unsure += _frameworks(scripts)
    return Project(names, scripts, autoloads, tuple(unsure))


def _frameworks(scripts: Mapping[str, Outline]) -> list[str]:
    """Frameworks of tests that no file says where to get, and which are not here."""
    classes = {one.name for one in scripts.values()}
    wanted = {one.extends for one in scripts.values() if one.extends.startswith(_FRAMEWORKS)}
    return [f"{name} is not here" for name in sorted(wanted - classes)]


def _files(root: Path) -> Iterator[Path]:
    """Files of a readable size; links to folders are not followed, they may lead back."""
    for folder, inner, files in os.walk(root):
        inner[:] = sorted(one for one in inner if one not in _LEFT_OUT)
        for name in sorted(files):
            file = Path(folder, name)
            if file.suffix in _READ and _plain(file):
                yield file


def _plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink() and file.stat().st_size <= MAX_BYTES


def _mounted(root: Path) -> set[str]:
    """Folders in any `addons`, links that lead somewhere too."""
    found: set[str] = set()
    for folder, inner, _ in os.walk(root):
        inner[:] = [one for one in inner if one not in _LEFT_OUT]
        if Path(folder).name == "addons":
            found |= {one for one in inner if Path(folder, one).is_dir()}
    return found


def _autoloads(settings: str) -> dict[str, str]:
    found = _AUTOLOADS.search(settings)
    return dict(_AUTOLOAD.findall(found[1])) if found else {}


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")
