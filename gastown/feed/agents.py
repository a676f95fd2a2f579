"""Agents: who is at work, as a person wants to know it: at what, doing what, since when."""

from collections.abc import Callable, Iterable

from pydantic import Field

from gastown.feed.sessions import doing
from gastown.health.judge import Verdict
from gastown.health.pulse import Pulse
from gastown.stage import Frozen


class AgentLine(Frozen):
    """One session. Ages in seconds; `health` is how the patrols judge it, and because of what."""

    agent: str
    session: str
    rig: str = ""
    convoy: str = ""
    bead: str = ""
    title: str = ""
    state: str
    does: str
    state_s: float
    silence_s: float
    turns: int = 0
    tokens: int = 0
    health: str
    because: str = Field(default="", description="Why it is judged so.")


def agents_of(
    pulses: Iterable[Pulse], judge: Callable[[Pulse], Verdict], now: float
) -> tuple[AgentLine, ...]:
    """A line for each session; what is wrong stands first. `now` in seconds since the epoch."""
    found = [_line(one, judge(one), now) for one in pulses]
    return tuple(sorted(found, key=lambda line: (line.health not in {"dead", "stuck"}, line.agent)))


def _line(pulse: Pulse, verdict: Verdict, now: float) -> AgentLine:
    return AgentLine(
        agent=pulse.agent,
        session=pulse.session,
        rig=pulse.rig,
        convoy=pulse.convoy,
        bead=pulse.bead,
        title=pulse.title,
        state=pulse.state,
        does=doing(pulse),
        state_s=max(0.0, now - pulse.since),
        silence_s=verdict.silence_s,
        turns=pulse.turns,
        tokens=pulse.tokens,
        health=verdict.kind,
        because=verdict.reason,
    )
