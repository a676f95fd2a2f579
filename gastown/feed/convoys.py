"""What happened to a convoy: made, launched, landed, failed, given up."""

from gastown.convoys.ending import ENDED
from gastown.feed.told import Sight, Told, record_in, someone, titled

_LANDED, _DROPPED = "landed", "dropped: "


def tell_convoy(sight: Sight) -> Told | None:
    """An event of a convoy's bead."""
    kind, who = sight.event.kind, someone(sight.event.actor)
    name = titled(sight.bead, sight.glance.title)
    if kind == "created":
        return _told(sight.bead, "made", f"{who} made the convoy {name}", who)
    if kind == "reopened":
        return _told(sight.bead, "reopened", f"{who} opened {name} again: {sight.reason}", who)
    if kind == "updated":
        return _failed(sight, name)
    return _closed(sight, name, who) if kind == "closed" else None


def tell_molecule(sight: Sight) -> Told | None:
    """An event of the bead of a convoy's plan."""
    convoy = sight.glance.convoy
    if not convoy:
        return None
    name = titled(convoy, sight.scene.title(convoy))
    if sight.event.kind == "created":
        formula = sight.glance.formula or sight.glance.title.split(" ", 1)[0]
        return _told(convoy, "launched", f"{name} is under way, by the formula {formula}", "town")
    if sight.event.kind == "claimed" and sight.text("from"):
        return _told(convoy, "resumed", f"{name} goes on: the run before it died", "town")
    return None


def _closed(sight: Sight, name: str, who: str) -> Told:
    reason = sight.reason
    if reason.startswith(_LANDED):
        said = reason.removeprefix(_LANDED).lstrip(": ")
        return _told(sight.bead, "landed", f"{name} has landed: {said}", who)
    if reason.startswith(_DROPPED):
        said = f"{name} was given up: {reason.removeprefix(_DROPPED)}"
        return _told(sight.bead, "given up", said, who)
    return _told(sight.bead, "closed", f"{who} closed {name}: {reason}", who)


def _failed(sight: Sight, name: str) -> Told | None:
    ended = record_in(sight.metadata.get(ENDED))
    if not ended:
        return None
    return _told(sight.bead, "failed", f"{name} did not land: {ended.get('why', '')}", "town")


def _told(convoy: str, what: str, said: str, actor: str) -> Told:
    return Told("convoy", what, said, actor, convoy=convoy)
