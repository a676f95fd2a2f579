"""Edit blocks: the edits in a model's plain text, in whatever fence they came, or in none."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from gastown.agents.edits import near_path

_SEARCH = re.compile(r"\s*<{5,9}\s*SEARCH\b.*")
_DIVIDER = re.compile(r"\s*={5,9}\s*")
_REPLACE = re.compile(r"\s*>{5,9}\s*REPLACE\b.*")
_FENCE = re.compile(r"\s*(?P<ticks>`{3,}|~{3,})(?P<info>.*)")
_PATH = re.compile(r"[\w.@+-]+(?:/[\w.@+-]+)*")
_LABEL = re.compile(r"^(?:file|path|filename)\s*[:=]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit; `search` is None where `text` is the whole file."""

    path: str
    search: str | None
    text: str


@dataclass(slots=True)
class EditBlocks:
    """What was found: edits in order, what is wrong with others, and the text around them."""

    edits: list[Edit] = field(default_factory=list[Edit])
    problems: list[str] = field(default_factory=list[str])
    prose: list[str] = field(default_factory=list[str])

    @property
    def rest(self) -> str:
        """Everything that is no edit."""
        return "\n".join(self.prose).strip()


def parse_blocks(text: str, files: Iterable[str]) -> EditBlocks:
    """Read SEARCH/REPLACE blocks and whole files. A path near one of `files` means that file."""
    return _Reader(text.split("\n"), list(files)).read()


class _Reader:
    def __init__(self, lines: list[str], files: list[str]) -> None:
        self._lines = lines
        self._files = files
        self._found = EditBlocks()
        self._at = 0

    def read(self) -> EditBlocks:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if _SEARCH.fullmatch(line):
                self._edit()
            elif fence := _FENCE.fullmatch(line):
                self._fenced(fence["ticks"], fence["info"].strip())
            else:
                self._found.prose.append(line)
                self._at += 1
        return self._found

    def _edit(self) -> None:
        path = self._path_above(self._at) or self._last_path()
        divider = self._next(_DIVIDER, self._at + 1)
        end = self._next(_REPLACE, divider + 1)
        if end >= len(self._lines):
            self._found.problems.append(
                f"the edit of {path or 'a file'} has no end: close it with >>>>>>> REPLACE"
            )
        elif not path:
            self._found.problems.append("an edit names no file: put its path on the line above it")
        else:
            search, text = self._between(self._at, divider), self._between(divider, end)
            whole = not search.strip() and path not in self._files
            meant = path if whole else near_path(path, self._files)
            self._found.edits.append(Edit(meant, None if whole else search, text))
        self._at = end + 1

    def _fenced(self, ticks: str, info: str) -> None:
        start = self._at
        path = self._as_path(info.rsplit(maxsplit=1)[-1]) if info else ""
        path = path or self._path_above(start)
        end = self._closing(ticks, nests=path.endswith(".md") or info in {"md", "markdown"})
        body = self._lines[start + 1 : end]
        if any(map(_SEARCH.fullmatch, body)):
            self._at = start + 1
        elif path:
            self._whole(path, body, closed=end < len(self._lines))
            self._at = end + 1
        else:
            self._found.prose += self._lines[start : end + 1]
            self._at = end + 1

    def _whole(self, path: str, body: list[str], *, closed: bool) -> None:
        if closed:
            self._found.edits.append(Edit(path, None, "\n".join([*body, ""])))
        else:
            self._found.problems.append(f"the fence with {path} is never closed")

    def _closing(self, ticks: str, *, nests: bool) -> int:
        """The line that closes a fence; inside Markdown, fences may stand within fences."""
        depth = 0
        for at in range(self._at + 1, len(self._lines)):
            fence = _FENCE.fullmatch(self._lines[at])
            if fence is None or not fence["ticks"].startswith(ticks):
                continue
            if fence["info"].strip():
                depth += nests
            elif depth == 0:
                return at
            else:
                depth -= 1
        return len(self._lines)

    def _path_above(self, at: int) -> str:
        for line in reversed(self._lines[max(0, at - 3) : at]):
            if line.strip() and not _FENCE.fullmatch(line):
                return self._as_path(line)
        return ""

    def _last_path(self) -> str:
        return self._found.edits[-1].path if self._found.edits else ""

    def _as_path(self, line: str) -> str:
        bare = _LABEL.sub("", line.strip().strip("#*`:'\" ")).strip("`*'\" ").removeprefix("./")
        known = bare in self._files
        looks = bool(_PATH.fullmatch(bare)) and ("." in bare or "/" in bare)
        return bare if known or looks else ""

    def _next(self, marker: re.Pattern[str], start: int) -> int:
        places = range(start, len(self._lines))
        return next((at for at in places if marker.fullmatch(self._lines[at])), len(self._lines))

    def _between(self, before: int, after: int) -> str:
        return "".join(f"{line}\n" for line in self._lines[before + 1 : after])
