"""Index: the passages of one commit in a SQLite file, made once and only read from then on."""

import os
import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from math import log
from pathlib import Path

from gastown.errors import GasTownError, NotFoundError
from gastown.retrieval.corpus import Corpus
from gastown.retrieval.passages import Passage, cut
from gastown.retrieval.words import Words
from gastown.rigs.git import Repo

FORMAT = 2
"""Grows when passages are cut or taken apart in another way: old files are not read then."""
KEPT = 4
"""Commits of one repository whose index is kept, the last used ones."""
_IN_USE_S = 6 * 3600
_TABLES = """
CREATE TABLE files (file TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, file TEXT, first INTEGER, last INTEGER, names TEXT, text TEXT
);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(
    path, about, names, body, content='', tokenize='porter unicode61'
);
"""
_WEIGHTS = (2.0, 1.0, 4.0, 1.0)
"""A word in a path or in a definition's name says more than one in a body; one in a file's first
lines says a little of all its passages."""
_MOST = 150  # passages that are looked at more closely
_ABOUT_CHARS = 400  # of a file's first lines
_IMPORT = re.compile(
    r"^(?:import\s|from\s+\S+\s+import\b|use\s|#include\b|const\s+\w+\s*=\s*require\().*$",
    re.MULTILINE,
)
"""Lines that name what others define."""
_PASSAGE = "p.file, p.first, p.last, p.names, p.text"


@dataclass(frozen=True, slots=True)
class Index:
    """A commit, as it can be asked. A value: each question opens the file anew."""

    path: Path
    commit: str

    def matching(self, words: Iterable[str]) -> list[tuple[float, Passage]]:
        """Passages with any of the words, best first; a greater number is better.

        The measure is BM25, by half as much as the passage lacks of the words, rare ones first.
        """
        wanted = [f'"{word}"' for word in dict.fromkeys(words) if word.isalnum()]
        if not wanted:
            return []
        order = f"bm25(words, {', '.join(map(str, _WEIGHTS))})"
        with closing(self._open()) as db:
            rows = db.execute(
                f"SELECT -{order}, p.id, {_PASSAGE} FROM words JOIN passages p"  # noqa: S608 - constants
                f" ON p.id = words.rowid WHERE words MATCH ? ORDER BY {order}, p.id LIMIT {_MOST}",
                (" OR ".join(wanted),),
            ).fetchall()
            holders = [_holders(db, word) for word in wanted]
            (total,) = db.execute("SELECT count(*) FROM passages").fetchone()
        rarity = [log(1 + total / (1 + len(ids))) for ids in holders]
        found = [
            (score * (1 + _held(ident, holders, rarity)) / 2, _passage(row))
            for score, ident, *row in rows
        ]
        return sorted(found, key=lambda one: -one[0])

    def holding(self, said: str, most: int = 40) -> list[Passage]:
        """Passages in which these very characters stand."""
        with closing(self._open()) as db:
            rows = db.execute(
                f"SELECT {_PASSAGE} FROM passages p WHERE instr(p.text, ?) ORDER BY p.id LIMIT ?",  # noqa: S608
                (said, most),
            ).fetchall()
        return [_passage(row) for row in rows]

    def head_of(self, file: str) -> Passage | None:
        """A file's first passage."""
        with closing(self._open()) as db:
            row = db.execute(
                f"SELECT {_PASSAGE} FROM passages p WHERE p.file = ? ORDER BY p.first LIMIT 1",  # noqa: S608
                (file,),
            ).fetchone()
        return None if row is None else _passage(row)

    def files(self) -> list[str]:
        """Every file that can be cited, sorted."""
        with closing(self._open()) as db:
            return [str(file) for (file,) in db.execute("SELECT file FROM files ORDER BY file")]

    def text_of(self, file: str) -> str | None:
        """A file's text; None where there is none."""
        with closing(self._open()) as db:
            row = db.execute("SELECT text FROM files WHERE file = ?", (file,)).fetchone()
        return None if row is None else str(row[0])

    def mentions(self, said: str) -> bool:
        """Whether these very characters stand in any file, or in a file's path."""
        with closing(self._open()) as db:
            found = db.execute(
                "SELECT 1 FROM files WHERE instr(text, ?) OR instr(file, ?) LIMIT 1", (said, said)
            ).fetchone()
        return found is not None

    @property
    def left_out(self) -> int:
        """Files of the commit that are not in it: pictures, locks, links, what is too large."""
        with closing(self._open()) as db:
            row = db.execute("SELECT value FROM facts WHERE name = 'left_out'").fetchone()
        return int(row[0])

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self.path.as_uri()}?mode=ro&immutable=1", uri=True)


def index_of(folder: Path, repo: Repo, ref: str = "HEAD") -> Index:
    """The index of a commit, from `folder` if it lies there, else made and left there.

    Raises:
        NotFoundError: The repository has no such commit.
        GasTownError: The index cannot be written: a full disk, or an SQLite without FTS5.
    """
    commit = repo.find(ref)
    if commit is None:
        raise NotFoundError(f"{repo.path}: git knows no {ref!r} there; commit something first")
    path = folder / f"{commit}.{FORMAT}.db"
    if _is_whole(path):
        with suppress(OSError):  # another's file, which may be read all the same
            os.utime(path)
        return Index(path, commit)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}"
    try:
        _make(draft, Corpus(repo, commit))
        draft.replace(path)
    except sqlite3.Error as error:
        raise GasTownError(f"{folder}: no index can be made there: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    _forget_old(folder)
    return Index(path, commit)


def _make(path: Path, corpus: Corpus) -> None:
    words = Words()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = OFF")  # a draft: whole, or never seen
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(_TABLES)
        with db:
            for source in corpus.sources():
                db.execute("INSERT INTO files VALUES (?, ?)", (source.file, source.text))
                heads = words.text(source.file), words.text(_opening(source.text))
                for passage in cut(source.file, source.text):
                    _add(db, passage, heads, words)
            db.execute("INSERT INTO facts VALUES ('left_out', ?)", (str(corpus.left_out),))


def _opening(text: str) -> str:
    """What a file says of itself first."""
    return text[:_ABOUT_CHARS].lstrip().split("\n\n", 1)[0]


def _holders(db: sqlite3.Connection, word: str) -> set[int]:
    return {
        int(one) for (one,) in db.execute("SELECT rowid FROM words WHERE words MATCH ?", (word,))
    }


def _held(ident: int, holders: Sequence[set[int]], rarity: Sequence[float]) -> float:
    """How much of the question a passage has a word for: 0 to 1, a rare word counts more."""
    held = sum(worth for ids, worth in zip(holders, rarity, strict=True) if ident in ids)
    return held / sum(rarity)


def _add(db: sqlite3.Connection, passage: Passage, heads: tuple[str, str], words: Words) -> None:
    names = "\n".join(passage.names)
    made = db.execute(
        "INSERT INTO passages (file, first, last, names, text) VALUES (?, ?, ?, ?, ?)",
        (passage.file, passage.first, passage.last, names, passage.text),
    )
    body = words.text(_IMPORT.sub("", passage.text))
    row = (made.lastrowid, *heads, words.text(names), body)
    db.execute("INSERT INTO words (rowid, path, about, names, body) VALUES (?, ?, ?, ?, ?)", row)


def _is_whole(path: Path) -> bool:
    """Whether it can be read; what cannot is made anew."""
    if not path.is_file():
        return False
    try:
        Index(path, "").left_out  # noqa: B018 - the last thing that is written
    except (sqlite3.Error, TypeError):
        return False
    return True


def _forget_old(folder: Path) -> None:
    """One that was used lately may be in use still, and stays."""
    ages: list[tuple[float, Path]] = []
    for path in folder.glob("*.db"):
        with suppress(FileNotFoundError):
            ages.append((path.stat().st_mtime, path))
    ages.sort(reverse=True)
    for age, path in ages[KEPT:]:
        if ages[0][0] - age > _IN_USE_S:
            path.unlink(missing_ok=True)


def _passage(row: Iterable[object]) -> Passage:
    file, first, last, names, text = row
    assert isinstance(first, int)  # noqa: S101 - the table's own column
    assert isinstance(last, int)  # noqa: S101
    return Passage(str(file), first, last, tuple(filter(None, str(names).split("\n"))), str(text))
