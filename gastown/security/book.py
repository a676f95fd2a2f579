"""Book: a repository's findings, history and acceptances, as files of the private repository."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from gastown.errors import ConfigError, NotFoundError
from gastown.rigs.clone import commit_report, init
from gastown.rigs.lock import file_lock
from gastown.rigs.scan.finding import Finding, Scanned
from gastown.security.acceptance import Acceptance, Revocation, standing
from gastown.security.follow import Moment, Standing, Tracked, follow, judged
from gastown.security.history import Entry, entry_of, read_history
from gastown.security.report import render

FINDINGS, HISTORY, ACCEPTED = "findings.json", "history.jsonl", "accepted"
_LOCK = "gastown-security.lock"  # beside git's own, which are cleared away when they are old
_SHORTEST = 6  # digits by which a person may name a fingerprint

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Book:
    """`private` is the Watchdog's repository, `place` the repository's folder in it."""

    private: Path
    place: str

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.private / self.place

    def load(self) -> Standing | None:
        """Everything as the last scan left it; None before the first. Raises ConfigError."""
        path = self.folder / FINDINGS
        return _read(path, Standing) if path.exists() else None

    def history(self) -> tuple[Entry, ...]:
        """Every scan so far. Raises ConfigError."""
        return read_history(self.folder / HISTORY)

    def acceptances(self) -> tuple[Acceptance, ...]:
        """What persons have said, also what no longer counts. Raises ConfigError."""
        paths = sorted((self.folder / ACCEPTED).glob("*.json"))
        return tuple(_read(path, Acceptance) for path in paths)

    def show(self, today: date) -> Standing | None:
        """The last scan, with what persons have said since."""
        last = self.load()
        if last is None:
            return None
        accepted = standing(self.acceptances(), today)
        return last.model_copy(update={"tracked": tuple(judged(t, accepted) for t in last.tracked)})

    def record(
        self, scanned: Scanned, moment: Moment, present: Callable[[Finding], bool], note: "Note"
    ) -> Standing:
        """Bring findings and history up to date with a scan, and commit them with its report.

        Two scans at once come one after the other. Raises ConfigError for files that a person
        broke; nothing is written then.
        """
        with file_lock(init(self.private) / ".git" / _LOCK):
            last = self.load()
            accepted = standing(self.acceptances(), moment.at.date())
            past = last.tracked if last else ()
            now = follow(past, scanned, accepted, moment, present)
            entries = (*self.history(), entry_of(now, note.by))
            report = render(note.title, now, entries, note.summary, scanned.secrets)
            history = "".join(f"{one.model_dump_json()}\n" for one in entries)
            files = {f"{folder}/{name}": text for folder in {self.place, note.folder or self.place}
                     for name, text in report.items()}  # fmt: skip
            # The findings come last: after a death before them, what is new is new once more.
            files |= {f"{self.place}/{HISTORY}": history, f"{self.place}/{FINDINGS}": _text(now)}
            commit_report(self.private, files, f"Watchdog: {note.title}", note.author)
        return now

    def accept(self, name: str, word: "Word", until: date | None = None) -> Acceptance:
        """Put a person's acceptance on record; `name` is a fingerprint or its beginning.

        Raises:
            NotFoundError: No open finding has that name, or several do.
        """
        tracked = self._find(name)
        finding = tracked.finding
        made = Acceptance(
            fingerprint=finding.fingerprint,
            by=word.by,
            at=word.at,
            why=word.why,
            until=until,
            severity=finding.severity,
            file=finding.file,
            title=finding.title,
        )
        self._write(made, f"Accept {finding.fingerprint}: {word.why}", word)
        return made

    def revoke(self, name: str, word: "Word") -> Acceptance:
        """Take an acceptance back; the finding counts again. Raises NotFoundError."""
        found = [one for one in self.acceptances() if one.fingerprint.startswith(name)]
        if len(found) != 1 or found[0].revoked:
            raise NotFoundError(f"{self.place}: no acceptance of {name!r} stands")
        said = Revocation(by=word.by, at=word.at, why=word.why)
        made = found[0].model_copy(update={"revoked": said})
        self._write(made, f"Revoke {made.fingerprint}: {word.why}", word)
        return made

    def _find(self, name: str) -> Tracked:
        last = self.load()
        if last is None:
            raise NotFoundError(f"{self.place} was never scanned; first: town scan {self.place}")
        there = [one for one in last.tracked if one.status != "fixed"]
        found = [one for one in there if one.finding.fingerprint.startswith(name)]
        if len(name) < _SHORTEST or len(found) != 1:
            many = f"{len(found)} open findings have" if found else "no open finding has"
            raise NotFoundError(
                f"{self.place}: {many} a fingerprint that begins with {name!r} (give at least "
                f"{_SHORTEST} characters); see: town security show {self.place}"
            )
        return found[0]

    def _write(self, made: Acceptance, message: str, word: "Word") -> None:
        name = f"{self.place}/{ACCEPTED}/{made.fingerprint}.json"
        author = f"{word.by} <{word.by}@localhost>"
        commit_report(self.private, {name: _text(made)}, message, author)


@dataclass(frozen=True, slots=True)
class Note:
    """What a scan's record says beside its findings. A report lies in `folder` too, if given."""

    title: str
    by: str
    author: str
    summary: str = ""
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """Who says something, when, and why."""

    by: str
    at: datetime
    why: str


def _read(path: Path, kind: type[ModelT]) -> ModelT:
    try:
        return kind.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"])) or "file"
        raise ConfigError(f"{path}: {place}: {problem['msg']}; git has it as it was") from None


def _text(value: BaseModel) -> str:
    return json.dumps(value.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
