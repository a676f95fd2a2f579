"""escalating: look after every escalation: settle it, let it rise, ask its tier, tell the Overseer.

No model is asked. Each step is on record before the next, so that a look that dies half-way is
finished by the next one.
"""

from collections.abc import Callable
from datetime import timedelta

from blocks.notify import notify
from gastown.beads.bead import CLOSED
from gastown.beads.ledger import Clock, utc_now
from gastown.errors import GasTownError
from gastown.escalation.escalation import Escalation
from gastown.escalation.letters import answer, ask, raise_help
from gastown.escalation.record import (
    LABEL,
    begin_notice,
    end_notice,
    escalation_of,
    look,
    open_escalations,
)
from gastown.escalation.replies import take_replies
from gastown.escalation.words import heading, told
from gastown.machine.holder import holder, is_dead
from gastown.stage import Frozen
from gastown.town.config import TownConfig
from gastown.town.town import Town

Send = Callable[[str, str, str], None]
"""Sends through a block: its name, a subject, a text. Raises GasTownError when it could not."""

_ANSWERED_FOR = timedelta(days=1)


class Looked(Frozen):
    """What a look did about one escalation, in words; `did` is the last link of its chain."""

    escalation: str
    subject: str
    tier: str
    did: str
    said: str = ""
    told: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()


def look_after(town: Town, send: Send = notify, clock: Clock = utc_now) -> list[Looked]:
    """Look at letters, then at every escalation that is open; what was done about which.

    Args:
        town: Whose.
        send: Reaches the Overseer.
        clock: The time.
    """
    raise_help(town.ledger, clock=clock)
    take_replies(town.ledger, clock=clock)
    before = open_escalations(town.ledger)
    looked = [_looked(town, bead, one, send, clock) for bead, one in before.items()]
    _answer_ended(town, clock)
    return [one for one in looked if one is not None]


def blocks_of(config: TownConfig) -> tuple[str, ...]:
    """Where the Overseer listens."""
    return config.escalation.notify or config.gates.notify or config.assistant.notify


def tell_overseer(
    town: Town, bead: str, send: Send, clock: Clock = utc_now
) -> tuple[list[str], list[str]]:
    """Tell what is not told yet; blocks that were reached, and why others were not."""
    done: list[str] = []
    failed: list[str] = []
    blocks = blocks_of(town.config)
    while True:
        notice = begin_notice(town.ledger, bead, blocks, holder(), is_dead, clock=clock)
        if notice is None:
            return done, failed
        one = open_escalations(town.ledger).get(bead)
        if one is None:
            return done, failed
        again = " (again; the first may have been lost)" if notice.tries > 1 else ""
        subject = f"{town.config.town.name}: {heading(one)}{again}"
        try:
            send(notice.block, subject, told(bead, one))
        except GasTownError as error:
            failed.append(str(error))
            end_notice(town.ledger, bead, notice, str(error) or type(error).__name__)
        else:
            done.append(notice.block)
            end_notice(town.ledger, bead, notice)


def _looked(town: Town, bead: str, before: Escalation, send: Send, clock: Clock) -> Looked | None:
    now = look(town.ledger, bead, town.config.escalation, clock=clock)
    asked = ask(town.ledger, bead, now)
    done, failed = tell_overseer(town, bead, send, clock)
    if now.chain == before.chain and not (asked or done or failed):
        return None
    last = now.chain[-1]
    return Looked(
        escalation=bead,
        subject=now.subject,
        tier=now.tier,
        did=last.did,
        said=last.why,
        told=tuple(done),
        failed=tuple(failed),
    )


def _answer_ended(town: Town, clock: Clock) -> None:
    """Whoever ended one may have died before the answer was written."""
    since = clock() - _ANSWERED_FOR
    for bead in town.ledger.find(label=LABEL, status=CLOSED):
        if bead.closed_at is not None and bead.closed_at >= since:
            one = escalation_of(bead)
            if one is not None:
                answer(town.ledger, bead.id, one)
