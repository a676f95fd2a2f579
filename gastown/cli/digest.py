"""`town digest`: what the town did on a day."""

from pathlib import Path

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, tell
from gastown.days.digest import digest as as_page


def digest(*, day: str = "", out: Path | None = None, options: Options = PLAIN) -> None:
    """What the town did on a day: what merged, failed and waits, by rig and convoy.

    From ledger, git and money; no model is asked. It is kept in the Librarian's private repository.

    Args:
        day: A date, e.g. 2026-01-29, or yesterday. [default: today so far]
        out: Write the page to this file too, e.g. among a project's documents.
    """
    from tasks.digesting import day_named, gather_day, keep_digest

    town = options.open()
    facts = gather_day(town, day_named(town, day), tell)
    page, kept = as_page(facts), keep_digest(town, facts)
    if out is not None:
        out.write_text(page, encoding="utf-8")
    tell(f"kept as {kept}")
    show(options, facts.model_dump(mode="json"), page.rstrip("\n"))
