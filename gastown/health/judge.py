"""judge: whether a session works, thinks, waits, is stuck or dead; from facts, without a model.

What is silent for long is not stuck for that: a model may think, a command run, another hold the
lock. A session is stuck when nothing of that explains its silence, or when it outlasts the limit
by which what it does should have ended by itself.
"""

from dataclasses import dataclass
from typing import Literal

from gastown.health.pulse import Pulse
from gastown.town.tables.health import HealthTable

Kind = Literal["working", "thinking", "waiting", "stuck", "dead"]
Life = Literal["alive", "gone", "unknown"]
BEATS = 2  # beats that one on another host may miss
COMPUTES_S = 3600.0  # our own code computes for no longer without a sign; what does loops


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen of a session and its process; all times are seconds.

    `silence_s` is since anything came of it, `beat_s` since it last beat, never more than that.
    `over_s` is how long ago what it does should have ended by itself: below 0 it has that long
    yet, None is without an end. `command`: a process that it waits for runs. `computes`: its own
    thread does.
    """

    life: Life
    silence_s: float
    beat_s: float
    over_s: float | None = None
    command: bool = False
    computes: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a session is, for how long nothing came of it, and because of what."""

    session: str
    kind: Kind
    silence_s: float
    reason: str


def judge(pulse: Pulse, sight: Sight, table: HealthTable) -> Verdict:
    """How a session is. With time alone it never gets better."""
    kind, reason = _judged(pulse, sight, table)
    return Verdict(pulse.session, kind, sight.silence_s, reason)


def _judged(pulse: Pulse, sight: Sight, table: HealthTable) -> tuple[Kind, str]:
    if death := _death(pulse, sight):
        return "dead", death
    if pulse.state == "tool" and sight.command:
        return "working", f"runs {pulse.what or 'a command'}"
    if sight.beat_s >= table.stale_s:
        return "stuck", f"process {pulse.pid} lives and has not beaten for {_said(sight.beat_s)}"
    if pulse.state == "waiting":
        return "waiting", f"waits for {pulse.what or 'its turn'}"
    return _silent(pulse, sight, table)


def _death(pulse: Pulse, sight: Sight) -> str:
    if sight.life == "gone":
        return f"process {pulse.pid} of {pulse.host} is gone"
    if sight.life == "unknown" and sight.beat_s > BEATS * pulse.beat_s:
        return (
            f"{pulse.host} has not beaten for {_said(sight.beat_s)}, and every "
            f"{_said(pulse.beat_s)} it should"
        )
    return ""


def _silent(pulse: Pulse, sight: Sight, table: HealthTable) -> tuple[Kind, str]:
    """Of one that beats, and neither waits nor runs a command."""
    asks = pulse.state in {"thinking", "streaming"}
    kind: Kind = "thinking" if asks else "working"
    doing = f"{pulse.state} {pulse.what}".rstrip()
    if sight.silence_s < table.stale_s:
        return kind, f"{doing}, last heard of {_said(sight.silence_s)} ago"
    if sight.over_s is not None and sight.over_s <= 0:
        return kind, (
            f"{doing}, silent for {_said(sight.silence_s)}; it gives up by itself in "
            f"{_said(-sight.over_s)}"
        )
    if sight.computes and sight.silence_s < COMPUTES_S:
        return "working", f"{doing}, computes; last sign {_said(sight.silence_s)} ago"
    limit = "" if sight.over_s is None else f", {_said(sight.over_s)} beyond its own limit"
    return "stuck", f"{doing}: nothing came for {_said(sight.silence_s)}{limit}"


def _said(seconds: float) -> str:
    """E.g. `40 s`, `12 min`, `3.5 h`."""
    if seconds < 120:  # noqa: PLR2004 - below two minutes seconds say more
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"  # noqa: PLR2004
