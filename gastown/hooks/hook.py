"""Hook: which bead hangs on which agent, and what carries it."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from gastown.beads.bead import CLOSED, HOOKED, IN_PROGRESS, TRACKS, Bead
from gastown.beads.hooking import is_on_hook
from gastown.beads.ledger import Ledger
from gastown.convoys.convoy import CONVOY
from gastown.errors import NotFoundError
from gastown.stage import Frozen
from gastown.town.config import TownConfig
from gastown.town.tables.merge_queue import MergeMode

SLUNG = "slung"
"""Key of a convoy's metadata: how it is to be launched by whoever finds it on a hook."""
State = Literal["hooked", "under way"]


class Order(Frozen):
    """How beads that are slung travel, and are launched."""

    formula: str = "convoy"
    values: dict[str, str] = Field(default_factory=dict)
    title: str = Field(default="", description="Of their convoy; default: the first bead's.")
    profile: str = Field(default="", description="balanced, frugal, …; default: the town's.")
    merge: MergeMode | None = Field(default=None, description="Their way to main; default: rigs'.")


class Hook(Frozen):
    """An agent's hook with its bead. `convoy` is empty where nothing carries the bead."""

    agent: str
    bead: str
    title: str
    state: State
    convoy: str = ""
    formula: str = ""
    by_person: bool = Field(default=False, description="A person does it, not the town.")

    @property
    def is_forgotten(self) -> bool:
        """Whether the town is to do it, and no convoy that is under way carries it."""
        return self.state == "hooked" and not self.by_person and not self.convoy

    @property
    def said(self) -> str:
        """What becomes of it, in a few words."""
        if self.by_person:
            return "a person's"
        if self.state == "under way":
            return "under way"
        if self.convoy and self.formula:
            return "the town runs it"
        if self.convoy:
            return f"waits for: town convoy launch {self.convoy}"
        return f"nothing carries it; take it off: town unsling {self.bead}"


def hooks(ledger: Ledger, config: TownConfig) -> list[Hook]:
    """Every hook of the town's rigs on which a bead hangs, by agent."""
    carriers = dict(_carriers(ledger))
    found = [*ledger.find(status=HOOKED), *ledger.find(status=IN_PROGRESS)]
    mine = (bead for bead in found if is_on_hook(bead) and _rig(bead) in config.rigs)
    return sorted((_hook(bead, carriers) for bead in mine), key=lambda hook: hook.agent)


def hook_on(ledger: Ledger, config: TownConfig, said: str) -> Hook:
    """The hook of an agent, or the one on which a bead hangs. Raises NotFoundError."""
    standing = hooks(ledger, config)
    for hook in standing:
        if said.rstrip("/") in {hook.agent, hook.bead}:
            return hook
    held = ", ".join(f"{hook.agent} ({hook.bead})" for hook in standing) or "none holds anything"
    raise NotFoundError(f"nothing hangs on a hook of {said!r}; hooks: {held}")


def order_of(convoy: Bead) -> Order | None:
    """How a convoy that was slung is to be launched; None for any other."""
    said = convoy.metadata.get(SLUNG)
    return None if said is None else Order.model_validate(said)


def unlaunched(ledger: Ledger) -> list[Bead]:
    """Convoys under way that carry a bead which still hangs there as it was slung, oldest first."""
    waiting = {bead.id for bead in ledger.find(status=HOOKED)}
    if not waiting:
        return []
    return [
        convoy
        for convoy in ledger.find(issue_type=CONVOY)
        if convoy.status != CLOSED and SLUNG in convoy.metadata and waiting & _tracked(convoy)
    ]


def is_empty(convoy: Bead) -> bool:
    """Whether a convoy that was slung, and is not closed, carries nothing."""
    return SLUNG in convoy.metadata and convoy.status != CLOSED and not _tracked(convoy)


def _hook(bead: Bead, carriers: Mapping[str, Bead]) -> Hook:
    carrier = carriers.get(bead.id)
    order = order_of(carrier) if carrier else None
    facts: dict[str, Any] = {
        "convoy": carrier.id if carrier else "",
        "formula": order.formula if order else "",
    }
    return Hook(
        agent=bead.assignee,
        bead=bead.id,
        title=bead.title,
        state="hooked" if bead.status == HOOKED else "under way",
        by_person="/crew/" in bead.assignee,
        **facts,
    )


def _carriers(ledger: Ledger) -> Iterator[tuple[str, Bead]]:
    for convoy in ledger.find(issue_type=CONVOY):
        if convoy.status != CLOSED:
            yield from ((bead, convoy) for bead in _tracked(convoy))


def _tracked(convoy: Bead) -> set[str]:
    return {edge.depends_on_id for edge in convoy.dependencies if edge.type == TRACKS}


def _rig(bead: Bead) -> str:
    return bead.assignee.partition("/")[0]
