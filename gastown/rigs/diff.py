"""Diffs as values: what changed between a commit and another commit, or the working tree."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gastown.rigs.git import Repo
from gastown.rigs.text import printable

Status = Literal["added", "modified", "deleted"]
Line = tuple[int, str]  # number in its file, counted from 1, and text

_PLAIN = ("--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--submodule=short")
_HUNK = re.compile(r"^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
_STATUS: Mapping[str, Status] = {"A": "added", "D": "deleted"}
LINK, MODULE = "120000", "160000"
_NOTICE_CHARS = 400


@dataclass(frozen=True, slots=True)
class FileChange:
    """One path; a rename is a deletion and an addition. Modes are git's, `000000` for absent."""

    path: str
    status: Status
    old_mode: str
    new_mode: str
    added: tuple[Line, ...] = ()
    removed: tuple[Line, ...] = ()
    binary: bool = False


def diff(path: Path, base: str, tip: str | None = None) -> tuple[FileChange, ...]:
    """What `tip` changed since `base`, by path.

    Without a `tip`, the working tree counts, untracked files included; for that the index is
    brought up to date with it.
    """
    ends = _ends(Repo(path), base, tip)
    raw = Repo(path).compare("--raw", "-z", *_PLAIN, *ends, "--")
    patch = Repo(path).compare("--patch", "-U0", *_PLAIN, *ends, "--")
    return parse([field for field in raw.split("\0") if field], patch)


def changed_lines(changes: Sequence[FileChange]) -> dict[str, frozenset[int]]:
    """Numbers of the lines that are new, for every path that still exists."""
    return {
        change.path: frozenset(number for number, _ in change.added)
        for change in changes
        if change.status != "deleted"
    }


def diff_text(path: Path, base: str, tip: str | None = None, *, chars: int = 16_000) -> str:
    """The unified diff for a model's eyes, at most `chars` long: see `clip_patch`."""
    ends = _ends(Repo(path), base, tip)
    return clip_patch(printable(Repo(path).compare("--patch", *_PLAIN, *ends, "--")), chars)


def parse(raw: Sequence[str], patch: str) -> tuple[FileChange, ...]:
    """Read the fields of `git diff --raw -z` and the sections of its patch, which follow suit."""
    sections = split_patch(patch)
    changes: list[FileChange] = []
    for head, path in zip(raw[::2], raw[1::2], strict=True):
        old_mode, new_mode, _, _, letter = head.removeprefix(":").split(" ")
        count = 2 if letter == "T" else 1  # a file that became a link is a deletion, an addition
        text = "".join(sections[:count])
        sections = sections[count:]
        removed, added = _lines(text)
        changes.append(
            FileChange(
                path=path,
                status=_STATUS.get(letter, "modified"),
                old_mode=old_mode,
                new_mode=new_mode,
                added=added,
                removed=removed,
                binary="\nBinary files " in text,
            )
        )
    return tuple(changes)


def split_patch(patch: str) -> list[str]:
    """One string per file; lines of content never begin with `diff --git`."""
    parts = re.split(r"^(?=diff --git )", patch, flags=re.MULTILINE)
    return [part for part in parts if part.startswith("diff --git ")]


def clip_patch(patch: str, chars: int) -> str:
    """A patch cut to `chars`: whole files first, then the names of those that did not fit."""
    if len(patch) <= chars:
        return patch
    sections = split_patch(patch)
    room = chars - _NOTICE_CHARS
    reach = list(itertools.accumulate(len(section) for section in sections))
    count = sum(end <= room for end in reach)
    kept = "".join(sections[:count]) or _cut(patch, max(room, 0))
    names = ", ".join(_name(section) for section in sections[count:])
    return kept + f"… not shown in full: {names}"[: min(_NOTICE_CHARS, chars)]


def _ends(repo: Repo, base: str, tip: str | None) -> tuple[str, ...]:
    if tip is not None:
        return (repo.rev(base), repo.rev(tip))
    repo.stage()
    return (repo.rev(base), repo.ask("write-tree"))


def _lines(section: str) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """Removed and added lines of a section without context lines."""
    removed: list[Line] = []
    added: list[Line] = []
    old = new = 0
    for line in section.split("\n"):
        hunk = _HUNK.match(line)
        if hunk:
            old, new = int(hunk[1]), int(hunk[2])
        elif old + new and line.startswith("-"):
            removed.append((old, printable(line[1:])))
            old += 1
        elif old + new and line.startswith("+"):
            added.append((new, printable(line[1:])))
            new += 1
        elif line.startswith("diff --git "):
            old = new = 0
    return tuple(removed), tuple(added)


def _name(section: str) -> str:
    return section.split("\n", 1)[0].rpartition(" b/")[2]


def _cut(section: str, chars: int) -> str:
    whole, newline, _ = section[:chars].rpartition("\n")
    return whole + newline
