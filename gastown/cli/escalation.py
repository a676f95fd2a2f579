"""`town escalation …`: what an agent could not settle, and who answers for it."""

from typing import Annotated, Any

from cyclopts import Parameter

from gastown.beads.bead import CLOSED, Bead
from gastown.beads.ledger import Ledger, utc_now
from gastown.cli.change import me
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show, table
from gastown.errors import LedgerError
from gastown.escalation.due import Wait, due
from gastown.escalation.escalation import OVERSEER, Escalation, Tier
from gastown.escalation.letters import answer
from gastown.escalation.record import LABEL, escalation_of, require
from gastown.escalation.record import ack as acknowledge
from gastown.escalation.record import forward as give_on
from gastown.escalation.record import resolve as settle
from gastown.escalation.words import how_to_answer, line
from gastown.town.tables.escalation import EscalationTable

app = group("escalation", "Escalations: what an agent cannot settle, and who answers for it.")


@app.command(name="list")
def list_(
    *,
    all_: Annotated[bool, Parameter(name=["--all", "-a"])] = False,
    tier: Tier | None = None,
    options: Options = PLAIN,
) -> None:
    """List the escalations that nobody settled, the worst first.

    Args:
        all_: Those that are settled too.
        tier: Only what is with this one.
    """
    town = options.open()
    found = [
        (bead, one)
        for bead, one in _every(town.ledger)
        if (all_ or bead.status != CLOSED) and tier in {None, one.tier}
    ]
    found.sort(key=lambda pair: (pair[0].status == CLOSED, pair[0].priority))
    columns = ("id", "severity", "category", "with", "since", "how it stands", "subject")
    rows = [_row(bead, one, town.config.escalation) for bead, one in found]
    data = [as_json(bead, one) for bead, one in found]
    show(options, data, table("escalations", columns, rows))


@app.command(name="show")
def show_(escalation: str, /, *, options: Options = PLAIN) -> None:
    """Show an escalation: what it says, who had it, and how to answer.

    Args:
        escalation: Its id, as `town escalation list` shows it.
    """
    town = options.open()
    bead, one = town.ledger.show(escalation), require(town.ledger, escalation)
    facts = (
        ("id", bead.id),
        ("subject", one.subject),
        ("severity", one.severity),
        ("category", one.category),
        ("with", one.tier),
        ("about", one.about),
        ("raised by", one.source),
        ("how it stands", _stands(one, town.config.escalation)),
        ("not told", "; ".join(n.error for n in one.notices if n.error)),
    )
    shown = [pairs(facts), "", *([one.text, ""] if one.text else [])]
    shown += [line(link) for link in one.chain]
    shown += [] if one.resolved else ["", how_to_answer(bead.id)]
    show(options, as_json(bead, one), *shown)


@app.command
def ack(escalation: str, /, *, note: str = "", by: str = "", options: Options = PLAIN) -> None:
    """Say that somebody is at it; it rises all the same if it is never settled.

    Args:
        escalation: Its id.
        note: What is being done.
        by: Who is at it. [default: you]
    """
    ledger = options.open().ledger
    one = acknowledge(ledger, escalation, by or me(), note)
    who = one.acked.who if one.acked else ""
    show(options, as_json(ledger.show(escalation), one), f"{escalation}: {who} is at it")


@app.command
def forward(escalation: str, /, *, why: str = "", by: str = "", options: Options = PLAIN) -> None:
    """Give it to the next tier.

    Args:
        escalation: Its id.
        why: Why it cannot be settled here.
        by: Who says so. [default: you]
    """
    ledger = options.open().ledger
    one = give_on(ledger, escalation, by or me(), why)
    said = f"{escalation}: now with the {one.tier.capitalize()}"
    show(options, as_json(ledger.show(escalation), one), said)


@app.command
def resolve(
    escalation: str,
    /,
    *,
    how: Annotated[str, Parameter(name=["--how", "--reason"])] = "settled",
    by: str = "",
    options: Options = PLAIN,
) -> None:
    """Settle it; who raised it gets the answer by mail.

    Args:
        escalation: Its id.
        how: What was done, or what is to be done: the answer.
        by: Who says so. [default: you]
    """
    ledger = options.open().ledger
    mine = settle(ledger, escalation, by or me(), how)
    one = require(ledger, escalation)
    if not mine and one.resolved:
        raise LedgerError(
            f"{escalation} is settled already, by {one.resolved.who}: {one.resolved.why}"
        )
    answer(ledger, escalation, one)
    show(options, as_json(ledger.show(escalation), one), f"{escalation} is settled: {how}")


def _every(ledger: Ledger) -> list[tuple[Bead, Escalation]]:
    beads = ((bead, escalation_of(bead)) for bead in ledger.find(label=LABEL))
    return [(bead, one) for bead, one in beads if one is not None]


def _row(bead: Bead, one: Escalation, times: EscalationTable) -> tuple[object, ...]:
    since = f"{one.since:%m-%d %H:%M}"
    stands = _stands(one, times)
    return bead.id, one.severity, one.category, one.tier, since, stands, one.subject


def _stands(one: Escalation, times: EscalationTable) -> str:
    if one.resolved:
        return f"settled by {one.resolved.who}: {one.resolved.why}"
    found = due(one, times, utc_now())
    if not isinstance(found, Wait) or found.until is None:
        return found.reason
    then = "is asked again" if one.tier == OVERSEER else "rises"
    return f"{found.reason}; {then} {found.until:%m-%d %H:%M}"


def as_json(bead: Bead, one: Escalation) -> dict[str, Any]:
    """An escalation for a program."""
    return {
        "id": bead.id,
        "state": "settled" if one.resolved else "acked" if one.acked else "open",
        **one.model_dump(mode="json", exclude={"notices", "mailed", "begins"}),
        "notices": [notice.model_dump(mode="json", exclude={"sender"}) for notice in one.notices],
    }
