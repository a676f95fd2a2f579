"""Indexing: the index of a commit, made once from git's store and found from then on."""

import os
import re
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from gastown.errors import GasTownError, NotFoundError
from gastown.retrieval.corpus import Corpus
from gastown.retrieval.index import Index
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
_ABOUT_CHARS = 400  # of a file's first lines
_IMPORT = re.compile(
    r"^(?:import\s|from\s+\S+\s+import\b|use\s|#include\b|const\s+\w+\s*=\s*require\().*$",
    re.MULTILINE,
)
"""Lines that name what others define."""


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
