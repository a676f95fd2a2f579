"""handing: find the session that works on a bead, and ask it to hand off."""

from pathlib import Path

from gastown.beads.bead import IN_PROGRESS, Bead
from gastown.beads.ledger import utc_now
from gastown.errors import GasTownError, NotFoundError
from gastown.hooks.handoff import MOST_NOTE, Handoff, ask
from gastown.hooks.hook import hook_on
from gastown.hooks.target import is_known
from gastown.machine.holder import is_dead
from gastown.stage import Frozen
from gastown.town.tables.agents import agent_for
from gastown.town.town import Town


class Asked(Frozen):
    """The session that was asked: of which step, and the how manieth of its attempt."""

    step: str
    key: str
    session: int
    folder: str


def ask_for_handoff(town: Town, said: str, note: str, *, by: str) -> Asked:
    """Ask the session that works on a bead, or is named by its agent or step, to hand off.

    Raises:
        NotFoundError: There is no such bead, or no session of it is at work here.
        GasTownError: The note is too long, or the session is of an agent that has no turns.
    """
    if len(note) > MOST_NOTE:
        raise GasTownError(f"the note has {len(note)} characters; say it in at most {MOST_NOTE}")
    agent = is_known(said, town.config)
    bead = hook_on(town.ledger, town.config, said).bead if agent else town.ledger.show(said).id
    for step in town.ledger.find(status=IN_PROGRESS):
        if bead in {step.id, step.metadata.get("bead")} and (folder := _at_work(town, step)):
            _check_native(town, step)
            ask(folder, Handoff(by=by, note=note, at=utc_now().isoformat()))
            number = len(list(folder.glob("session-*.jsonl")))
            key = str(step.metadata.get("key", step.title))
            return Asked(step=step.id, key=key, session=number, folder=str(folder))
    raise NotFoundError(
        f"no session of {said} is at work here; the next one reads its mail: town mail send"
    )


def _at_work(town: Town, step: Bead) -> Path | None:
    """The folder of the attempt that holds a step, if its process lives and its session began."""
    claim = town.ledger.claim_of(step.id)
    if claim is None or is_dead(claim.holder):
        return None
    folder = town.layout.session(step.id, claim.token)
    return folder if any(folder.glob("session-*.jsonl")) else None


def _check_native(town: Town, step: Bead) -> None:
    role = str(step.metadata.get("role", ""))
    preset = agent_for(role, town.config.agents)
    if preset is not None:
        raise GasTownError(
            f"the {role} works as {preset.name}, whose turns are its own; cancel its run, and the "
            f"next attempt goes on in its worktree"
        )
