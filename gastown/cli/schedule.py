"""`town schedule`: which roles run by themselves, and when."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import RenderableType

from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, table
from gastown.cli.prefect import use_engine
from gastown.errors import ConfigError
from gastown.town.engine import require_api_url
from gastown.town.schedules import NEEDS_A_SOURCE, ready_to_run
from gastown.town.town import Town

if TYPE_CHECKING:
    from deployments.schedules import Scheduled

app = group("schedule", "Schedules: which roles run by themselves, and when.")
_COLUMNS = ("role", "schedule", "status", "cron", "time zone", "next")


@app.command(name="list")
def list_(role: str = "", /, *, options: Options = PLAIN) -> None:
    """List the schedules as they stand on the town's server.

    Args:
        role: Only this one's.
    """
    import asyncio

    town = options.open()
    url = _use(town)
    from blocks.engine import connected
    from deployments.definitions import load_definitions
    from deployments.schedules import listed

    with connected(town.layout, url):
        found = asyncio.run(listed(load_definitions(), [role] if role else []))
    _show(options, found)


@app.command
def on(role: str, /, *, cron: str = "", timezone: str = "", options: Options = PLAIN) -> None:
    """Turn a role's schedule on.

    Args:
        role: bug-scout, oracle, assistant, …
        cron: Another time: minute, hour, day, month, weekday, e.g. "0 7 * * 1-5".
        timezone: Whose clock, e.g. Europe/Berlin.
    """
    town = options.open()
    if role in NEEDS_A_SOURCE and ready_to_run(town.config, role) is None:
        raise ConfigError(
            f"the town has no source for {role}; add [sources.NAME] to town.toml first, "
            f"see docs/feedback.md"
        )
    _switch(town, options, role, on=True, cron=cron, timezone=timezone)


@app.command
def off(role: str, /, *, options: Options = PLAIN) -> None:
    """Turn all schedules of a role off; it can still be started from the UI.

    Args:
        role: bug-scout, oracle, assistant, …
    """
    _switch(options.open(), options, role, on=False)


def _switch(
    town: Town, options: Options, role: str, *, on: bool, cron: str = "", timezone: str = ""
) -> None:
    import asyncio

    url = _use(town)
    from blocks.engine import connected
    from deployments.definitions import load_definitions
    from deployments.schedules import switch

    with connected(town.layout, url):
        work = switch(load_definitions(), role, on=on, cron=cron, timezone=timezone)
        _show(options, asyncio.run(work))


def _use(town: Town) -> str:
    url = require_api_url(town.layout, town.config)
    use_engine(town, url)
    return url


def _show(options: Options, found: "list[Scheduled]") -> None:
    show(options, [asdict(one) for one in found], _table(found))


def _table(found: "list[Scheduled]") -> RenderableType:
    rows = [
        (
            one.flow,
            one.slug or "a person's",
            "paused" if one.paused else "on" if one.active else "off",
            one.when,
            one.timezone,
            f"{one.next:%Y-%m-%d %H:%M} UTC" if one.next else "",
        )
        for one in found
    ]
    return table("schedules", _COLUMNS, rows)
