"""Routes: which prefix belongs to which rig, as `.beads/routes.jsonl` says.

Each line is `{"prefix":"gt-","path":"gastown/mayor/rig"}`; the path starts at the town and its
first part is the rig's name. `bd` skips comments and lines it cannot read; we skip and keep them.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from gastown.beads.files import write_whole
from gastown.beads.ids import has_prefix
from gastown.errors import LedgerError


@dataclass(frozen=True, slots=True)
class Route:
    """A prefix, with its hyphen, and the folder whose `.beads` holds its JSONL."""

    prefix: str
    path: str

    @property
    def rig(self) -> str:
        """The rig's name; empty for the town itself."""
        return "" if self.path == "." else self.path.split("/", 1)[0]

    @property
    def line(self) -> str:
        """The route as the file holds it."""
        return json.dumps({"prefix": self.prefix, "path": self.path}, separators=(",", ":"))


def read_routes(path: Path) -> list[Route]:
    """The routes of a file; none when it is not there. Of two with one prefix the last holds."""
    routes = (_route(line) for line in _lines(path))
    return list({route.prefix: route for route in routes if route is not None}.values())


def add_route(path: Path, route: Route) -> None:
    """Set a prefix's route, at once; other lines stay. Raises LedgerError for no real prefix."""
    if not route.prefix.endswith("-") or not route.prefix.strip("-") or not route.path:
        raise LedgerError(f"{path}: {route.line}: a route is a prefix with its hyphen and a path")
    write_whole(path, _text([*_others(path, route.prefix), route.line]))


def remove_route(path: Path, prefix: str) -> None:
    """Take a prefix's route out; one that is not there is no error."""
    kept = _others(path, prefix)
    if kept != _lines(path):
        write_whole(path, _text(kept))


def route_of(bead: str, routes: Iterable[Route]) -> Route | None:
    """The route of a bead's prefix: the longest that fits, as prefixes may hold hyphens."""
    fitting = [route for route in routes if has_prefix(bead, route.prefix)]
    return max(fitting, key=lambda route: len(route.prefix), default=None)


def _others(path: Path, prefix: str) -> list[str]:
    parsed = ((line, _route(line)) for line in _lines(path))
    return [line for line, route in parsed if route is None or route.prefix != prefix]


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise LedgerError(f"{path}: cannot be read: {error.strerror}") from error
    return text.removesuffix("\n").split("\n") if text else []


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _route(line: str) -> Route | None:
    try:
        found: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(found, dict):
        return None
    fields = cast("dict[str, Any]", found)
    prefix, path = fields.get("prefix"), fields.get("path")
    if not isinstance(prefix, str) or not isinstance(path, str) or not prefix or not path:
        return None
    return Route(prefix, path)
