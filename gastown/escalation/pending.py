"""pending: whether anything is to be done about an escalation now, and what. Pure but for reading.

What is asked every few seconds reads the beads of escalations alone; while none is open, nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from gastown.beads.ledger import Ledger
from gastown.escalation.due import Wait, due
from gastown.escalation.escalation import Escalation
from gastown.escalation.gone import Fact, gone
from gastown.escalation.notice import unsent
from gastown.escalation.record import facts_of
from gastown.town.tables.escalation import EscalationTable


def what_is_due(
    one: Escalation,
    facts: Mapping[str, Fact],
    table: EscalationTable,
    blocks: Sequence[str],
    now: datetime,
    is_dead: Callable[[str], bool],
) -> str:
    """What a look would do about it, in words; empty for nothing."""
    if one.resolved:
        return ""
    if why := gone(one, facts):
        return why
    found = due(one, table, now)
    if not isinstance(found, Wait):
        return found.reason
    if one.mailed < one.asked:
        return f"the {one.tier.capitalize()} is to be asked"
    notices = unsent(one, blocks, now, is_dead)
    return f"the Overseer is to be told through {notices[0].block}" if notices else ""


def pending(
    ledger: Ledger,
    standing: Mapping[str, Escalation],
    table: EscalationTable,
    blocks: Sequence[str],
    now: datetime,
    is_dead: Callable[[str], bool],
) -> dict[str, str]:
    """Of these escalations, those about which something is to be done, and what."""
    said = {
        bead: what_is_due(one, facts_of(ledger, one), table, blocks, now, is_dead)
        for bead, one in standing.items()
    }
    return {bead: what for bead, what in said.items() if what}
