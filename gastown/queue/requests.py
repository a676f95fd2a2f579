"""Requests: the queue's records of one rig, a file each, and whether the queue is paused.

Every write is one rename, so a process killed at any instant leaves whole files only.
"""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import Field, ValidationError

from gastown.errors import ConfigError, NotFoundError
from gastown.queue.request import REFUSED, MergeRequest
from gastown.rigs.lock import file_lock
from gastown.stage import Frozen
from gastown.town.layout import RigLayout

KEPT = 200  # settled requests; older ones are forgotten
_PAUSE, _PROVEN = "pause", "proven"


class Pause(Frozen):
    """Who stopped the queue, when and why."""

    by: str
    at: datetime
    reason: str = ""


class Proven(Frozen):
    """The newest commit of each target that a gate was run on, and whether it was green."""

    commits: dict[str, tuple[str, bool]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Requests:
    """The records below one folder."""

    folder: Path

    @classmethod
    def of(cls, layout: RigLayout) -> "Requests":
        """Those of a rig."""
        return cls(layout.queue)

    def enqueue(self, request: MergeRequest) -> MergeRequest:
        """Put a request on record under a new ticket; an older one of its branch is replaced."""
        with self._locked():
            before = self._read(self._file(request.id))
            refused = before.retries + (before.state in REFUSED) if before else 0
            first = before.asked_at if before and before.open else request.asked_at
            changes = {"ticket": uuid4().hex, "retries": refused, "asked_at": first}
            made = request.model_copy(update=changes)
            self._write(self._file(request.id), made)
            return made

    def all(self) -> list[MergeRequest]:
        """Every request, the oldest first."""
        return sorted(self._read_all(), key=lambda one: (one.asked_at, one.id))

    def show(self, request: str) -> MergeRequest:
        """One request. Raises NotFoundError."""
        found = self._read(self._file(request)) if Path(request).name == request else None
        if found is None:
            raise NotFoundError(f"no merge request {request!r}; see: town mq list --all")
        return found

    def change(self, request: MergeRequest, **changes: Any) -> MergeRequest:
        """Set fields of a request, unless its branch asked again since; what is on record now."""
        with self._locked():
            standing = self.show(request.id)
            if standing.ticket != request.ticket:
                return standing
            changed = MergeRequest.model_validate({**standing.model_dump(), **changes})
            if changed != standing:
                self._write(self._file(request.id), changed)
            return changed

    def withdraw(self, request: MergeRequest, reason: str, at: datetime) -> MergeRequest:
        """Take back a request that has no verdict yet; one that has keeps it."""
        standing = self.show(request.id)
        if not standing.open:
            return standing
        return self.change(request, state="withdrawn", reason=reason, settled_at=at)

    def forget_old(self) -> None:
        """Keep the newest of the settled ones, and no draft of a process that died writing."""
        with self._locked():
            for draft in self.folder.glob(".mr-*"):
                draft.unlink(missing_ok=True)
        settled = [one for one in self.all() if one.settled_at and not one.open]
        settled.sort(key=lambda one: str(one.settled_at))
        for one in settled[:-KEPT]:
            self._file(one.id).unlink(missing_ok=True)

    def paused(self) -> Pause | None:
        """Who paused the queue, if somebody did."""
        text = self._text(self.folder / _PAUSE)
        return Pause.model_validate_json(text) if text else None

    def pause(self, pause: Pause) -> None:
        """Merge nothing more until `resume`; a batch at work comes to its end."""
        self._write(self.folder / _PAUSE, pause)

    def resume(self) -> None:
        """Go on; a queue that is not paused stays so."""
        (self.folder / _PAUSE).unlink(missing_ok=True)

    def proven(self, target: str, commit: str) -> bool | None:
        """What a gate said of this very commit of a target; None when none was run on it."""
        known, green = self._proven().commits.get(target, ("", False))
        return green if known == commit else None

    def prove(self, target: str, commit: str, *, green: bool) -> None:
        """Put that on record. Only who holds the queue's lock may."""
        commits = {**self._proven().commits, target: (commit, green)}
        self._write(self.folder / _PROVEN, Proven(commits=commits))

    def _proven(self) -> Proven:
        text = self._text(self.folder / _PROVEN)
        return Proven.model_validate_json(text) if text else Proven()

    def _locked(self) -> AbstractContextManager[None]:
        return file_lock(self.folder / ".lock")

    def _file(self, request: str) -> Path:
        return self.folder / f"{request}.json"

    def _read_all(self) -> Iterator[MergeRequest]:
        for path in self.folder.glob("mr-*.json"):
            request = self._read(path)
            if request is not None:
                yield request

    def _read(self, path: Path) -> MergeRequest | None:
        text = self._text(path)
        if not text:
            return None
        try:
            return MergeRequest.model_validate_json(text)
        except ValidationError:
            raise ConfigError(
                f"{path} is no merge request; look whose it is and remove it"
            ) from None

    def _text(self, path: Path) -> str:
        with suppress(FileNotFoundError):
            return path.read_text(encoding="utf-8")
        return ""

    def _write(self, path: Path, record: Frozen) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{os.getpid()}.{uuid4().hex[:8]}")
        try:
            draft.write_text(record.model_dump_json(indent=1), encoding="utf-8")
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
