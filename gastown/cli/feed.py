"""`town feed`: what happens in the town, line by line."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from gastown.beads.ledger import utc_now
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import open_console, plain
from gastown.convoys.convoy import show_convoy
from gastown.errors import ConfigError
from gastown.feed.cursor import START, cursor_at, place_of
from gastown.feed.item import FeedItem
from gastown.feed.reader import Reader, newest
from gastown.feed.sessions import Sessions
from gastown.feed.wanted import Wanted, check_kinds, moment_of
from gastown.health.pulse import read_pulses
from gastown.town.town import Town

_POLL_S = 0.25  # a look at an idle ledger takes a tenth of a millisecond
_LOOK_S = 1.0
_STYLES = {
    "merge": "green",
    "convoy": "bold",
    "gate": "yellow",
    "escalation": "bold red",
    "mail": "cyan",
    "session": "dim",
}
_BAD = frozenset({"failed", "sent back", "overdue", "refused", "given up"})
Print = Callable[[Iterable[FeedItem]], None]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Choice:
    """Which lines.

    Attributes:
        rig: Of one rig.
        convoy: Of one convoy, hq-cv-….
        kind: bead, convoy, step, merge, gate, mail, escalation, hook, or one thing of it, as
            merge.merged; may be repeated.
        actor: Of one agent, its slot's name or a rig's: game/opal, opal, game/.
        since: From a while ago (90s, 30m, 2h) or from a day on (2026-01-29).
    """

    rig: str = ""
    convoy: str = ""
    kind: tuple[str, ...] = ()
    actor: str = ""
    since: str = ""

    def wanted(self, town: Town, now: datetime) -> Wanted:
        """The same, checked. Raises NotFoundError, ConfigError."""
        if self.rig:
            town.config.rig(self.rig)
        if self.convoy:
            show_convoy(town.ledger, self.convoy)
        check_kinds(self.kind)
        since = moment_of(self.since, now) if self.since else None
        return Wanted(
            rig=self.rig, convoy=self.convoy, kinds=self.kind, actor=self.actor, since=since
        )


EVERYTHING = Choice()


def feed(
    *,
    choice: Choice = EVERYTHING,
    follow: Annotated[bool, Parameter(name=["--follow", "-f"])] = False,
    after: str = "",
    last: Annotated[int, Parameter(name=["--last", "-n"])] = 30,
    sessions: bool = False,
    options: Options = PLAIN,
) -> None:
    """What happens in the town: a line for each thing, the newest last.

    Args:
        follow: Go on until Ctrl-C.
        after: Go on after a line, by its cursor, without loss or doubles; 0 is the beginning.
        last: So many lines where neither --after nor --since says where to begin.
        sessions: With --follow also what each agent does now; that is on no record.
    """
    town = options.open()
    if last < 0:
        raise ConfigError(f"--last {last}: how many lines; 0 for none")
    wanted = choice.wanted(town, utc_now())
    rigs = {table.prefix: name for name, table in town.config.rigs.items()}
    show = _as_json if options.json else _printer(open_console())
    if after or wanted.since is not None:
        reader = Reader(town.ledger, rigs, place_of(town.ledger, after or START))
        for page in _pages(reader):
            show(filter(wanted.takes, page))
    else:
        lines, place = newest(town.ledger, rigs, wanted, last)
        reader = Reader(town.ledger, rigs, place)
        show(lines)
    if follow:
        _follow(reader, wanted, show, town if sessions else None)


def _follow(reader: Reader, wanted: Wanted, show: Print, town: Town | None) -> None:
    """Look again and again; `town` where its sessions are asked for too."""
    watch, looked = Sessions(), 0.0
    while True:
        for page in _pages(reader):
            show(filter(wanted.takes, page))
        if town is not None and time.monotonic() - looked >= _LOOK_S:
            looked, place = time.monotonic(), reader.place
            lines = watch.changes(read_pulses(town.layout), place, cursor_at(town.ledger, place))
            show(filter(wanted.takes, lines))
        time.sleep(_POLL_S)


def _pages(reader: Reader) -> Iterator[list[FeedItem]]:
    while (page := reader.page()) is not None:
        yield page


def _as_json(lines: Iterable[FeedItem]) -> None:
    for line in lines:
        sys.stdout.write(line.model_dump_json() + "\n")
    sys.stdout.flush()


def _printer(console: Console) -> Print:
    """Lines for a person; a day is said where it begins."""
    days = [datetime.now().astimezone().date()]

    def show(lines: Iterable[FeedItem]) -> None:
        for line in lines:
            at = line.at.astimezone()
            if at.date() != days[0]:
                days[0] = at.date()
                console.print(Text(f"{at:%A %Y-%m-%d}", "italic"))
            console.print(_drawn(line, f"{at:%H:%M:%S}"), soft_wrap=True)
        sys.stdout.flush()

    return show


def _drawn(line: FeedItem, clock: str) -> Text:
    text = Text.assemble((f"{line.cursor:>10}  {clock}  ", "dim"))
    said = plain(line.said)
    said.stylize("red" if line.what in _BAD else _STYLES.get(line.kind, ""))
    return text.append_text(said)
