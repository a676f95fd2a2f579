"""`town security …`: how a repository stands, and what a person accepts of it."""

import getpass
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from cyclopts import Parameter
from rich.console import RenderableType

from gastown.beads.ledger import utc_now
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show as print_out
from gastown.cli.out import table
from gastown.errors import ConfigError, NotFoundError
from gastown.security.book import Book, Word
from gastown.security.follow import Standing, Tracked
from gastown.security.health import health
from gastown.security.history import Entry, trend
from gastown.security.report import as_data, place

app = group("security", "Security: findings of the Watchdog, and what a person accepts of them.")

_COLUMNS = ("fingerprint", "status", "severity", "place", "finding", "since")
_DAY = "%Y-%m-%d"


@app.command
def show(
    repository: str,
    /,
    *,
    every: Annotated[bool, Parameter(name="--all")] = False,
    options: Options = PLAIN,
) -> None:
    """How a repository stands since its last scan: findings, health and its trend.

    Args:
        repository: A rig of the town, or the folder of a git checkout.
        every: Fixed findings too.
    """
    book = _book(options, repository)
    standing = book.show(utc_now().date())
    if standing is None:
        raise NotFoundError(f"{repository} was never scanned; first: town scan {repository}")
    history = book.history()
    data = as_data(repository, standing, history)
    print_out(options, data, *drawn(repository, standing, history, every=every))


@app.command
def accept(
    repository: str,
    fingerprint: str,
    /,
    *,
    why: str,
    until: str = "",
    options: Options = PLAIN,
) -> None:
    """Let a finding stay: it no longer alarms, and costs no health. Your name goes on record.

    Args:
        repository: A rig of the town, or the folder of a git checkout.
        fingerprint: Of the finding, or how it begins.
        why: The reason, for whoever asks in a year.
        until: The last day on which this counts, e.g. 2026-12-31. [default: for good]
    """
    made = _book(options, repository).accept(fingerprint, _word(why), _day(until))
    ends = f" until {made.until}" if made.until else ""
    said = f"accepted{ends}: {made.file}: {made.title} ({made.fingerprint})"
    print_out(options, made.model_dump(mode="json"), said)


@app.command
def revoke(repository: str, fingerprint: str, /, *, why: str, options: Options = PLAIN) -> None:
    """Take an acceptance back: the finding counts again.

    Args:
        repository: A rig of the town, or the folder of a git checkout.
        fingerprint: Of the finding, or how it begins.
        why: The reason.
    """
    made = _book(options, repository).revoke(fingerprint, _word(why))
    said = f"counts again: {made.file}: {made.title} ({made.fingerprint})"
    print_out(options, made.model_dump(mode="json"), said)


def drawn(
    name: str, standing: Standing, history: Sequence[Entry], *, every: bool = False
) -> list[RenderableType]:
    """What a person reads: findings, who ran, health."""
    told = standing.tracked if every else [*standing.open, *standing.of("accepted")]
    gone = [] if every else list(standing.just_fixed)
    course = trend(history)
    missing = [
        f"{run.name} did not run: {run.why_not}" if not run.ran else f"{run.name}: {why}"
        for run in standing.ran
        for why in (run.missed or (() if run.ran else ("",)))
    ]
    return [
        table(f"findings of {name}", _COLUMNS, [_row(one) for one in (*told, *gone)]),
        *missing,
        standing.line,
        f"health {health(standing)} of 100" + (f"  {course}" if course else ""),
    ]


def _row(one: Tracked) -> tuple[str, ...]:
    finding = one.finding
    said = finding.title
    if one.acceptance:
        said += f" (accepted by {one.acceptance.by}: {one.acceptance.why})"
    status = one.status if one.checked else f"{one.status}, not checked"
    since = one.since.strftime(_DAY)
    return (finding.fingerprint, status, finding.severity, place(finding), said, since)


def _book(options: Options, repository: str) -> Book:
    from tasks.visit import place_of

    town = options.open()
    return Book(town.layout.private("watchdog"), place_of(town, repository))


def _word(why: str) -> Word:
    if not why.strip():
        raise ConfigError("--why is empty; say why this may stay, for whoever asks in a year")
    return Word(getpass.getuser(), utc_now(), why.strip())


def _day(until: str) -> date | None:
    try:
        return date.fromisoformat(until) if until else None
    except ValueError:
        raise ConfigError(f"--until {until}: give a day, e.g. 2026-12-31") from None
