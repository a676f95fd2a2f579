"""python_faults: imports, and attributes of modules, that exist nowhere."""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from gastown.rigs.guard.finding import Fault
from gastown.rigs.guard.modern import nearest
from gastown.rigs.guard.python_modules import Module, Roots, find_modules, inside

_MAX_BYTES = 1 << 20
_NEWER = re.compile(r"(?:requires-python|python_requires)[^\n]*3\.(?:1[2-9]|[2-9]\d)")
# Where a file asks where it runs, names of other systems and versions are in order.
_ELSEWHERE = re.compile(r"sys\.platform|os\.name|version_info|win32|darwin|hasattr\(")
_MADE = {"_version", "version", "_pb2"}  # modules that a build writes
_MANIFESTS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements*.txt", "requirements/*")


def python_faults(worktree: Path, files: Iterable[str]) -> list[Fault]:
    """Every fault of these files, paths from the worktree's root, in the order of their lines."""
    found: list[Fault] = []
    for file in files:
        path = worktree / file
        plain = path.is_file() and not path.is_symlink()
        if file.endswith(".py") and plain and path.stat().st_size <= _MAX_BYTES:
            found += _faults(worktree, file, path.read_text(encoding="utf-8", errors="replace"))
    return found


def _faults(worktree: Path, file: str, text: str) -> list[Fault]:
    manifests = _manifests(worktree)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 0
        newer = bool(_NEWER.search(manifests))
        return [Fault(file, line, "syntax", f"does not parse: {error}", not newer)]
    place = _Place(worktree, file, manifests, bool(_ELSEWHERE.search(text)))
    imports = _Imports(place)
    uses = _Attributes(place, imports.modules, _rebound(tree))
    with suppress(RecursionError):  # nested too deeply: what was found until there
        imports.visit(tree)
        uses.visit(tree)
    faults = [*imports.faults, *uses.faults]
    return sorted(dict.fromkeys(faults), key=lambda one: one.line)


@dataclass(frozen=True, slots=True)
class _Place:
    """The file that is judged. `elsewhere`: it asks on which system or version it runs."""

    worktree: Path
    file: str
    manifests: str
    elsewhere: bool

    @property
    def roots(self) -> Roots:
        """The rig's root and its `src`; beside the file, what is there is not always meant."""
        above = (self.worktree / one for one in PurePosixPath(self.file).parents)
        own = (self.worktree, self.worktree / "src")
        return Roots(own, tuple(one for one in above if one not in own))

    def lacking(self, line: int, module: str, name: str, found: Sequence[Module]) -> Fault | None:
        """A name that none of the modules has which may be meant."""
        if not found or not all(one.lacks(name) for one in found):
            return None
        first = found[0]
        near = nearest(name, first.names or ())
        better = f"; it has {', '.join(near)}" if near else ""
        certain = first.owner == "rig" or (first.owner == "stdlib" and not self.elsewhere)
        said = f"the module {module} has no {name}{better}"
        return Fault(self.file, line, "unknown-name", said, certain, name)


class _Careful(ast.NodeVisitor):
    """Leaves out what is tried, and what stands under a condition on system or version."""

    def __init__(self, place: _Place) -> None:
        self.place = place
        self.faults: list[Fault] = []

    def visit_Try(self, node: ast.Try) -> None:
        """What is tried may fail; what is done then is not."""
        for part in (*node.handlers, *node.orelse, *node.finalbody):
            self.visit(part)

    def visit_If(self, node: ast.If) -> None:
        """A condition on the system or the version, or one for type checkers only."""
        test = ast.unparse(node.test)
        if not _ELSEWHERE.search(test) and "TYPE_CHECKING" not in test:
            self.generic_visit(node)

    def add(self, fault: Fault | None) -> None:
        """Keep what is one."""
        self.faults += [fault] if fault else []


class _Imports(_Careful):
    """`modules` are names that stand for a module, by the module's own name."""

    def __init__(self, place: _Place) -> None:
        super().__init__(place)
        self.modules: dict[str, str] = {}

    def visit_Import(self, node: ast.Import) -> None:
        """`import a.b as c`."""
        for one in node.names:
            if not find_modules(one.name, self.place.roots):
                self.add(self._missing(node.lineno, one.name))
                continue
            top = one.name.partition(".")[0]
            self.modules[one.asname or top] = one.name if one.asname else top

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """`from a.b import c`."""
        if node.level:
            self._relative(node)
            return
        name = node.module or ""
        found = find_modules(name, self.place.roots)
        if not found:
            self.add(self._missing(node.lineno, name))
        for one in node.names:
            if one.name != "*" and not find_modules(f"{name}.{one.name}", self.place.roots):
                self.add(self.place.lacking(node.lineno, name, one.name, found))

    def _relative(self, node: ast.ImportFrom) -> None:
        """`from ..a import b`, by folders."""
        file = self.place.worktree / self.place.file
        if len(PurePosixPath(self.place.file).parts) < node.level:
            return
        folder, parts = file.parents[node.level - 1], (node.module or "").split(".")
        module = inside(folder, parts if node.module else [])
        said = "." * node.level + (node.module or "")
        if module.owner == "nobody":
            self.add(self._missing(node.lineno, said))
            return
        for one in node.names:
            if one.name != "*":
                self.add(self.place.lacking(node.lineno, said, one.name, [module]))

    def _missing(self, line: int, name: str) -> Fault | None:
        place, last = self.place, name.rpartition(".")[2]
        top = name.partition(".")[0]
        if last in _MADE or last.endswith("_pb2"):
            return None
        own = not top or any(inside(root, [top]).owner == "rig" for root in place.roots.own)
        declared = re.search(rf"(?<![\w-]){re.escape(top.replace('_', '-'))}\b", place.manifests)
        if not own and declared:
            return None
        said = f"the module {name} is neither in this rig nor installed"
        if not own:
            said += ", and no manifest names it"
        return Fault(place.file, line, "unknown-module", said, own, last)


class _Attributes(_Careful):
    """`json.lods(…)`: attributes of names that stand for a module, and for nothing else."""

    def __init__(self, place: _Place, modules: Mapping[str, str], rebound: set[str]) -> None:
        super().__init__(place)
        self.modules = modules  # those that the imports told by the time it is asked
        self.rebound = rebound

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """One access."""
        self.generic_visit(node)
        if not isinstance(node.value, ast.Name) or not isinstance(node.ctx, ast.Load):
            return
        name = node.value.id
        dotted = self.modules.get(name)
        if dotted is None or name in self.rebound:
            return
        found = find_modules(dotted, self.place.roots)
        below = find_modules(f"{dotted}.{node.attr}", self.place.roots)
        if not below and all(one.owner != "installed" for one in found):
            self.add(self.place.lacking(node.lineno, dotted, node.attr, found))


def _rebound(tree: ast.Module) -> set[str]:
    """Names that are also an argument, a variable, or imported twice."""
    found: set[str] = set()
    counts: dict[str, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for one in node.names:
                name = one.asname or one.name.partition(".")[0]
                counts[name] = counts.get(name, 0) + 1
    return found | {name for name, count in counts.items() if count > 1}


def _manifests(worktree: Path) -> str:
    files = sorted(file for pattern in _MANIFESTS for file in worktree.glob(pattern))
    texts = [f.read_text("utf-8", "replace") for f in files if f.is_file() and not f.is_symlink()]
    return "\n".join(texts).lower().replace("_", "-")
