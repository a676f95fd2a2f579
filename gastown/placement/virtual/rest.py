"""Rest: what is left of convoys that are under way, as a town of its own from now on."""

from collections.abc import Iterable, Mapping

from gastown.placement.agenda import Agenda
from gastown.placement.outlook import Outlook, Purse
from gastown.placement.session import Session
from gastown.placement.virtual.town import Convoy, Town


def rest(agendas: Mapping[str, Agenda], outlook: Outlook, *, spread: float = 0.0) -> Town:
    """The town from `outlook.now` on; its leases of sessions go by the sessions' keys.

    A session that is left and has no lease has not begun.
    """
    convoys = tuple(_convoy(name, agenda, outlook.now) for name, agenda in agendas.items())
    return Town(
        outlook.cap,
        convoys,
        limits={name: _limit(name, purse, convoys) for name, purse in outlook.purses.items()},
        cloud_room=outlook.cloud_room,
        spread=spread,
        now=outlook.now,
        leases=outlook.leases,
        loaded=outlook.loaded,
    )


def _convoy(name: str, agenda: Agenda, now: float) -> Convoy:
    left = tuple(agenda.left)
    return Convoy(name, left, now, agenda.stretch, agenda.purses, target=agenda.target)


def _limit(scope: str, purse: Purse, convoys: Iterable[Convoy]) -> int:
    """What the scope leaves to these convoys; what is kept for others is no longer there."""
    kept = sum(
        one.burst.reserve
        for convoy in convoys
        for one in bound(convoy.sessions)
        if one.burst and scope in convoy.purses + one.purses
    )
    return max(0, purse.left - max(0, purse.earmarked - kept))


def bound(sessions: Iterable[Session]) -> Iterable[Session]:
    """Those that only the cloud can take."""
    return (one for one in sessions if one.burst and not one.local)
