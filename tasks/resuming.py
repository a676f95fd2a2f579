"""resuming: what a session is told beside its task, and how it hands off to the next one.

Of its place in the formula every session is told; of what was before (how the last session ended,
what it left, what lies in the worktree) one that goes on after a crash, a failure or a handoff.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gastown.agents.context import CHARS_PER_TOKEN, room_chars
from gastown.agents.protocols import Environment, Outcome, Relay
from gastown.agents.tools import WorktreeTools
from gastown.beads.ledger import utc_now
from gastown.convoys.molecule import Molecule, load
from gastown.errors import GasTownError, NotFoundError
from gastown.hooks.ending import brought, ending_of, latest
from gastown.hooks.ground import ground_text
from gastown.hooks.handoff import (
    MOST_NOTE,
    TOWN,
    Handoff,
    Rule,
    asked,
    counted,
    give,
    given,
    letter_of,
)
from gastown.hooks.position import position_text
from gastown.hooks.prime import Part, prime
from gastown.mail.box import put_away
from gastown.mail.post import send
from gastown.stage import StageRequest
from gastown.town.tables.agents import agent_for
from gastown.town.town import Town
from tasks.letterbox import address_of
from tasks.outbox import sent_text

LEAST_TOKENS = 500
"""Of what is told beside a task, however long the task is."""
_SHARE = 0.5  # of the room for input: the rest is for the session's own turns
NOTE, ENDED, GROUND, POSITION, LETTERS = (
    "the note that the session before left you",
    "how the session before ended",
    "the worktree as it is now",
    "your place in the formula",
    "letters that you sent already",
)


@dataclass(frozen=True, slots=True)
class Spot:
    """One session of an attempt; `folder` is the attempt's, sessions are counted from 1.

    `brought` is what a step that is carried out elsewhere is told by its town.
    """

    town: Town
    request: StageRequest
    folder: Path
    number: int
    brought: tuple[Part, ...] = ()


def begun(spot: Spot, task: str, environment: Environment | None) -> str:
    """The task, with what a session needs that begins here."""
    more = prime(beside(spot, environment), _tokens_beside(spot, task)).text
    return f"{task}\n\n{more}" if more else task


def beside(spot: Spot, environment: Environment | None) -> list[Part]:
    """What a session is told that begins here, beside its task."""
    waiting = asked(spot.folder)
    if waiting is not None:  # nobody worked when it was asked for: the note is this session's
        give(spot.folder, spot.number - 1, waiting)
    parts = [*_brought(spot), *_position(spot), *_before(spot, environment), *_sent(spot)]
    return [part for part in parts if part.text]


def relay_of(spot: Spot, environment: Environment | None) -> Relay:
    """When the session hands off: when it is asked to, or when its context is full.

    By itself only where its work lies in a worktree: what another one read would be lost.
    """
    writes = isinstance(environment, WorktreeTools) and bool(environment.fence.writable)
    table = spot.town.config.limits
    rule = Rule(most=table.handoffs if writes else 0, full=table.handoff_at)
    by_itself = counted(spot.folder)

    def relay(turns: int, dropped: float) -> str:
        return rule.why(asked(spot.folder), given=by_itself, turns=turns, dropped=dropped)

    return relay


def keep_note(spot: Spot, outcome: Outcome) -> None:
    """Keep what a command-line agent left for whoever goes on, unless it is done."""
    if outcome.note and outcome.status != "done":
        role = spot.request.role
        preset = agent_for(role, spot.town.config.agents)
        by = preset.name if preset else role
        note = Handoff(by=by, note=outcome.note[:MOST_NOTE], at=utc_now().isoformat())
        give(spot.folder, spot.number, note)


def hand_off(spot: Spot, why: str) -> None:
    """Keep what the session left for the next one, and the letter that says so."""
    handoff = asked(spot.folder) or Handoff(by=TOWN, at=utc_now().isoformat())
    give(spot.folder, spot.number, handoff)
    request, ledger = spot.request, spot.town.ledger
    agent = address_of(spot.town, request)
    if not agent:
        return
    letter = letter_of(handoff, agent, request.key, request.bead or "", why)
    key = f"handoff/{request.step}/{request.token}/{spot.number}"
    with suppress(GasTownError):  # a busy ledger: the note is in the attempt's folder all the same
        put_away(ledger, send(ledger, letter, key=key).id, "told to the next session", agent)


def molecule_of(town: Town, step: str) -> Molecule | None:
    """The molecule of a step bead; none of an errand's."""
    try:
        parent = town.ledger.show(step).parent
        return load(town.ledger, town.ledger.show(parent)) if parent else None
    except (NotFoundError, KeyError):  # on another machine only the step's own bead is known
        return None


def parts_before(
    sessions: Path, before: tuple[int, int], worktree: Path | None, main: str
) -> Iterator[Part]:
    """How a step's last session ended before an attempt and session, and what it left.

    Nothing where there was none.
    """
    last = latest(sessions, before=before)
    away = brought(sessions, before=before[0], after=int(last.parent.name) if last else -1)
    if away is not None and away.status != "done":
        yield Part(name=f"{ENDED}, on another machine", text=away.text, rank=2, quoted=True)
    if last is None or away is not None:
        return
    number = int(last.stem.removeprefix("session-"))
    note = given(last.parent, number) or given(last.parent, number - 1)
    if note is not None and note.note:
        yield Part(name=f"{NOTE} ({note.by})", text=note.note, rank=1, quoted=True)
    ending = ending_of(last)
    if ending.status != "done":
        yield Part(name=ENDED, text=ending.text, rank=2, quoted=True)
    if worktree is not None:
        yield Part(name=GROUND, text=ground_text(worktree, main), rank=1, quoted=True)


def _brought(spot: Spot) -> Iterator[Part]:
    """Later sessions need their place; how one at home ended is old news to them."""
    yield from (part for part in spot.brought if spot.number == 1 or part.name == POSITION)


def _position(spot: Spot) -> Iterator[Part]:
    request = spot.request
    molecule = molecule_of(spot.town, request.step) if request.bound else None
    if molecule is not None and request.key in molecule.beads:
        text = position_text(spot.town.ledger, molecule, request.key)
        yield Part(name=POSITION, text=text, rank=3, quoted=True)


def _sent(spot: Spot) -> Iterator[Part]:
    """Letters of the round that an earlier session sent, so that this one does not write again."""
    text = sent_text(spot.town.ledger, spot.request)
    yield Part(name=LETTERS, text=text, rank=2, quoted=True)


def _before(spot: Spot, environment: Environment | None) -> Iterator[Part]:
    request, town = spot.request, spot.town
    if spot.number == 1 and (note := given(spot.folder, 0)) is not None and note.note:
        yield Part(name=f"{NOTE} ({note.by})", text=note.note, rank=1, quoted=True)
    worktree = environment.fence.root if isinstance(environment, WorktreeTools) else None
    main = f"origin/{town.config.rig(request.rig).branch}" if request.rig else "HEAD"
    if spot.number > 1 and given(spot.folder, spot.number - 1) is None:
        return  # a session of its own, which goes on with nothing
    place = (request.token, spot.number)
    yield from parts_before(spot.folder.parent, place, worktree, main)


def _tokens_beside(spot: Spot, task: str) -> int:
    if spot.request.model is None:
        return LEAST_TOKENS
    row = spot.town.config.model(spot.request.model)
    room = int(room_chars(row.context, row.max_output) * _SHARE) - len(task)
    return max(LEAST_TOKENS, room // CHARS_PER_TOKEN)
