"""What happened to a step of a molecule: an agent began, was done, was sent back, failed."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from gastown.feed.told import Sight, Told, record_in, someone

_MERGED = " and merged as "


def tell_step(sight: Sight) -> Told | None:
    """An event of a step's bead; None for what only the machinery cares for."""
    if sight.glance.kind == "join":
        return None
    tell = _TELLERS.get(sight.event.kind)
    return tell(sight) if tell else None


def _claimed(sight: Sight) -> Told:
    who, again = _who(sight), bool(sight.text("from"))
    if not again:
        return _told(sight, "began", f"{who} began{_subject(sight, ' ')}", who)
    said = f"{who} began again{_subject(sight, ' with ')}: the run before it died"
    return _told(sight, "taken over", said, who)


def _closed(sight: Sight) -> Told:
    who = sight.event.actor or _who(sight)
    # The bead's own event has told of the merge, and of the slot that is named already.
    reason = sight.reason.split(_MERGED, 1)[0].removeprefix(f"{who.rsplit('/', 1)[-1]}: ")
    return _told(sight, "closed", f"{who} is done{_subject(sight, ' with ')}: {reason}", who)


def _updated(sight: Sight) -> Told | None:
    who = _who(sight)
    if review := _last(sight.metadata.get("reviews")):
        why = _summary(review).removeprefix("sent back: ")
        said = f"{who} sent back{_subject(sight, ' ', 'its work')}: {why}"
        return _told(sight, "sent back", said, who)
    failure = _last(sight.metadata.get("failures"))
    if failure.get("verdict") != "failed":
        return None
    return _told(
        sight, "failed", f"{who} failed{_subject(sight, ' at ')}: {_summary(failure)}", who
    )


def _reopened(sight: Sight) -> Told | None:
    who = sight.event.actor
    if not who:  # sent back: the review has told it
        return None
    said = f"{who} opened {_name(sight)} again: {sight.reason}"
    return _told(sight, "reopened", said, who)


_TELLERS: Mapping[str, Callable[[Sight], Told | None]] = {
    "claimed": _claimed,
    "closed": _closed,
    "updated": _updated,
    "reopened": _reopened,
}


def _told(sight: Sight, what: str, said: str, actor: str) -> Told:
    glance, scene = sight.glance, sight.scene
    return Told(
        "step",
        what,
        said,
        actor=someone(actor),
        bead=glance.bead,
        rig=glance.rig or scene.rig_of(glance.bead),
        convoy=scene.root(sight.bead).convoy,
        step=glance.key,
    )


def _who(sight: Sight) -> str:
    """`game/opal` where the Polecat's slot is known, else `game/refinery`."""
    glance, scene = sight.glance, sight.scene
    slot = scene.beads[glance.bead].assignee if glance.bead in scene.beads else ""
    rig = glance.rig or scene.rig_of(glance.bead)
    if glance.role == "polecat" and rig and slot.startswith(f"{rig}/"):
        return slot
    role = glance.role or glance.assignee or "somebody"
    return f"{rig}/{role}" if rig else role


def _name(sight: Sight) -> str:
    """The bead, the assembly, or the step's title where that says more than role and rig."""
    glance = sight.glance
    if glance.bead or glance.assembly:
        return glance.bead or glance.assembly
    return "" if glance.title in {f"{glance.role} {glance.rig}", glance.role} else glance.title


def _subject(sight: Sight, before: str, instead: str = "") -> str:
    name = _name(sight) or instead
    if not name:
        return ""
    title = sight.scene.title(sight.glance.bead) if sight.event.kind == "claimed" else ""
    return f"{before}{name} ({title})" if title else f"{before}{name}"


def _last(records: Any) -> Mapping[str, Any]:
    return record_in(
        cast("list[Any]", records)[-1] if isinstance(records, list) and records else None
    )


def _summary(record: Mapping[str, Any]) -> str:
    return str(record.get("summary") or "no reason on record")
