"""What happened to an escalation: raised, acknowledged, forwarded, risen, settled."""

from collections.abc import Mapping
from typing import Any, cast

from gastown.escalation.record import KEY
from gastown.feed.told import Sight, Told, record_in, someone, titled

_WORDS = {
    "again": "met it again",
    "worsened": "says that it is worse",
    "acked": "is at it",
    "forwarded": "passed it on",
    "rose": "had it rise",
    "reminded": "asked once more",
}
_MOVES = frozenset({"worsened", "forwarded", "rose"})


def tell_escalation(sight: Sight) -> Told | None:
    """An event of an escalation's bead; that somebody was notified is on its own record."""
    glance, who = sight.glance, someone(sight.event.actor)
    name = titled(sight.bead, glance.title)
    if sight.event.kind == "created":
        how = f"{glance.severity} {glance.category}".strip()
        return _told(sight, "raised", f"{who} escalated ({how}): {glance.title}", who)
    if sight.event.kind == "closed":
        return _told(sight, "settled", f"{who} settled {name}: {sight.reason}", who)
    link = _news(record_in(sight.metadata.get(KEY)))
    did = str(link.get("did", ""))
    if did not in _WORDS:
        return None
    who = someone(str(link.get("who", "")))
    to = f", now with the {str(link.get('tier', '')).capitalize()}" if did in _MOVES else ""
    why = f": {link['why']}" if link.get("why") else ""
    return _told(sight, did, f"{name}: {who} {_WORDS[did]}{to}{why}", who)


def _news(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The newest link of the chain, where it is that which was added: no notice is newer."""
    links, notices = _records(record.get("chain")), _records(record.get("notices"))
    if not links or any(str(one.get("at")) >= str(links[-1].get("at")) for one in notices):
        return {}
    return links[-1]


def _records(found: Any) -> list[Mapping[str, Any]]:
    return [record_in(one) for one in cast("list[Any]", found)] if isinstance(found, list) else []


def _told(sight: Sight, what: str, said: str, actor: str) -> Told:
    about, scene = sight.glance.about, sight.scene
    rig = sight.glance.rig or scene.rig_of(about)
    convoy = scene.convoys.get(about, "") or scene.root(about).convoy
    return Told("escalation", what, said, actor, about, rig, convoy)
