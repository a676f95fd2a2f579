"""Store: a private repository that holds records, cursors and what people decided, with history.

What a commit holds is whole: a page's records with the cursor behind them. A cursor counts only
once it is committed, so after a death at any moment the page is read again, and the same records
are written over.
"""

import json
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gastown.beads.files import write_whole
from gastown.errors import LedgerError
from gastown.feedback.record import Record, as_page
from gastown.feedback.source import START, Cursor
from gastown.rigs.clone import TOWN, commit_report, init
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.rigs.stale import OURS, clear_stale_locks

_READING, _DECIDING = "gastown-reading.lock", "gastown-deciding.lock"
_RESTS = "rests.json"
_DRAFTS = ("items/*/*/.fb-*", "cursors/.*", ".*.md.*")


@dataclass(frozen=True, slots=True)
class Store:
    """The repository at `path`; `author` signs its commits."""

    path: Path
    author: str = TOWN

    @contextmanager
    def reading(self) -> Generator[None]:
        """One reader of sources at a time; the kernel frees it if we die."""
        with file_lock(init(self.path) / ".git" / _READING):
            self._take_over()
            yield

    @contextmanager
    def deciding(self) -> Generator[None]:
        """One person's decision at a time, whoever reads meanwhile."""
        with file_lock(init(self.path) / ".git" / _DECIDING):
            yield

    def cursor(self, source: str) -> Cursor:
        """Where to go on, as it is committed; START where nothing is."""
        repo = Repo(self.path)
        if not (self.path / ".git").exists() or repo.find("HEAD") is None:
            return START
        text = repo.show_file("HEAD", _cursor_file(source))
        return _object(text, _cursor_file(source)) if text else START

    def rest(self, source: str) -> datetime | None:
        """Until when a source wants to be left alone, if it said so."""
        with suppress(ValueError, TypeError, KeyError):
            return datetime.fromisoformat(self.read(_RESTS)[source]).astimezone(UTC)
        return None

    def put_to_rest(self, source: str, until: datetime) -> None:
        """Remember until when a source wants to be left alone, whoever reads next."""
        known = {**self.read(_RESTS), source: until.isoformat(timespec="seconds")}
        self.keep({_RESTS: _json(known)}, f"{source}: leave it alone for a while")

    def record(self, path: str) -> Record | None:
        """The record at `Record.path`, if there is one. Raises LedgerError for a broken one."""
        file = self.path / f"{path}.json"
        return self.parse(file.read_bytes(), file) if file.is_file() else None

    def records(self) -> list[Record]:
        """Every record, in the order in which they came. Raises LedgerError for a broken one."""
        files = self.path.glob("items/*/*/fb-*.json")
        found = [self.parse(file.read_bytes(), file) for file in files]
        return sorted(found, key=lambda one: (one.seen, one.created, one.id))

    def put(self, records: Iterable[Record], cursors: Mapping[str, Cursor], message: str) -> str:
        """Write records, then cursors, and commit both as one; what is so already is no commit."""
        files = {name: text for one in records for name, text in one.files().items()}
        files |= {_cursor_file(name): _json(cursor) for name, cursor in cursors.items()}
        return self.keep(files, message)

    def keep(self, files: Mapping[str, str], message: str) -> str:
        """Commit other files beside the records; the commit."""
        return commit_report(self.path, files, message, self.author)

    def read(self, name: str) -> dict[str, Any]:
        """A JSON file beside the records; empty where there is none. Raises LedgerError."""
        file = self.path / name
        return _object(file.read_text(encoding="utf-8"), str(file)) if file.is_file() else {}

    def parse(self, content: bytes, file: Path) -> Record:
        """The record that a file holds. Raises LedgerError for a broken one."""
        try:
            return Record.model_validate_json(content)
        except ValidationError as error:
            why = error.errors()[0]
            place = ".".join(map(str, why["loc"]))
            raise LedgerError(
                f"{file}: {place}: {why['msg']}; bring it back: git -C {self.path} checkout -- ."
            ) from None

    def _take_over(self) -> None:
        """Commit records that a writer who was killed had put in place, and remove its drafts.

        They would be met again as known, and so never be committed, nor their pages be written.
        """
        for draft in (draft for place in _DRAFTS for draft in self.path.glob(place)):
            draft.unlink(missing_ok=True)
        repo = Repo(self.path)
        with file_lock(self.path / ".git" / OURS):
            clear_stale_locks(self.path / ".git", self.path / ".git")
            left = [name for name in repo.status() if name.startswith("items/")]
            for file in (self.path / name for name in left if name.endswith(".json")):
                write_whole(file.with_suffix(".md"), as_page(self.parse(file.read_bytes(), file)))
            if left:
                said = "Keep what a reader that died had written"
                repo.commit_all(said, self.author, ["items"])


def _cursor_file(source: str) -> str:
    return f"cursors/{source}.json"


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _object(text: str, name: str) -> dict[str, Any]:
    try:
        found: Any = json.loads(text)
    except ValueError as error:
        raise LedgerError(f"{name}: {error}") from None
    if not isinstance(found, dict):
        raise LedgerError(f"{name}: is no JSON object")
    return found  # pyright: ignore[reportUnknownVariableType]  # JSON's keys are text
