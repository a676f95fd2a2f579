"""What happened to a bead of a rig, to a letter, and to whatever else is in the ledger."""

from collections.abc import Callable, Mapping
from typing import Any

from gastown.beads.bead import CLOSED, HOOKED, IN_PROGRESS
from gastown.feed.item import Kind
from gastown.feed.told import Sight, Told, someone, titled

_COMMIT = 10  # characters of a commit's name that git and a person take for the whole
_FIELDS = ("title", "description", "priority", "labels", "acceptance_criteria", "design", "notes")


def tell_bead(sight: Sight) -> Told | None:
    """An event of a bead that a person asked for."""
    tell = _TELLERS.get(sight.event.kind)
    return tell(sight) if tell else None


def tell_letter(sight: Sight) -> Told | None:
    """A letter was sent; that it was read is its reader's own affair."""
    if sight.event.kind != "created":
        return None
    glance, who = sight.glance, sight.glance.sender or someone(sight.event.actor)
    to = f" to {glance.assignee}" if glance.assignee else ""
    return _told(sight, "mail", "sent", f"{who} wrote{to}: {glance.title}", who, bead=glance.about)


def tell_request(sight: Sight) -> Told | None:
    """A merge was asked for, or is settled; the bead's own event tells of the merge itself."""
    event, who, title = sight.event, someone(sight.event.actor), sight.glance.title
    if event.kind == "created":
        return _told(sight, "merge", "queued", f"{who} asks to merge {title}", who)
    if event.kind == "closed":
        return _told(sight, "merge", "settled", f"{title}: {sight.reason}", who)
    return None


def _created(sight: Sight) -> Told:
    who = someone(sight.event.actor)
    return _about(sight, "made", f"{who} made {sight.bead}: {sight.glance.title}", who)


def _closed(sight: Sight) -> Told:
    who, name = _who(sight), titled(sight.bead, sight.glance.title)
    commit = sight.reason.removeprefix("Merged in ")
    if commit == sight.reason:
        return _about(sight, "closed", f"{who} closed {name}: {sight.reason}", who)
    said = f"{who} merged {sight.bead} as {commit[:_COMMIT]}: {sight.glance.title}"
    return _told(sight, "merge", "merged", said, who, bead=sight.bead)


def _status(sight: Sight) -> Told | None:
    status, name = sight.text("status"), titled(sight.bead, sight.glance.title)
    who = sight.text("assignee")
    if status == HOOKED:
        return _told(sight, "hook", "slung", f"{name} is on the hook of {who}", who)
    if status == IN_PROGRESS and who:
        return _told(sight, "hook", "taken", f"{who} took {name}", who)
    actor = someone(sight.event.actor)
    return None if status == CLOSED else _about(sight, status, f"{name} is {status}", actor)


def _hooked(sight: Sight) -> Told:
    who, name = sight.text("agent"), titled(sight.bead, sight.glance.title)
    return _told(sight, "hook", "slung", f"{name} is on the hook of {who}", who)


def _unhooked(sight: Sight) -> Told:
    who, name = sight.text("agent"), titled(sight.bead, sight.glance.title)
    said = f"{name} is off the hook of {who}: {sight.reason}"
    return _told(sight, "hook", "taken off", said, who)


def _updated(sight: Sight) -> Told | None:
    who, name = someone(sight.event.actor), titled(sight.bead, sight.glance.title)
    changed = [field.replace("_", " ") for field in _FIELDS if field in sight.event.data]
    if changed:
        return _about(sight, "changed", f"{who} changed {', '.join(changed)} of {name}", who)
    if to := sight.text("assignee"):
        return _told(sight, "hook", "given", f"{who} gave {name} to {to}", who)
    return None


def _reopened(sight: Sight) -> Told:
    who, name = someone(sight.event.actor), titled(sight.bead, sight.glance.title)
    return _about(sight, "reopened", f"{who} opened {name} again: {sight.reason}", who)


def _linked(sight: Sight) -> Told | None:
    if sight.text("type") != "blocks":
        return None
    who, name = someone(sight.event.actor), titled(sight.bead, sight.glance.title)
    return _about(sight, "linked", f"{name} waits for {sight.text('on')} now", who)


_TELLERS: Mapping[str, Callable[[Sight], Told | None]] = {
    "created": _created,
    "closed": _closed,
    "status_changed": _status,
    "hooked": _hooked,
    "unhooked": _unhooked,
    "updated": _updated,
    "reopened": _reopened,
    "dependency_added": _linked,
}


def _who(sight: Sight) -> str:
    """`game/refinery`, where a role of a rig did it."""
    actor, rig = sight.event.actor, sight.scene.rig_of(sight.bead)
    return f"{rig}/{actor}" if rig and actor == "refinery" else someone(actor)


def _about(sight: Sight, what: str, said: str, actor: str) -> Told:
    return _told(sight, "bead", what, said, actor, bead=sight.bead)


def _told(sight: Sight, kind: Kind, what: str, said: str, actor: str, **about: Any) -> Told:
    bead = str(about.get("bead") or sight.bead if kind != "mail" else about.get("bead", ""))
    scene = sight.scene
    rig = scene.rig_of(bead) or (actor.split("/", 1)[0] if "/" in actor else "")
    rig = rig if rig in scene.rigs.values() else ""
    return Told(kind, what, said, actor, bead, rig, scene.convoys.get(bead, ""))
