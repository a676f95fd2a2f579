"""respond: what is done about a verdict: a nudge, a recycling with the work kept, a person.

Nothing is done twice for the same silence, and a step's sessions are recycled at most three times.
"""

from dataclasses import dataclass
from typing import Literal

from gastown.health.judge import Verdict
from gastown.stage import Frozen
from gastown.town.tables.health import HealthTable

Action = Literal["leave", "nudge", "recycle", "escalate", "bury"]


class History(Frozen):
    """What was done about a step so far. `nudged` and `escalated` name sessions."""

    nudged: str = ""
    recycles: int = 0
    deaths: int = 0
    escalated: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """What is to be done about a session, and because of what."""

    action: Action
    reason: str


def respond(verdict: Verdict, history: History, table: HealthTable) -> Response:
    """What is to be done about one session.

    The dead are buried: their claims are void, and whoever carries their step out again finds the
    worktree as it was left.
    """
    if verdict.kind != "stuck":
        return Response("bury" if verdict.kind == "dead" else "leave", verdict.reason)
    return _to_stuck(verdict, history, table)


def _to_stuck(verdict: Verdict, history: History, table: HealthTable) -> Response:
    if history.escalated == verdict.session:
        return Response("leave", f"{verdict.reason}; a person was told")
    if history.nudged != verdict.session:
        return Response("nudge", verdict.reason)
    if verdict.silence_s < table.stuck_s:
        return Response("leave", f"{verdict.reason}; it was nudged")
    if history.recycles < table.recycles:
        again = f"{history.recycles + 1} of at most {table.recycles}"
        return Response("recycle", f"{verdict.reason}; recycling {again}")
    spent = f"sessions of its step were recycled {history.recycles} times"
    return Response("escalate", f"{verdict.reason}; {spent}")


def after(response: Response, session: str, history: History) -> History:
    """The history once a response is carried out; kept before it is, so that a crash counts."""
    changes: dict[str, str | int] = {}
    match response.action:
        case "nudge":
            changes = {"nudged": session}
        case "recycle":
            changes = {"recycles": history.recycles + 1, "nudged": ""}
        case "escalate":
            changes = {"escalated": session}
        case "bury":
            changes = {"deaths": history.deaths + 1}
        case "leave":
            pass
    return history.model_copy(update=changes)
