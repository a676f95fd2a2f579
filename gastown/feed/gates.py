"""What happened to a gate: it waits, called a person, was refused, opened."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from gastown.feed.told import Sight, Told, someone
from gastown.gates.record import GATE, GateRecord
from gastown.gates.words import waits_for

_AT_ONCE = timedelta(seconds=2)  # a record is whole at each change; what is older was told before


def tell_gate(sight: Sight) -> Told | None:
    """An event of a gate's bead; None for what only the machinery cares for."""
    if sight.event.kind == "closed":
        who = someone(sight.event.actor)
        return _told(sight, "opened", f"{sight.glance.title} is open: {sight.reason}", who)
    record = _record(sight.metadata)
    if sight.event.kind != "updated" or record is None:
        return None
    title, at = sight.glance.title, sight.event.at
    if "issue_type" in sight.event.data:
        return _told(sight, "waits", f"{title} waits for {waits_for(record.gate)}", "town")
    if record.rejected is not None and _just_now(record.rejected.at, at):
        said, who = record.rejected, someone(record.rejected.by)
        return _told(sight, "refused", f"{who} said no to {title}: {said.reason}", who)
    called = record.escalated
    if called is not None and not called.told and _just_now(called.at, at):
        return _told(sight, "overdue", f"{title} needs a person: {called.reason}", "town")
    return None


def _told(sight: Sight, what: str, said: str, actor: str) -> Told:
    scene, glance = sight.scene, sight.glance
    convoy = scene.root(sight.bead).convoy
    rig = glance.rig or scene.rig_of(glance.bead)
    return Told("gate", what, said, actor, glance.bead, rig, convoy, glance.key)


def _record(metadata: Mapping[str, Any]) -> GateRecord | None:
    try:
        return GateRecord.model_validate(metadata.get(GATE))
    except ValidationError:
        return None


def _just_now(then: datetime, at: datetime) -> bool:
    return abs(at - then) <= _AT_ONCE
