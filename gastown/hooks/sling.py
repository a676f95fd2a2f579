"""sling: put beads onto hooks, with the convoy that carries them; and take them off again.

Nothing is launched here. A convoy whose order stands in the ledger is launched by whoever finds it:
the command that slung it, else the town (`flows/propulsion.py`).
"""

from collections.abc import Callable, Mapping, Sequence

from gastown.agents.prose import one_line
from gastown.beads.bead import CLOSED, HOOKED, Bead, Draft
from gastown.beads.ledger import Ledger
from gastown.convoys.convoy import check_beads, convoy_of, draft_convoy, preview
from gastown.convoys.molecule import find_molecule
from gastown.errors import ClaimedError, GasTownError, LedgerError
from gastown.hooks.hook import SLUNG, Hook, Order, hook_on, hooks, is_empty
from gastown.hooks.target import Target, check_fits
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.rigs.slots import Slot, free, slot_of, slots, take
from gastown.stage import Frozen
from gastown.town.layout import RigLayout
from gastown.town.town import Town

LOCK = "hooks.lock"
Look = Callable[[Bead], None]
_SHOWN = 400  # characters of the first bead's title; a title that came by import may be long


class Slung(Frozen):
    """Beads by the agents on whose hooks they hang now, and the convoy that carries them."""

    hooks: Mapping[str, str]
    convoy: str = ""


class Unslung(Frozen):
    """A bead that is off its hook. `kept` is a slot in which work lies that is not merged."""

    bead: str
    agent: str
    closed: str = ""
    kept: str = ""


def sling(
    town: Town,
    beads: Sequence[str],
    target: Target | None,
    order: Order,
    *,
    look: Look = lambda _: None,
    actor: str = "",
) -> Slung:
    """Hang beads on hooks, each on its own polecat's, or on that of who was named.

    `look` is shown the convoy that would be made; what it raises, nothing is done of.

    Raises:
        ClaimedError: A bead is on a hook already, or the hook that was named is not free.
        LedgerError: A bead is closed, blocked, of another rig, or travels already.
        NotFoundError: There is no such bead, rig or profile.
    """
    found = _checked(town, beads, target)
    with file_lock(town.layout.state / LOCK):
        if target is not None and target.by_person:
            check_beads(town.ledger, town.config, [found[0].id])
            town.ledger.hook({found[0].id: str(target)}, actor=actor)
            return Slung(hooks={found[0].id: str(target)})
        ids = [bead.id for bead in found]
        carrier = _carrier(town, found, order)
        look(preview(carrier, found[0].created_at))
        agents = _agents(town, ids, target.name if target else "")
        try:
            made = town.ledger.hook(agents, carrier, actor=actor)
        except GasTownError:
            _free_unbegun(town, town.ledger, ids)
            raise
        return Slung(hooks=agents, convoy=made.id if made else "")


def unsling(town: Town, said: str, reason: str = "taken off", *, actor: str = "") -> Unslung:
    """Take a bead off its hook, named by itself or by the agent.

    Its convoy goes on with the others it carries, and is closed when it carries none. The slot goes
    back to the pool unless work lies in it, which the bead finds again when it is slung anew.

    Raises:
        NotFoundError: Nothing hangs there.
        LedgerError: Its work, or its convoy, has begun.
    """
    with file_lock(town.layout.state / LOCK):
        hook = hook_on(town.ledger, town.config, said)
        _check_unbegun(town.ledger, hook)
        town.ledger.unhook(hook.bead, reason, carrier=hook.convoy, actor=actor)
        over = bool(hook.convoy) and town.ledger.show(hook.convoy).status == CLOSED
        closed = hook.convoy if over else ""
        kept = "" if hook.by_person else _free_unbegun(town, town.ledger, [hook.bead])
    return Unslung(bead=hook.bead, agent=hook.agent, closed=closed, kept=kept)


def free_left_over(town: Town) -> list[str]:
    """Give back slots that a sling took which died before it hooked anything; one line each."""
    freed: list[str] = []
    with file_lock(town.layout.state / LOCK):
        for rig in town.config.rigs:
            layout = town.layout.rig(rig)
            for slot in slots(layout):
                if not begun(layout, slot) and _is_nobodys(town, slot.bead):
                    free(layout, slot.bead)
                    freed.append(f"{rig}/{slot.name} ({slot.bead})")
    return freed


def take_down(town: Town, bead: str, reason: str, *, actor: str = "") -> bool:
    """Take a bead off a hook from which nothing will ever carry it; False where something does."""
    with file_lock(town.layout.state / LOCK):
        hook = next((one for one in hooks(town.ledger, town.config) if one.bead == bead), None)
        if hook is None or not hook.is_forgotten:
            return False
        town.ledger.unhook(bead, reason, actor=actor)
        _free_unbegun(town, town.ledger, [bead])
        return True


def close_empty(town: Town, convoy: str, reason: str, *, actor: str = "") -> bool:
    """Close a convoy that was slung and carries nothing; False where it is closed, or does."""
    with file_lock(town.layout.state / LOCK):
        found = town.ledger.show(convoy)
        if not is_empty(found):
            return False
        town.ledger.close(convoy, reason, actor=actor)
        return True


def begun(layout: RigLayout, slot: Slot) -> bool:
    """Whether anything was made under a slot's name: a worktree, or its branch."""
    return layout.polecat(slot.name).exists() or Repo(layout.canonical).branch_exists(slot.branch)


def _checked(town: Town, beads: Sequence[str], target: Target | None) -> list[Bead]:
    found = [town.ledger.show(bead) for bead in dict.fromkeys(beads)]
    for bead in found:
        if bead.status == HOOKED:
            raise ClaimedError(
                f"{bead.id} is on the hook of {bead.assignee} already; take it off: "
                f"town unsling {bead.id}"
            )
    if target is not None:
        check_fits(found, target, town.config)
    return found


def _carrier(town: Town, beads: Sequence[Bead], order: Order) -> Draft:
    ids = [bead.id for bead in beads]
    more = f" and {len(ids) - 1} more" if len(ids) > 1 else ""
    title = order.title or one_line(beads[0].title, _SHOWN) + more
    draft = draft_convoy(
        town.ledger, town.config, title, ids, profile=order.profile, merge=order.merge
    )
    said = order.model_dump(mode="json", include={"formula", "values"})
    return draft.model_copy(update={"metadata": {**draft.metadata, SLUNG: said}})


def _agents(town: Town, beads: Sequence[str], name: str) -> dict[str, str]:
    agents: dict[str, str] = {}
    for bead in beads:
        rig = town.config.rig_of(bead)
        agents[bead] = f"{rig}/{take(town.layout.rig(rig), bead, name).name}"
    return agents


def _free_unbegun(town: Town, ledger: Ledger, beads: Sequence[str]) -> str:
    """Give back the slots of beads that hang nowhere and were not begun; the last one kept."""
    kept = ""
    for bead in beads:
        rig = town.config.rig_of(bead)
        layout = town.layout.rig(rig)
        slot = slot_of(layout, bead)
        if slot is None or ledger.show(bead).assignee == f"{rig}/{slot.name}":
            continue
        if begun(layout, slot):
            kept = f"{rig}/{slot.name}"
        else:
            free(layout, bead)
    return kept


def _is_nobodys(town: Town, bead: str) -> bool:
    found = [one for one in town.ledger.find(status="open") if one.id == bead and not one.assignee]
    return bool(found) and convoy_of(town.ledger, bead) is None


def _check_unbegun(ledger: Ledger, hook: Hook) -> None:
    if hook.state != "hooked":
        raise LedgerError(
            f"{hook.bead} cannot be taken off the hook of {hook.agent}: its work has begun; give "
            f"its convoy up: town convoy drop {hook.convoy}"
        )
    if hook.convoy and find_molecule(ledger, hook.convoy) is not None:
        raise LedgerError(
            f"{hook.bead} travels with {hook.convoy}, which is under way; give that up first: "
            f"town convoy drop {hook.convoy}"
        )
