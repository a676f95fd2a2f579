"""What `town status` says beside beads and convoys: agents, what waits, money, the machine."""

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from gastown.cli.progress import full_disk
from gastown.errors import GasTownError
from gastown.feed.agents import AgentLine
from gastown.feed.progress import Progress
from gastown.feed.waiting import Waiting
from gastown.forecast.words import span
from gastown.machine.admission.ask import claimed
from gastown.machine.admission.here import ledger_path, open_ledger
from gastown.machine.capacity import DIMENSIONS, NAMES, Capacity
from gastown.machine.host import this_host
from gastown.machine.machine import make_machine
from gastown.machine.probe import probe
from gastown.money.amount import dollars
from gastown.money.scope import Scope
from gastown.town.town import Town

_BAD = {"dead": "DEAD", "stuck": "STUCK"}
_DAY_S = 86_400


def money_of(town: Town) -> dict[str, Any]:
    """Today's budget in micro-dollars; what is set aside counts as taken."""
    from tasks.metering import budget_of, spend_of, today

    cap, day = budget_of(town).day, today(town).isoformat()
    taken = 0
    if town.layout.spend.exists():
        taken = spend_of(town).standing(Scope("day", day=day, cap=cap)).taken
    left = None if cap is None else max(0, cap - taken)
    return {"day": day, "cap": cap, "taken": taken, "left": left}


def money_text(money: dict[str, Any]) -> str:
    """In one line."""
    if money["cap"] is None:
        return f"{dollars(money['taken'])} taken today, no cap"
    return f"{dollars(money['left'])} of {dollars(money['cap'])} left today"


def machine_of(town: Town) -> dict[str, Any]:
    """What of this PC the town may use, what sessions hold of it, and how many wait for it."""
    leases, waiting = [], 0
    if ledger_path(town.layout, town.config.machine).exists():
        with closing(open_ledger(town.layout, town.config.machine)) as ledger:
            leases, waiting = list(ledger.leases()), len(ledger.waiting())
    try:
        lent = make_machine(town.config.machine, probe(this_host())).lent
    except GasTownError as error:  # `town machine` says it at length
        return {"lent": {}, "used": {}, "waiting": waiting, "note": str(error)}
    used = claimed(leases)
    note = full_disk(town)  # nobody could have put that on record
    return {"lent": _amounts(lent), "used": _amounts(used), "waiting": waiting, "note": note}


def machine_text(machine: dict[str, Any]) -> str:
    """In one line: what is in use of what there is."""
    parts = [
        f"{machine['used'][name]:,} of {amount:,} {NAMES[name]}"
        + (" MiB" if name.endswith("_mib") else "")
        for name, amount in machine["lent"].items()
        if amount
    ]
    waiting = machine["waiting"]
    wait = f"; {waiting} {'steps wait' if waiting > 1 else 'step waits'} for it" if waiting else ""
    return machine["note"] or f"{', '.join(parts)} in use{wait}"


def agent_rows(agents: Sequence[AgentLine]) -> list[tuple[object, ...]]:
    """Who, at what, doing what, for how long."""
    return [
        (
            one.agent,
            one.bead or one.title,
            _does(one),
            span(one.silence_s if one.health in _BAD else one.state_s),
            one.turns or "",
            one.convoy,
        )
        for one in agents
    ]


def waiting_rows(waiting: Sequence[Waiting]) -> list[tuple[object, ...]]:
    """What, since when, and how it is answered."""
    now = datetime.now(UTC)
    return [(one.kind, age(now, one.since), one.said, one.answer) for one in waiting]


def convoy_row(convoy: dict[str, Any], far: Progress) -> tuple[object, ...]:
    """How far, and when it lands or what keeps it."""
    steps = f"{far.done}/{far.total}" if far.total else ""
    return convoy["id"], f"{convoy['done']}/{convoy['total']}", steps, _lands(far), convoy["title"]


def age(now: datetime, since: datetime) -> str:
    """How long ago, as a person says it."""
    seconds = max(0.0, (now - since).total_seconds())
    return f"{seconds / _DAY_S:.0f} days" if seconds >= 2 * _DAY_S else span(seconds)


def _lands(far: Progress) -> str:
    failed = [step.title for step in far.steps if step.state == "failed"]
    if failed:
        return f"{failed[0]} failed" + (f", and {len(failed) - 1} more" if failed[1:] else "")
    if far.expected is not None and far.awaits:
        return far.awaits
    if far.expected is None or far.expected.at is None:
        return far.expected.because if far.expected else ""
    at = datetime.fromtimestamp(far.expected.at).astimezone()
    return f"{at:%H:%M}" if at.date() == datetime.now().astimezone().date() else f"{at:%a %H:%M}"


def _does(one: AgentLine) -> str:
    return f"{_BAD[one.health]}: {one.because}" if one.health in _BAD else one.does


def _amounts(capacity: Capacity) -> dict[str, int]:
    return {name: capacity[name] for name in DIMENSIONS}
