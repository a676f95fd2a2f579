"""hooks: beads on an agent's hook that nothing will carry, and convoys that carry nothing."""

from collections.abc import Iterator

from gastown.beads.bead import Bead
from gastown.convoys.molecule import find_molecule
from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene
from gastown.hooks.hook import Hook, hooks, is_empty
from gastown.hooks.sling import close_empty, take_down

NAME = "hooks"
_ACTOR = "doctor"


def _look(scene: Scene) -> Iterator[Ailment]:
    ledger = scene.town.ledger
    for hook in hooks(ledger, scene.town.config):
        if hook.bead in scene.in_hand:
            continue
        if hook.is_forgotten:
            yield _forgotten(scene, hook)
        elif _is_unordered(scene, hook):
            yield _unordered(hook)
    for convoy in scene.convoys.values():
        if is_empty(convoy):
            yield _empty(scene, convoy)


def _forgotten(scene: Scene, hook: Hook) -> Ailment:
    finding = Finding(
        check=NAME,
        subject=hook.bead,
        said=f"hangs on the hook of {hook.agent}, and no convoy carries it",
        severity="error",
        mend="take it off, so that it is open, for nobody in particular",
    )
    return Ailment(finding, lambda: _taken_down(scene, hook))


def _taken_down(scene: Scene, hook: Hook) -> str:
    done = take_down(scene.town, hook.bead, "nothing carried it", actor=_ACTOR)
    return f"is open again; sling it: town sling {hook.bead}" if done else ""


def _is_unordered(scene: Scene, hook: Hook) -> bool:
    if hook.state != "hooked" or not hook.convoy or hook.formula:
        return False
    return find_molecule(scene.town.ledger, hook.convoy) is None


def _unordered(hook: Hook) -> Ailment:
    """A person bound it; how it is to be launched nobody said."""
    return Ailment(
        Finding(
            check=NAME,
            subject=hook.bead,
            said=f"hangs on the hook of {hook.agent}, and {hook.convoy} was never launched",
            advice=f"launch it: town convoy launch {hook.convoy}, or town unsling {hook.bead}",
        )
    )


def _empty(scene: Scene, convoy: Bead) -> Ailment:
    finding = Finding(
        check=NAME,
        subject=convoy.id,
        said="was slung and carries nothing",
        mend="close it",
    )
    return Ailment(finding, lambda: _closed(scene, convoy))


def _closed(scene: Scene, convoy: Bead) -> str:
    done = close_empty(scene.town, convoy.id, "carried nothing", actor=_ACTOR)
    return "closed" if done else ""


CHECK = Check(NAME, "beads on hooks that nothing will carry", _look)
