"""Corpus: the text files of a commit, out of git's own store; no file on disk is opened.

Links, submodules, pictures and what programs wrote (locks, minified code) are left out and counted.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gastown.rigs.command import git
from gastown.rigs.git import Repo

MAX_BYTES = 512 * 1024
"""Of one file, as for an agent's own reading."""
MAX_TOTAL = 64 * 1024 * 1024
_BATCH = 400  # files that git is asked for at once, if they are together no longer than this
_BATCH_BYTES = 8 * 1024 * 1024
_BLOB = re.compile(r"100(?:644|755) blob ([0-9a-f]+) +(\d+)\t(.+)", re.DOTALL)
_MADE = (
    ".lock", "package-lock.json", "pnpm-lock.yaml", ".min.js", ".min.css", ".map", ".svg",
    ".import", ".uid", ".jsonl", ".csv",
)  # fmt: skip
_FOLDERS = frozenset({"node_modules", ".godot", ".venv", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Source:
    """One file as a commit has it."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class _Blob:
    id: str
    size: int
    file: str


@dataclass(slots=True)
class Corpus:
    """Reads a commit; `left_out` are the files that it did not give, known at the end."""

    repo: Repo
    commit: str
    left_out: int = 0

    def sources(self) -> Iterator[Source]:
        """Every text file, sorted by path."""
        entries = self.repo.lines("ls-tree", "-r", "-l", "-z", "--full-tree", self.commit)
        blobs = [blob for entry in entries if (blob := _blob(entry)) is not None]
        self.left_out = len(entries) - len(blobs)
        total = 0
        for batch in _batches(blobs):
            for blob, data in zip(batch, _contents(self.repo, batch), strict=True):
                total += blob.size
                text = _text(data) if total <= MAX_TOTAL else None
                if text is None:
                    self.left_out += 1
                else:
                    yield Source(blob.file, text)


def _blob(entry: str) -> _Blob | None:
    found = _BLOB.fullmatch(entry)
    if found is None or int(found[2]) > MAX_BYTES or _is_left_out(found[3]):
        return None
    return _Blob(found[1], int(found[2]), found[3])


def _is_left_out(file: str) -> bool:
    """What programs wrote; and a name with a line break or half a character could not be cited."""
    written = file.endswith(_MADE) or not _FOLDERS.isdisjoint(file.split("/"))
    return written or not file.isprintable()


def _batches(blobs: Sequence[_Blob]) -> Iterator[list[_Blob]]:
    batch: list[_Blob] = []
    size = 0
    for blob in blobs:
        if batch and (len(batch) == _BATCH or size + blob.size > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(blob)
        size += blob.size
    if batch:
        yield batch


def _contents(repo: Repo, blobs: Sequence[_Blob]) -> Iterator[bytes]:
    asked = "".join(f"{blob.id}\n" for blob in blobs)
    _, out = git(repo.path, "cat-file", "--batch", stdin=asked)
    data, at = out.encode("utf-8", "surrogateescape"), 0
    for blob in blobs:
        begin = data.index(b"\n", at) + 1
        at = begin + blob.size
        yield data[begin:at]
        at += 1


def _text(data: bytes) -> str | None:
    """The text, lines ended as in Unix; None for what is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text.replace("\r\n", "\n").replace("\r", "\n")
