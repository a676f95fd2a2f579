"""Jsonl: beads as `bd` writes them, one per line, sorted by id. This form is shared through git.

What we do not know is kept: fields of a bead, and whole lines of another `_type` (`bd`'s memories).
Dropped are only the fields that `bd` works out anew at each export (counts, and `parent`, which
repeats an edge). A bead that did not change keeps its line to the byte, so that a diff in git shows
changes only.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from gastown.beads import laws
from gastown.beads.bead import TOMBSTONE, TYPE_ALIASES, Bead, Comment, Dependency
from gastown.beads.files import write_whole
from gastown.beads.readiness import find_cycles
from gastown.errors import JsonlError
from gastown.formula.graph import chain_text

DERIVED = frozenset({"dependency_count", "dependent_count", "comment_count", "parent"})
# fmt: off
ORDER = (
    "id", "title", "description", "design", "acceptance_criteria", "notes", "spec_id", "status",
    "priority", "issue_type", "assignee", "owner", "estimated_minutes", "created_at", "created_by",
    "updated_at", "started_at", "closed_at", "close_reason", "closed_by_session", "due_at",
    "defer_until", "external_ref", "source_system", "metadata", "compaction_level", "compacted_at",
    "compacted_at_commit", "original_size", "labels", "dependencies", "comments",
)
# fmt: on
_ALWAYS = frozenset({"id", "title", "status", "priority", "issue_type", "created_at", "updated_at"})
_ID = re.compile(r"[^\s-]+-\S+")
_MARKERS = ("<<<<<<<", "=======", ">>>>>>>", "|||||||")


@dataclass(frozen=True, slots=True)
class Line:
    """One bead of a file, with the text it was read from."""

    number: int
    text: str
    bead: Bead

    @property
    def is_deleted(self) -> bool:
        """Whether the line is a tombstone."""
        return self.bead.status == TOMBSTONE


@dataclass(frozen=True, slots=True)
class Lines:
    """A file: its beads by id, and its other lines as they are."""

    issues: Mapping[str, Line]
    others: tuple[str, ...] = ()

    @property
    def beads(self) -> dict[str, Bead]:
        """The living beads."""
        return {name: line.bead for name, line in self.issues.items() if not line.is_deleted}

    @property
    def deleted(self) -> dict[str, Bead]:
        """The tombstones."""
        return {name: line.bead for name, line in self.issues.items() if line.is_deleted}


def read(path: Path) -> Lines:
    """The beads of a file; none when it is not there.

    Raises:
        JsonlError: All that is wrong, each with its line.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Lines({})
    except OSError as error:
        raise JsonlError(str(path), [(0, f"cannot be read: {error.strerror}")]) from error
    return parse(content, str(path))


def parse(content: bytes, name: str) -> Lines:
    """The beads of a file's content; `name` stands in the error. Raises JsonlError."""
    issues: dict[str, Line] = {}
    others: list[str] = []
    problems: list[tuple[int, str]] = []
    for number, raw in enumerate(content.split(b"\n"), start=1):
        try:
            text = raw.decode().strip("\ufeff \t\r")
            found = _entry(_object(text)) if text else None
        except UnicodeDecodeError as error:
            problems.append((number, f"no UTF-8 text from byte {error.start + 1} of the line on"))
            continue
        except ValueError as error:
            problems += [(number, str(reason)) for reason in error.args]
            continue
        if isinstance(found, Bead):
            if first := issues.get(found.id):
                problems.append((number, f"{found.id} is here twice, first in line {first.number}"))
            issues.setdefault(found.id, Line(number, text, found))
        elif text:
            others.append(text)
    if problems := sorted(problems + _cycles(issues)):
        raise JsonlError(name, problems)
    return Lines(issues, tuple(others))


def render(beads: Iterable[Bead], *, others: Iterable[str] = (), old: Lines | None = None) -> str:
    """The content of a file: beads by id, then other lines; what did not change keeps its line."""
    known = (old or Lines({})).issues
    lines: list[str] = []
    for bead in sorted(beads, key=lambda bead: bead.id):
        line = known.get(bead.id)
        lines.append(line.text if line is not None and line.bead == bead else line_of(bead))
    return "".join(f"{text}\n" for text in (*lines, *others))


def write(
    path: Path, beads: Iterable[Bead], *, others: Iterable[str] = (), old: Lines | None = None
) -> None:
    """Replace the file at once. Raises LedgerError when it cannot be written."""
    write_whole(path, render(beads, others=others, old=old))


def line_of(bead: Bead) -> str:
    """A bead as one line: `_type` first, `bd`'s order, unknown fields by name at the end."""
    dump = bead.model_dump(mode="json")
    extra = bead.model_extra or {}
    dump["dependencies"] = [_trimmed(edge) for edge in bead.dependencies]
    dump["comments"] = [_trimmed(comment) for comment in bead.comments]
    names = [name for name in ORDER if name in dump]
    names += sorted(set(dump) - set(ORDER))
    kept = {n: dump[n] for n in names if n in extra or n in _ALWAYS or dump[n]}
    return json.dumps({"_type": "issue", **kept}, ensure_ascii=False, separators=(",", ":"))


def _trimmed(item: Dependency | Comment) -> dict[str, Any]:
    extra = item.model_extra or {}
    dump = item.model_dump(mode="json")
    return {name: value for name, value in dump.items() if name in extra or value not in (None, "")}


def _object(text: str) -> dict[str, Any]:
    """A line as a JSON object. Raises ValueError with the reason."""
    if text.startswith(_MARKERS):
        raise ValueError("a conflict marker of git; merge the two sides first")
    try:
        found: Any = json.loads(text, parse_constant=_refuse_constant)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text) or error.msg.startswith("Unterminated")
        where = "the line is cut off" if cut else f"column {error.colno}"
        raise ValueError(f"no JSON ({where}): {error.msg}") from error
    except UnicodeEncodeError as error:
        raise ValueError(f"half a surrogate pair: {error.object[error.start]!r}") from error
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(found, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - reported by line, like all the rest
    return cast("dict[str, Any]", found)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _entry(fields: dict[str, Any]) -> Bead | None:
    """A line's bead, None for a line of another kind. Raises ValueError with every reason."""
    if fields.get("_type", "issue") != "issue":
        return None
    try:
        bead = Bead.model_validate(_modern(fields))
    except ValidationError as error:
        raise ValueError(*laws.validation_texts(error)) from error
    wrong = _misnamed(bead)
    if bead.status != TOMBSTONE:
        wrong += laws.invariants(bead)
    if wrong:
        raise ValueError(*wrong)
    return bead


def _modern(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as they are named today, without what is derived or null."""
    given = {n: v for n, v in fields.items() if v is not None and n not in DERIVED | {"_type"}}
    for old, new in (("type", "issue_type"), ("wisp", "ephemeral")):
        if old in given:
            given.setdefault(new, given.pop(old))
    for name in ("status", "issue_type"):
        if given.get(name) == "":
            del given[name]
    said = given.get("issue_type")
    if isinstance(said, str):
        given["issue_type"] = TYPE_ALIASES.get(said, said)
    if isinstance(edges := given.get("dependencies"), list):
        given["dependencies"] = _edges(str(given.get("id", "")), cast("list[Any]", edges))
    if isinstance(labels := given.get("labels"), list):
        given["labels"] = laws.unique(cast("list[Any]", labels))
    return given


def _edges(bead: str, edges: list[Any]) -> list[Any]:
    """Each edge once, with its owner."""
    kept: dict[tuple[Any, Any], Any] = {}
    for number, edge in enumerate(edges):
        if not isinstance(edge, dict):
            return edges
        fields = {"issue_id": bead, **cast("dict[str, Any]", edge)}
        key = (str(fields.get("depends_on_id", number)), str(fields.get("type", "")))
        kept.setdefault(key, fields)
    return list(kept.values())


def _misnamed(bead: Bead) -> list[str]:
    found = [] if _ID.fullmatch(bead.id) else [f"{bead.id!r} is no id, it has no prefix"]
    for edge in bead.dependencies:
        if edge.issue_id != bead.id:
            found.append(f"an edge of {edge.issue_id!r} stands in the line of {bead.id}")
        if not 0 < len(edge.type) <= laws.LONGEST_KIND:
            found.append(f"{edge.type!r} is no kind of dependency")
    return found


def _cycles(issues: Mapping[str, Line]) -> list[tuple[int, str]]:
    chains = find_cycles({name: line.bead for name, line in issues.items()})
    return [
        (issues[chain[0]].number, f"the dependencies form a cycle: {chain_text(chain)}")
        for chain in chains
    ]
