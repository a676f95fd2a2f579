"""`town prime` and `town handoff`: what a session is told, and how one makes way for the next."""

from gastown.cli.change import me
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, tell
from gastown.errors import NotFoundError
from gastown.hooks.hook import hooks
from gastown.town.town import Town


def prime(what: str = "", /, *, tokens: int = 0, options: Options = PLAIN) -> None:
    """Show all that the next session of a bead would be told, within its seat's context.

    Role card, rig, bead, why it was sent back, its place in the formula, the note and the end of
    the session before, the worktree, mail; what had no room is named at the end.

    Args:
        what: The bead, or the agent on whose hook it hangs. [default: the only hook's]
        tokens: The budget. [default: half of what the seat's model takes]
    """
    from tasks.priming import prime_for

    town = options.open()
    found = prime_for(town, what or _only(town), tokens=tokens)
    seat = f"on {found.model}" if found.model else "with no seat yet"
    tell(
        f"{found.role} of {found.bead} {seat}: {found.primed.tokens} of "
        f"{found.primed.budget} tokens"
    )
    show(options, found, found.primed.text)


def handoff(what: str, note: str = "", /, *, options: Options = PLAIN) -> None:
    """End the session that works on a bead at its next turn; a fresh one goes on, in its worktree.

    Args:
        what: The bead, the agent on whose hook it hangs, or a step's own bead.
        note: What the next session is told.
    """
    from tasks.handing import ask_for_handoff

    asked = ask_for_handoff(options.open(), what, note, by=me())
    said = f"session {asked.session} of {asked.key} ends at its next turn; the next one goes on"
    show(options, asked, said)


def _only(town: Town) -> str:
    """The bead of the only hook. Raises NotFoundError that names those there are."""
    found = hooks(town.ledger, town.config)
    if len(found) != 1:
        there = ", ".join(f"{one.agent} ({one.bead})" for one in found) or "none holds anything"
        raise NotFoundError(f"say of which bead: town prime BEAD; hooks: {there}")
    return found[0].bead
