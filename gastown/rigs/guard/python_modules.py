"""Modules of Python: where one lies, and which names it has, told without running any rig's code.

Only modules of the standard library are imported; those of a rig, and installed ones, are read.
"""

import ast
import importlib
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Literal

Owner = Literal["stdlib", "rig", "installed", "nobody"]
_LOUD = {"antigravity", "idlelib", "lib2to3", "test", "this", "tkinter", "turtle", "turtledemo"}
_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Module:
    """`names` is None where they cannot be told: compiled, or made when it runs."""

    owner: Owner
    names: frozenset[str] | None = None

    def lacks(self, name: str) -> bool:
        """Whether it is certain not to have a name."""
        return self.names is not None and name not in self.names and not name.startswith("__")


NOBODY = Module("nobody")


@dataclass(frozen=True, slots=True)
class Roots:
    """Folders from which a rig's modules are imported; those `beside` a file only perhaps."""

    own: tuple[Path, ...]
    beside: tuple[Path, ...] = ()


def find_modules(name: str, roots: Roots) -> tuple[Module, ...]:
    """Every module that a dotted name may mean, the likeliest first; none where there is none.

    What only lies beside a file may mean something else, so its names are not told.
    """
    found = [inside(root, name.split(".")) for root in roots.own]
    library = name.partition(".")[0] in sys.stdlib_module_names
    found.append(_of_library(name) if library else _installed(name))
    near = (inside(root, name.split(".")) for root in roots.beside)
    found += [Module("rig") for one in near if one.owner == "rig"]
    return tuple(one for one in found if one.owner != "nobody")


def inside(root: Path, parts: Sequence[str]) -> Module:
    """The module at a path of names below a folder."""
    place = root
    for at, part in enumerate(parts, start=1):
        file = place / f"{part}.py"
        if file.is_file():
            return Module("rig", names_in(file)) if at == len(parts) else NOBODY
        if not (place / part).is_dir():
            compiled = any(place.glob(f"{part}.*")) if place.is_dir() else False
            return Module("rig") if compiled else NOBODY
        place = place / part
    return _package(place)


def _package(place: Path) -> Module:
    first = place / "__init__.py"
    own = names_in(first) if first.is_file() else frozenset[str]()
    return Module("rig", None if own is None else own | _below(place))


def _below(folder: Path) -> frozenset[str]:
    """The modules of a package."""
    return frozenset(one.name.partition(".")[0] for one in folder.iterdir())


@cache
def _of_library(name: str) -> Module:
    if name.partition(".")[0] in _LOUD:
        return Module("stdlib")
    try:
        found = importlib.import_module(name)
    except ImportError:
        return NOBODY if "." in name else Module("stdlib")
    return Module("stdlib", frozenset(dir(found)) | _submodules(found))


def _submodules(module: ModuleType) -> frozenset[str]:
    paths: list[str] = list(getattr(module, "__path__", ()))
    return frozenset(name for path in paths for name in _below(Path(path)))


@cache
def _installed(name: str) -> Module:
    top, _, rest = name.partition(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return NOBODY
    if spec is None:
        return NOBODY
    if spec.submodule_search_locations is None or not spec.origin:
        return Module("installed")
    place = (
        Path(spec.origin).parent.joinpath(*rest.split(".")) if rest else Path(spec.origin).parent
    )
    file = place / "__init__.py" if place.is_dir() else place.with_name(f"{place.name}.py")
    if not file.is_file():
        return Module("installed")
    own = names_in(file)
    below = _below(place) if place.is_dir() else frozenset[str]()
    return Module("installed", None if own is None else own | below)


def names_in(file: Path) -> frozenset[str] | None:
    """The names that a module's own text gives it; None where it may get others when it runs."""
    state = file.stat()
    if file.is_symlink() or state.st_size > _MAX_BYTES:
        return None
    return _read(file, state.st_mtime_ns, state.st_size)


@lru_cache(4_096)
def _read(file: Path, _changed: int, _size: int) -> frozenset[str] | None:
    try:
        tree = ast.parse(file.read_text(encoding="utf-8", errors="replace"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = set(_bound(tree))
    dynamic = {"*", "__getattr__", "globals", "setattr"} & found
    return None if dynamic else frozenset(found)


def _bound(tree: ast.Module) -> Iterator[str]:
    """Every name bound anywhere in a module: one too many only lets a mistake pass."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                yield from (one.asname or one.name.partition(".")[0] for one in names)
            case ast.Call(func=ast.Name(id=("globals" | "setattr") as name)):
                yield name
            case _:
                pass
