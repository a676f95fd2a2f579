"""Digesting: a day's facts gathered, with what origins have by now, and its digest kept in git."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from gastown.days.day import Day
from gastown.days.digest import digest
from gastown.days.gather import gather
from gastown.errors import ConfigError, GitError
from gastown.rigs.clone import commit_report
from gastown.rigs.git import Repo
from gastown.town.town import Town
from tasks.metering import today, zone_of

FOLDER = "days"


def day_named(town: Town, name: str) -> date:
    """`2026-01-29`, `yesterday`, `today` or nothing, by the town's clock. Raises ConfigError."""
    now = today(town)
    if name in {"", "today"}:
        return now
    if name == "yesterday":
        return now - timedelta(days=1)
    try:
        return date.fromisoformat(name)
    except ValueError:
        raise ConfigError(
            f"--day {name}: give a day, e.g. 2026-01-29, or today, or yesterday"
        ) from None


def gather_day(town: Town, day: date, tell: Callable[[str], object]) -> Day:
    """The facts of a day; an origin that is away is told of, and counted as it was last seen."""
    for name in town.config.rigs:
        try:
            Repo(town.layout.rig(name).canonical).fetch()
        except GitError as error:
            tell(f"{name}: as it was last seen, for its origin cannot be asked: {error}")
    return gather(town, day, zone_of(town))


def keep_digest(town: Town, day: Day) -> Path:
    """Write the digest into the Librarian's private repository; the path of its page.

    A day that is not over is written again, and its last state stays.
    """
    private, stem = town.layout.private("librarian"), f"{FOLDER}/{day.day.isoformat()}"
    files = {f"{stem}.md": digest(day), f"{stem}.json": day.model_dump_json(indent=1) + "\n"}
    author = f"librarian <librarian@{town.config.town.name}>"
    commit_report(private, files, f"Librarian: {day.day.isoformat()}", author)
    return private / f"{stem}.md"
