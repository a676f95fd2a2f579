"""scout: Bug Scout's and Oracle's work: read their sources, store, let the model sort, list topics.

Reading and sorting are apart: without a model everything is stored all the same, and sorted by a
later run. Each item is sorted in an errand of its own, so that no item is read beside another.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from blocks.sources.open import Opening
from gastown.beads.ledger import Clock, utc_now
from gastown.errors import (
    CapacityError,
    ConfigError,
    GasTownError,
    PromptTooLongError,
    StageFailedError,
)
from gastown.feedback.gathered import gathered, topics_in
from gastown.feedback.page import FILE, topics_page
from gastown.feedback.readers import store_of
from gastown.feedback.reading import Reading, task, verify, with_reading, without_reading
from gastown.feedback.record import Record
from gastown.feedback.report import ScoutReport, SourceReport, top_lines
from gastown.feedback.salt import salt_of
from gastown.feedback.store import Store
from gastown.feedback.sweep import Sweeper, Swept
from gastown.feedback.weigh import in_order
from gastown.town.tables.sources import Reader, SourceTable
from gastown.town.town import Town
from tasks.errand import errand

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scout:
    """One reader at work in a town; tokens come from `environ`, `tell` hears of the progress."""

    town: Town
    reader: Reader
    environ: Mapping[str, str]
    tell: Tell
    clock: Clock = utc_now
    sleep: Callable[[float], None] = field(default=time.sleep)

    @property
    def store(self) -> Store:
        """The reader's private repository."""
        return store_of(self.town.layout, self.town.config.town.name, self.reader)

    def run(self, only: Sequence[str] = (), read: int | None = None) -> ScoutReport:
        """Read the sources, sort what nobody has sorted, list the topics.

        Args:
            only: Names of sources; all of this reader's when none is given.
            read: Items that a model sorts at most; `[feedback] read_per_run` by default.

        Raises:
            ConfigError: The town has no such source.
        """
        sources = sources_of(self.town, self.reader, only)
        with self.store.reading():
            swept = [self._swept(name, table) for name, table in sources.items()]
            most = self.town.config.feedback.read_per_run if read is None else read
            count, why = self._sort(most)
            return self._report(swept, count, why)

    def _swept(self, name: str, table: SourceTable) -> Swept:
        self.tell(f"{name}: reading …")
        salt = salt_of(self.town.layout.salt)
        sweeper = Sweeper(self.store, salt, self.clock, self.sleep)
        try:
            source = Opening(self.environ, self.clock, self.sleep).open(name, table)
        except ConfigError as error:
            swept = Swept(name, why=str(error), failed=True)
        else:
            swept = sweeper.sweep(source)
        ended = f"; {swept.why}" if swept.why else ""
        self.tell(f"{name}: {swept.new} new, {swept.changed} changed{ended}")
        return swept

    def _sort(self, most: int) -> tuple[int, str]:
        """Let the model sort what is most wanted; how many it did, and why it did not do all."""
        unread = [one for one in gathered(self.store).gists if one.unread]
        unread.sort(key=lambda one: (-one.votes, one.seen, one.id))
        done = 0
        for number, one in enumerate(unread[:most], start=1):
            self.tell(f"sorting {number} of {len(unread[:most])}: {one.id}")
            record = self.store.record(one.path)
            try:
                done += record is not None and self._sorted(record)
            except GasTownError as error:  # no room, no money, no model: later
                return done, str(error)
        return done, f"{most} are enough for one run" if len(unread) > most else ""

    def _sorted(self, record: Record) -> bool:
        """Sort one; False when the model can make nothing of it.

        Raises GasTownError when it is not the item's fault.
        """
        try:
            answer = self._read(record)
        except PromptTooLongError:
            answer = None
        found = with_reading(record, answer) if answer else without_reading(record)
        as_what = f"{answer.category}, {answer.severity}" if answer else "not readable"
        self.store.put([found], {}, f"Sort {record.id}: {as_what}")
        return answer is not None

    def _read(self, record: Record) -> Reading | None:
        with errand(self.town, self.reader, title=record.id, tell=self.tell) as desk:
            outcome = desk.attempt(task(record), output=Reading, verify=verify)
            if outcome.status == "done" and isinstance(outcome.answer, Reading):
                return outcome.answer
            refused = desk.meter is not None and desk.meter.refused is not None
            if outcome.busy or refused or outcome.status == "crashed":
                raise CapacityError(outcome.error, kind="money" if refused else "provider")
            return None

    def _report(self, swept: Sequence[Swept], count: int, why: str) -> ScoutReport:
        found = gathered(self.store)
        topics = in_order(topics_in(self.reader, found))
        unread = sum(one.unread for one in found.gists)
        page = topics_page(self.reader, topics, unread)
        self.store.keep({FILE: page}, "List the topics")
        return ScoutReport(
            reader=self.reader,
            sources=tuple(map(SourceReport.of, swept)),
            sorted=count,
            unread=unread,
            why=why,
            items=len(found.gists),
            topics=len(topics),
            top=top_lines(topics),
        )


def sources_of(town: Town, reader: Reader, only: Sequence[str] = ()) -> dict[str, SourceTable]:
    """The sources of a reader that are enabled, or those that are named.

    Raises ConfigError when there are none, or none of that name.
    """
    mine = {name: one for name, one in town.config.sources.items() if one.read_by == reader}
    if unknown := sorted(set(only) - set(mine)):
        known = ", ".join(mine) or "none"
        raise ConfigError(f"{reader} has no source {', '.join(unknown)}; it has: {known}")
    found = {name: one for name, one in mine.items() if (name in only if only else one.enabled)}
    if not found:
        raise ConfigError(f"town.toml: no [sources.NAME] for {reader}; see docs/feedback.md")
    return found


def failure(report: ScoutReport) -> StageFailedError | None:
    """Why a person is needed: every source failed. Others are only told of."""
    failed = [f"{one.source}: {one.why}" for one in report.sources if one.failed]
    if len(failed) < len(report.sources):
        return None
    return StageFailedError("\n".join(failed))
