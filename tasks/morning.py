"""morning: the Assistant's work: gather the facts of a day, let the model word them, keep both.

The model's wording is used only if code finds each of its numbers in the facts it names. What it
cannot say so, and what stops it, costs the wording and nothing else: the facts are sent as they
are.
"""

from datetime import date, timedelta

from gastown.beads.files import write_whole
from gastown.beads.ledger import utc_now
from gastown.errors import ConfigError, GasTownError
from gastown.feedback.inbox import Inbox
from gastown.money.scope import Scope
from gastown.morning.brief import Brief, plain_brief, worded_brief
from gastown.morning.fact import Morning
from gastown.morning.gather import Gatherer
from gastown.morning.wording import Wording, judge, task
from gastown.town.town import Town
from tasks.errand import errand
from tasks.metering import budget_of, spend_of, today, zone_of
from tasks.scout import READERS, store_of


def morning_of(town: Town, day: date | None = None) -> Morning:
    """The facts of a day; of yesterday, by the town's clock, when none is named.

    Raises ConfigError for a day that has not begun.
    """
    now = today(town)
    wanted = day or now - timedelta(days=1)
    if wanted > now:
        raise ConfigError(f"{wanted.isoformat()} has not begun; today is {now.isoformat()}")
    stores = {reader: store_of(town, reader) for reader in READERS}
    inbox = Inbox(stores, utc_now)
    return Gatherer(town, wanted, zone_of(town), inbox, _caps(town)).gather()


def brief_of(town: Town, morning: Morning, *, wording: bool) -> Brief:
    """The brief of a day's facts, worded by the Assistant's model if that is wanted and holds."""
    if not wording:
        return plain_brief(morning)
    if not morning.facts:
        return plain_brief(morning, "there is nothing to word")
    try:
        return _worded(town, morning)
    except GasTownError as error:
        return plain_brief(morning, f"not worded: {error}")


def keep_brief(town: Town, brief: Brief) -> str:
    """Leave it as files; where its Markdown lies, below the town's folder."""
    for name, text in brief.files().items():
        write_whole(town.layout.briefs / name, text)
    return str((town.layout.briefs / f"{brief.day.isoformat()}.md").relative_to(town.root))


def _worded(town: Town, morning: Morning) -> Brief:
    with errand(town, "assistant", title=f"brief {morning.day.isoformat()}") as desk:
        outcome = desk.attempt(
            task(morning), output=Wording, verify=lambda answer: judge(morning, answer)
        )
        if outcome.status == "done" and isinstance(outcome.answer, Wording):
            return worded_brief(morning, outcome.answer, desk.request.model, desk.spent)
        left = outcome.check.feedback if outcome.check else ""
        why = "; ".join(filter(None, [outcome.error, left]))
        return plain_brief(morning, f"not worded: {why}", desk.spent)


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
