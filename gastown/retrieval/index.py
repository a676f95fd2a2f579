"""Index: the passages of one commit in a SQLite file, which is only read; Indexing makes it."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import log
from pathlib import Path

from gastown.retrieval.passages import Passage

_WEIGHTS = (2.0, 1.0, 4.0, 1.0)
"""A word in a path or in a definition's name says more than one in a body; one in a file's first
lines says a little of all its passages."""
_MOST = 150  # passages that are looked at more closely
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


def _holders(db: sqlite3.Connection, word: str) -> set[int]:
    return {
        int(one) for (one,) in db.execute("SELECT rowid FROM words WHERE words MATCH ?", (word,))
    }


def _held(ident: int, holders: Sequence[set[int]], rarity: Sequence[float]) -> float:
    """How much of the question a passage has a word for: 0 to 1, a rare word counts more."""
    held = sum(worth for ids, worth in zip(holders, rarity, strict=True) if ident in ids)
    return held / sum(rarity)


def _passage(row: Iterable[object]) -> Passage:
    file, first, last, names, text = row
    assert isinstance(first, int)  # noqa: S101 - the table's own column
    assert isinstance(last, int)  # noqa: S101
    return Passage(str(file), first, last, tuple(filter(None, str(names).split("\n"))), str(text))
