"""`town brief`: what the team wants to know of yesterday, from facts."""

from datetime import date

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, tell
from gastown.cli.prefect import use_engine
from gastown.errors import ConfigError
from gastown.morning.brief import Brief, plain_brief
from gastown.morning.fact import Morning
from gastown.town.engine import require_api_url
from gastown.town.town import Town


def brief(
    *, day: str = "", worded: bool = False, send: bool = False, options: Options = PLAIN
) -> None:
    """What got done, failed, waits for a person and was spent: the morning's brief.

    Args:
        day: A day, e.g. 2026-01-29. [default: yesterday]
        worded: Let the Assistant's model word it; every number it writes is checked.
        send: Send it to `[assistant] notify`, as the schedule does.
    """
    from tasks.morning import keep_brief, morning_of

    town = options.open()
    url = _server(town) if send else ""
    morning = morning_of(town, _day(day))
    made = _worded(town, morning) if worded else plain_brief(morning)
    if made.because:
        tell(made.because)
    tell(f"kept as {keep_brief(town, made)}")
    if url:
        _send(town, url, made)
    show(options, made, made.text.rstrip())


def _worded(town: Town, morning: Morning) -> Brief:
    from tasks.wording import brief_of

    tell("the Assistant words it …")
    return brief_of(town, morning)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigError(f"--day {text}: give a day, e.g. 2026-01-29") from None


def _server(town: Town) -> str:
    """The server that holds the blocks; asked for before any work is done."""
    if not town.config.assistant.notify:
        raise ConfigError(
            'town.toml: [assistant] notify is empty; name a block, e.g. ["slack-webhook/team"], '
            "see docs/assistant.md"
        )
    return require_api_url(town.layout, town.config)


def _send(town: Town, url: str, made: Brief) -> None:
    use_engine(town, url)
    from blocks.engine import connected
    from flows.roles.assistant import sent_to_all

    with connected(town.layout, url):
        sent_to_all(town.config.assistant.notify, made)
    tell(f"sent to {', '.join(town.config.assistant.notify)}")
