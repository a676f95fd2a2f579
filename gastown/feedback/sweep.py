"""sweep: read a source from its cursor to its end, and store each page before the next is read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gastown.errors import SourceError
from gastown.feedback.record import Record, record_of, renewed
from gastown.feedback.source import Cursor, Fetched, Source
from gastown.feedback.store import Store

PAGES = 2_000  # of one run; the next goes on from the cursor
PATIENCE_S = 60.0
LONGEST_REST = timedelta(days=1)
_CIRCLES = 3  # pages in a row on which nothing is new; one is, where many changed in one second


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
    is left to the next run after that.
    """

    store: Store
    salt: bytes
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    patience_s: float = PATIENCE_S
    pages: int = PAGES

    def sweep(self, source: Source) -> Swept:
        """Read on from where the last reading ended. Never raises for what a source does."""
        done, name = Swept(source.name), source.name
        if (until := self.store.rest(name)) and timedelta(0) < until - self.clock() <= LONGEST_REST:
            return _ended(done, _alone_until(until))
        cursor = self.store.cursor(name)
        course = _Course(cursor)
        try:
            while done.pages < self.pages:
                page = source.fetch(cursor)
                if course.circles(cursor, page):
                    self.store.put((), {name: course.start}, f"{name}: begin anew")
                    why = "it shows the same pages again and again"
                    return _ended(done, why, failed=True)
                done = self._stored(done, page)
                if why := self._pause(name, page, course):
                    return _ended(done, why)
                if not page.more:
                    return done
                cursor = self.store.cursor(name)  # as it was committed
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

    def _pause(self, name: str, page: Fetched, course: "_Course") -> str:
        """Wait as long as the source wants; why to stop instead, which is remembered."""
        if page.wait_until is None or not page.more:
            return ""
        left = max(0.0, (page.wait_until - self.clock()).total_seconds())
        if course.waited + left > self.patience_s:
            self.store.put_to_rest(name, page.wait_until)
            return _alone_until(page.wait_until)
        course.waited += left
        self.sleep(left)
        return ""


@dataclass(slots=True)
class _Course:
    """One reading: where it began, what it has shown, how long it waited since it showed any."""

    start: Cursor
    shown: set[tuple[str, datetime]] = field(default_factory=set[tuple[str, datetime]])
    stale: int = 0
    waited: float = 0.0

    def circles(self, cursor: Cursor, page: Fetched) -> bool:
        """Whether it leads nowhere: page after page says that there is more, and none shows it."""
        told = {(item.key, item.updated) for item in page.items}
        if told - self.shown:
            self.stale, self.waited = 0, 0.0
        elif told or (page.cursor == cursor and page.wait_until is None):
            self.stale += 1
        self.shown |= told
        return page.more and self.stale >= _CIRCLES


def _alone_until(when: datetime) -> str:
    return f"it wants to be left alone until {when:%Y-%m-%d %H:%M:%S} UTC"


def _ended(done: Swept, why: str, *, failed: bool = False) -> Swept:
    return Swept(
        done.source, done.pages, done.new, done.changed, done.skipped, why=why, failed=failed
    )
