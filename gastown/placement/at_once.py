"""At once: how a session is placed for which somebody waits at a terminal: nothing is put off.

It is the policy of convoys with a target so near that waiting for the machine would always miss it,
while a start here, now, never does.
"""

from dataclasses import replace

from gastown.placement.decide import Decision
from gastown.placement.outlook import Ready
from gastown.placement.routes import A_SANDBOX
from gastown.placement.session import Session


def at_once(session: Session, now: float, purses: tuple[str, ...]) -> Ready:
    """The session as one that must begin now: here where it fits, else in the cloud.

    Where the cloud takes it not, for want of money or a route, it waits for the machine.
    """
    ways = [way.seconds for way in (session.local, session.burst) if way is not None]
    return Ready(session, since=now, tail=0.0, target=now + max(ways, default=0.0), purses=purses)


def because(decision: Decision) -> str:
    """Why it runs where it does, as who waits for it would say it."""
    if decision.kind == "cloud" and decision.facts.short:
        return f"{decision.facts.short} is taken here, and an answer is waited for"
    return decision.reason


def from_here(session: Session) -> Session:
    """The session with its cloud model asked from this machine: it takes a sandbox of it."""
    if session.cloud is None:
        return session
    return replace(session, cloud=replace(session.cloud, claims=A_SANDBOX))
