"""tell: an event of the ledger as a line of the feed. Pure; every text in it is one safe line."""

from collections.abc import Callable, Mapping

from gastown.agents.prose import one_line
from gastown.beads.bead import MESSAGE
from gastown.beads.ledger import Event
from gastown.convoys.convoy import CONVOY
from gastown.convoys.molecule import GATE, MOLECULE
from gastown.feed.beads import tell_bead, tell_letter, tell_request
from gastown.feed.convoys import tell_convoy, tell_molecule
from gastown.feed.cursor import cursor_of
from gastown.feed.escalations import tell_escalation
from gastown.feed.gates import tell_gate
from gastown.feed.item import FeedItem
from gastown.feed.scene import Glance, Scene, root_of
from gastown.feed.steps import tell_step
from gastown.feed.told import Sight, Told

_CHARS = 400
Teller = Callable[[Sight], Told | None]
_TELLERS: Mapping[str, Teller] = {
    MESSAGE: tell_letter,
    CONVOY: tell_convoy,
    MOLECULE: tell_molecule,
    "merge-request": tell_request,
}


def tell(event: Event, scene: Scene) -> FeedItem | None:
    """The event as a sentence; None for what only the machinery cares for."""
    sight = Sight(event, scene.look(event), scene)
    told = _teller(event, sight.glance, scene)(sight)
    if told is None:
        return None
    return FeedItem(
        seq=event.seq,
        cursor=cursor_of(event),
        at=event.at,
        kind=told.kind,
        what=told.what,
        source=event.bead,
        rig=told.rig,
        convoy=told.convoy,
        bead=told.bead,
        step=told.step,
        actor=one_line(told.actor, _CHARS),
        said=one_line(told.said, _CHARS),
    )


def _teller(event: Event, glance: Glance, scene: Scene) -> Teller:
    root = root_of(event.bead)
    if root != event.bead and (scene.root(event.bead).issue_type == MOLECULE or "-mol-" in root):
        return _step(glance)
    if glance.severity:
        return tell_escalation
    return _TELLERS.get(glance.issue_type, tell_bead)


def _step(glance: Glance) -> Teller:
    return tell_gate if GATE in (glance.issue_type, glance.kind) else tell_step
