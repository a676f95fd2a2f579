"""sweep: read a source from its cursor to its end, and store each page before the next is read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gastown.errors import SourceError
from gastown.feedback.record import Record, record_of, renewed
from gastown.feedback.source import Fetched, Source
from gastown.feedback.store import Store

PAGES = 2_000  # of one run; the next goes on from the cursor
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Swept:
    """What one reading of one source did. `why` says what ended it before the source's end."""

    source: str
    pages: int = 0
    new: int = 0
    changed: int = 0
    skipped: int = 0
    why: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Sweeper:
    """What every sweep of one run shares.

    `salt` hashes authors. A source that wants to be left alone for longer than `patience_s` seconds
    is left to the next run.
    """

    store: Store
    salt: bytes
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    patience_s: float = PATIENCE_S
    pages: int = PAGES

    def sweep(self, source: Source) -> Swept:
        """Read on from where the last reading ended. Never raises for what a source does."""
        done = Swept(source.name)
        try:
            while done.pages < self.pages:
                page = source.fetch(self.store.cursor(source.name))
                done = self._stored(done, page)
                if why := self._pause(page):
                    return _ended(done, why)
                if not page.more:
                    return done
        except SourceError as error:
            return _ended(done, str(error), failed=True)
        return _ended(done, f"{self.pages} pages are enough for one run")

    def _stored(self, done: Swept, page: Fetched) -> Swept:
        seen = self.clock().replace(microsecond=0)
        came: dict[str, Record] = {}
        new = changed = 0
        for item in page.items:
            fresh = record_of(done.source, item, self.salt, seen)
            known = came.get(fresh.path) or self.store.record(fresh.path)
            now = renewed(known, fresh)
            new += known is None
            changed += known is not None and now != known
            if now != known:
                came[now.path] = now
        said = f"{done.source}: {new} new, {changed} changed"
        self.store.put(came.values(), {done.source: page.cursor}, said)
        return Swept(
            done.source,
            done.pages + 1,
            done.new + new,
            done.changed + changed,
            done.skipped + page.skipped,
        )

    def _pause(self, page: Fetched) -> str:
        """Wait as long as the source wants; why to stop instead."""
        if page.wait_until is None or not page.more:
            return ""
        left = (page.wait_until - self.clock()).total_seconds()
        if left > self.patience_s:
            return f"it wants to be left alone until {page.wait_until:%Y-%m-%d %H:%M:%S} UTC"
        self.sleep(max(0.0, left))
        return ""


def _ended(done: Swept, why: str, *, failed: bool = False) -> Swept:
    return Swept(
        done.source, done.pages, done.new, done.changed, done.skipped, why=why, failed=failed
    )
