"""priming: all that a fresh session of a bead's step would be told, put together for a person.

Sessions themselves are told the same by their stage and `tasks/resuming.py`; this shows it in one
piece, within the context of the seat that would have it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gastown.agents.brief import bead_text, rework_text
from gastown.agents.context import CHARS_PER_TOKEN, room_chars
from gastown.agents.roles import card_of, directives
from gastown.beads.bead import CLOSED, IN_PROGRESS, Bead
from gastown.convoys.convoy import convoy_of
from gastown.convoys.molecule import Molecule, find_molecule
from gastown.errors import LedgerError, MailError
from gastown.hooks.hook import hook_on
from gastown.hooks.position import position_text
from gastown.hooks.prime import Part, Primed, prime
from gastown.hooks.target import is_known
from gastown.mail.address import Address, ears
from gastown.mail.box import Mail, inbox
from gastown.placement.ask import ask_for
from gastown.placement.resolve import resolve
from gastown.placement.seat import Hold, model_at
from gastown.rigs.slots import slot_of
from gastown.stage import Frozen
from gastown.town.town import Town
from tasks.resuming import POSITION, parts_before
from tasks.rigs import describe_tree

UNSEATED_TOKENS = 8_000
"""The budget where nobody has a seat, so that something can be shown."""
_SHARE = 0.5
_MOST_MAIL = 10
_AFTER_ALL = (1 << 62, 0)  # an attempt that no claim's token reaches


class PrimedFor(Frozen):
    """What a session would be told, for whom, and on which model's context."""

    bead: str
    agent: str
    role: str
    step: str
    model: str
    primed: Primed


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a bead's next session would be: its step, if it is poured, and its slot's worktree."""

    town: Town
    bead: Bead
    rig: str
    role: str
    agent: str
    molecule: Molecule | None = None
    key: str = ""

    @property
    def step(self) -> Bead | None:
        """The step's own bead."""
        if self.molecule is None:
            return None
        return self.town.ledger.show(self.molecule.beads[self.key])

    @property
    def worktree(self) -> Path:
        """The slot's worktree, or the canonical clone where there is none yet."""
        layout = self.town.layout.rig(self.rig)
        slot = slot_of(layout, self.bead.id)
        path = layout.polecat(slot.name) if slot else layout.canonical
        return path if path.is_dir() else layout.canonical


def prime_for(town: Town, said: str, *, tokens: int = 0) -> PrimedFor:
    """What the next session of a bead, or of an agent's bead, would be told.

    Args:
        town: The town.
        said: A bead, or the agent on whose hook it hangs.
        tokens: The budget; 0 for half of what its seat's model takes.

    Raises:
        NotFoundError: There is no such bead, or nothing hangs on the agent's hook.
        LedgerError: The bead is closed.
    """
    place = _place(town, said)
    model, own = _seat(place)
    return PrimedFor(
        bead=place.bead.id,
        agent=place.agent,
        role=place.role,
        step=place.key,
        model=model,
        primed=prime(list(_parts(place)), tokens or own),
    )


def _place(town: Town, said: str) -> _Place:
    agent = is_known(said, town.config)
    bead = town.ledger.show(hook_on(town.ledger, town.config, said).bead if agent else said)
    rig = town.config.rig_of(bead.id)
    if bead.status == CLOSED:
        raise LedgerError(f"{bead.id} is closed ({bead.close_reason}); no session begins on it")
    convoy = convoy_of(town.ledger, bead.id)
    molecule = find_molecule(town.ledger, convoy.id) if convoy else None
    key = _next_key(town, molecule, bead.id) if molecule else ""
    role = molecule.plan.by_key[key].role if molecule and key else "polecat"
    address = bead.assignee or f"{rig}/{role}"
    return _Place(town, bead, rig, role, address, molecule if key else None, key)


def _next_key(town: Town, molecule: Molecule, bead: str) -> str:
    """The bead's step at which a session works, else the first that one would; empty for none."""
    open_ones = [
        (step.key, town.ledger.show(molecule.beads[step.key]).status)
        for step in molecule.plan.steps
        if step.bead == bead and step.kind == "work" and step.role
    ]
    left = [(key, status) for key, status in open_ones if status != CLOSED]
    working = [key for key, status in left if status == IN_PROGRESS]
    return next(iter([*working, *(key for key, _ in left)]), "")


def _seat(place: _Place) -> tuple[str, int]:
    """The model of the seat, here or in the cloud, and the tokens that it has for this."""
    convoy = place.molecule.plan.convoy if place.molecule else None
    ask = ask_for(place.town, place.role, rig=place.rig, bead=place.bead.id, convoy=convoy)
    seat = resolve(place.town.config, ask)
    if isinstance(seat, Hold):
        return "", UNSEATED_TOKENS
    name = model_at(seat, "local") or model_at(seat, "cloud")
    if name is None:
        return "", UNSEATED_TOKENS
    row = place.town.config.catalogue[name]
    return name, int(room_chars(row.context, row.max_output) * _SHARE) // CHARS_PER_TOKEN


def _parts(place: _Place) -> Iterator[Part]:
    """In the order in which a session reads them; what a session cannot do without is cut last."""
    town, bead = place.town, place.bead
    yield Part(name="role card", text=card_of(place.role, town.cards(place.rig)).text, rank=1)
    more = directives(place.role, town.directives(place.rig))
    yield Part(name="directives", text=more, rank=2)
    guide = town.config.rig(place.rig).guide
    yield Part(name="the rig", text=describe_tree(place.rig, place.worktree, guide), rank=5)
    yield Part(name="the bead", text=bead_text(bead), rank=0)
    step = place.step
    if place.molecule is not None and step is not None:
        yield Part(name="sent back", text=rework_text(step.metadata.get("reasons", ())), rank=1)
        where = position_text(town.ledger, place.molecule, place.key)
        yield Part(name=POSITION, text=where, rank=3, quoted=True)
        sessions = town.layout.session(step.id, 0).parent
        main = f"origin/{town.config.rig(place.rig).branch}"
        yield from parts_before(sessions, _AFTER_ALL, place.worktree, main)
    yield Part(name="your mail", text=_mail_text(place), rank=4, quoted=True)


def _mail_text(place: _Place) -> str:
    try:
        address = Address(text=place.agent)
    except MailError:
        return ""
    hears = ears(address, place.town.config)
    found = [mail for mail in inbox(place.town.ledger, address, hears=hears) if not mail.read]
    more = [f"… and {len(found) - _MOST_MAIL} more"] if len(found) > _MOST_MAIL else []
    return "\n".join([*map(_mail_line, found[:_MOST_MAIL]), *more])


def _mail_line(mail: Mail) -> str:
    return f"- {mail.id} from {mail.letter.sender}: {mail.letter.title}"
