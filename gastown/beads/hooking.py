"""Hooking: which bead may go onto an agent's hook, and what that makes of it. Pure.

A hook holds one bead at most: `hooked` until its work begins, `in_progress` from then on.
"""

from collections.abc import Sequence
from datetime import datetime

from gastown.beads.bead import CLOSED, HOOKED, IN_PROGRESS, OPEN, Bead
from gastown.beads.readiness import NEVER_READY
from gastown.errors import ClaimedError, LedgerError

_HANGING = frozenset({HOOKED, IN_PROGRESS})


def is_on_hook(bead: Bead) -> bool:
    """Whether a bead hangs on its assignee's hook, begun or not."""
    return bool(bead.assignee and bead.status in _HANGING and bead.issue_type not in NEVER_READY)


def check_hookable(bead: Bead, agent: str, held_by: Sequence[str], others: Sequence[str]) -> None:
    """Refuse a hook that may not be.

    Args:
        bead: What is to hang there.
        agent: Whose hook.
        held_by: Open beads that hold the bead back.
        others: Beads that hang on this hook already.

    Raises:
        ClaimedError: The bead is on a hook, or another one is on this hook.
        LedgerError: The bead is not open, is no work of its own, or is blocked.
    """
    if not agent:
        raise LedgerError(f"{bead.id}: no agent was named, on whose hook it is to go")
    if bead.status == HOOKED:
        raise ClaimedError(
            f"{bead.id} is on the hook of {bead.assignee} already; take it off: "
            f"town unsling {bead.id}"
        )
    if others:
        raise ClaimedError(f"the hook of {agent} holds {', '.join(others)}; one bead at a time")
    if bead.issue_type in NEVER_READY:
        raise LedgerError(f"{bead.id} is a {bead.issue_type}, which nobody works on")
    if bead.status != OPEN:
        raise LedgerError(f"{bead.id} is {bead.status}{_by(bead)}; only an open bead can be slung")
    if held_by:
        raise LedgerError(
            f"{bead.id} is blocked by {', '.join(held_by)}; sling that too, or close it first"
        )


def hooked(bead: Bead, agent: str, at: datetime) -> Bead:
    """The bead on an agent's hook."""
    return bead.model_copy(update={"status": HOOKED, "assignee": agent, "updated_at": at})


def unhooked(bead: Bead, at: datetime) -> Bead:
    """The bead off its hook, open again. Raises LedgerError unless it hangs there unbegun."""
    if bead.status != HOOKED:
        why = "its work has begun" if bead.status == IN_PROGRESS else f"it is {bead.status}"
        raise LedgerError(f"{bead.id} cannot be taken off a hook: {why}{_by(bead)}")
    return bead.model_copy(update={"status": OPEN, "assignee": "", "updated_at": at})


def _by(bead: Bead) -> str:
    if bead.status == CLOSED:
        return f" ({bead.close_reason})" if bead.close_reason else ""
    return f" ({bead.assignee})" if bead.assignee else ""
