"""gather: the facts of a morning, from a town's ledger, spend, git and private repositories.

A part that cannot be read is a fact too: the rest of the brief is still worth sending.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

from pydantic import ValidationError

from gastown.beads.bead import CLOSED, Bead
from gastown.convoys.convoy import CONVOY, summaries
from gastown.convoys.molecule import find_molecule
from gastown.days.gather import gather as gather_day
from gastown.days.gather import spent_on
from gastown.days.history import History, Window, window_of
from gastown.errors import GasTownError
from gastown.feedback.inbox import Inbox
from gastown.forecast.fact import FORECAST
from gastown.forecast.forecast import Forecast, Way
from gastown.money.schema import connect
from gastown.morning.fact import Line, Morning, Section, numbered
from gastown.morning.money import budget_lines, convoy_lines, spend_lines
from gastown.morning.public import public_lines
from gastown.morning.safety import safety_lines
from gastown.morning.work import work_lines
from gastown.town.town import Town

_EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Gathers the facts of one day of a town.

    `zone` is whose midnight begins a day (None: this machine's), `inbox` the public's repositories,
    `caps` today's budgets, each with what is left, in micro-dollars.
    """

    town: Town
    day: date
    zone: tzinfo | None
    inbox: Inbox
    caps: Mapping[str, tuple[int, int]]

    def gather(self) -> Morning:
        """Everything that a brief may say."""
        parts: tuple[tuple[Section, Callable[[], Iterator[Line]]], ...] = (
            ("Work", self._work),
            ("Security", self._safety),
            ("Feedback", lambda: public_lines(self.inbox, self._window)),
            ("Money", self._money),
            ("Forecast", self._convoys),
        )
        lines = [line for section, part in parts for line in _told(section, part)]
        return Morning(town=self.town.config.town.name, day=self.day, facts=numbered(lines))

    @property
    def _window(self) -> Window:
        return window_of(self.day, self.zone)

    def _work(self) -> Iterator[Line]:
        day = gather_day(self.town, self.day, self.zone)
        ever = Window(_EVER, self._window.end)
        rigs = {rig.prefix: name for name, rig in self.town.config.rigs.items()}
        history = History.of(self.town.ledger.find(), rigs)
        last = {(one.convoy, one.step): one for one in history.troubles(ever) if one.standing}
        return work_lines(day, tuple(last.values()))

    def _safety(self) -> Iterator[Line]:
        private = self.town.layout.private("watchdog")
        return safety_lines(private, self._window, self._window.end.date())

    def _money(self) -> Iterator[Line]:
        spent = gather_spent(self.town.layout.spend)
        yield from spend_lines(spent_on(self.town.layout.spend, self.day), self.day, spent)
        yield from budget_lines(self.caps)

    def _convoys(self) -> Iterator[Line]:
        ledger = self.town.ledger
        under_way = [one for one in ledger.find(issue_type=CONVOY) if one.status != CLOSED]
        told = summaries(ledger, under_way)
        return convoy_lines(
            [{**one, "forecast": self._forecast(bead)}
             for one, bead in zip(told, under_way, strict=True)]
        )  # fmt: skip

    def _forecast(self, convoy: Bead) -> Way | None:
        """What was forecast at the launch, where anything was."""
        molecule = find_molecule(self.town.ledger, convoy.id)
        if molecule is None:
            return None
        kept = self.town.ledger.show(molecule.id).metadata.get(FORECAST)
        try:
            return Forecast.model_validate(kept).placed if kept else None
        except ValidationError:  # of an older version
            return None


def gather_spent(path: Path) -> dict[str, int]:
    """Micro-dollars of each day; nothing where nothing was ever spent."""
    if not path.exists():
        return {}
    with closing(connect(path)) as db:
        return dict(db.execute("SELECT day, SUM(micro_usd) FROM entries GROUP BY day").fetchall())


def _told(section: Section, part: Callable[[], Iterator[Line]]) -> list[Line]:
    try:
        return list(part())
    except GasTownError as error:
        return [Line(section, f"could not be read: {error}", must=True)]
