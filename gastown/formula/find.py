"""Find: a formula's file by its name, in the town's folders, then in what we ship."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from gastown.errors import FormulaError, NotFoundError
from gastown.formula.model import Formula
from gastown.formula.parse import parse_formula
from gastown.formula.vars import nearest

# In this order: where a folder has both, the first is taken.
SUFFIXES = (".formula.toml", ".formula.json")
_NAME = re.compile(r"\w[\w.-]*")


@dataclass(frozen=True, slots=True)
class FormulaFile:
    """Where a formula is written; nothing is read until it is asked for."""

    name: str
    source: str
    place: Traversable

    def text(self) -> str:
        """The file's text. Raises FormulaError when it cannot be read or is not UTF-8."""
        try:
            return self.place.read_bytes().decode()
        except (OSError, UnicodeDecodeError) as error:
            raise FormulaError([f"{self.source}: {error}"]) from error

    def load(self) -> Formula:
        """The formula. Raises FormulaError with everything that is wrong in the file."""
        return parse_formula(self.text(), self.source)


def find_formula(name: str, folders: Sequence[Path]) -> FormulaFile:
    """The first file of that name: in `folders`, as ordered, then among the built-in formulas.

    A name with a slash, or one that ends in .toml or .json, is the path of a file.

    Raises:
        NotFoundError: With the folders that were searched and the nearest name there is.
    """
    if is_path(name):
        return _at(Path(name))
    found = _search(name, folders) if _NAME.fullmatch(name) else None
    if found is None:
        known = [one.name for one in list_formulas(folders)]
        searched = ", ".join([*map(str, folders), "the built-in formulas"])
        raise NotFoundError(f"no formula {name!r} in {searched}{nearest(name, known)}")
    return found


def is_path(name: str) -> bool:
    """Whether a name is the path of a file; such a file is looked for in no folder."""
    return "/" in name or name.endswith((".toml", ".json"))


def list_formulas(folders: Sequence[Path]) -> list[FormulaFile]:
    """Every formula that `find_formula` finds, by name."""
    names = {name for folder in _places(folders) for name in _names(folder)}
    found = (_search(name, folders) for name in sorted(names))
    return [one for one in found if one is not None]


def _at(path: Path) -> FormulaFile:
    if not path.is_file():
        raise NotFoundError(f"no formula file {path}")
    name = next((path.name.removesuffix(s) for s in SUFFIXES if path.name.endswith(s)), path.stem)
    return FormulaFile(name, str(path), path)


def _search(name: str, folders: Sequence[Path]) -> FormulaFile | None:
    for folder in _places(folders):
        for suffix in SUFFIXES:
            place = folder.joinpath(name + suffix)
            if place.is_file():
                return FormulaFile(name, str(place), place)
    return None


def _places(folders: Iterable[Path]) -> Iterator[Traversable]:
    yield from folders
    yield files("formulas")


def _names(folder: Traversable) -> Iterator[str]:
    if not folder.is_dir():
        return
    for place in folder.iterdir():
        for suffix in SUFFIXES:
            name = place.name.removesuffix(suffix)
            if name != place.name and _NAME.fullmatch(name) and place.is_file():
                yield name
