"""morning: the Assistant's facts of a day, gathered, and the brief made of them, kept."""

from datetime import date, timedelta

from gastown.beads.files import write_whole
from gastown.errors import ConfigError
from gastown.feedback.readers import inbox_of
from gastown.money.scope import Scope
from gastown.morning.brief import Brief
from gastown.morning.fact import Morning
from gastown.morning.gather import Gatherer
from gastown.town.town import Town
from tasks.metering import budget_of, spend_of, today, zone_of


def morning_of(town: Town, day: date | None = None) -> Morning:
    """The facts of a day; of yesterday, by the town's clock, when none is named.

    Raises ConfigError for a day that has not begun.
    """
    now = today(town)
    wanted = day or now - timedelta(days=1)
    if wanted > now:
        raise ConfigError(f"{wanted.isoformat()} has not begun; today is {now.isoformat()}")
    inbox = inbox_of(town.layout, town.config.town.name)
    return Gatherer(town, wanted, zone_of(town), inbox, _caps(town)).gather()


def keep_brief(town: Town, brief: Brief) -> str:
    """Leave it as files; where its Markdown lies, below the town's folder."""
    for name, text in brief.files().items():
        write_whole(town.layout.briefs / name, text)
    return str((town.layout.briefs / f"{brief.day.isoformat()}.md").relative_to(town.root))


def _caps(town: Town) -> dict[str, tuple[int, int]]:
    """Each cap of today, and what is left of it, in micro-dollars."""
    budget, day = budget_of(town), today(town).isoformat()
    scopes = [Scope("day", day=day, cap=budget.day)]
    scopes += [Scope("role", role, day, cap) for role, cap in budget.roles.items()]
    ledger = spend_of(town)
    return {
        one.name: (one.cap, max(0, one.cap - ledger.standing(one).taken))
        for one in scopes
        if one.cap is not None
    }
