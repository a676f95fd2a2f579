"""triage: whether the Deacon is to be woken, from facts; where they do not decide, a model may.

Ages are Gas Town's: a patrol of less than five minutes is fresh, one of more than fifteen is none.
"""

from dataclasses import dataclass
from typing import Literal

from gastown.town.tables.health import HealthTable

Call = Literal["wake", "wait", "ask"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What Boot sees. `age_s` is since the Deacon's last round; None when there was none.

    `sessions` are at work; `acts` of them call for something to be done; `doubtful` are silent for
    longer than is usual, though what they do explains it; `mail` is unread at the Deacon.
    """

    age_s: float | None
    sessions: int = 0
    acts: int = 0
    doubtful: int = 0
    mail: int = 0


@dataclass(frozen=True, slots=True)
class Triage:
    """What Boot does, and because of what."""

    call: Call
    reason: str


def triage(facts: Facts, table: HealthTable) -> Triage:
    """Wake the Deacon, leave it, or ask a model."""
    if not facts.sessions and not facts.mail:
        return Triage("wait", "nobody is at work, and no mail waits")
    if facts.age_s is not None and facts.age_s < table.stale_s:
        return Triage("wait", f"the Deacon looked {facts.age_s:.0f} s ago")
    if facts.age_s is None or facts.age_s >= table.stuck_s:
        age = "never looked" if facts.age_s is None else f"last looked {facts.age_s:.0f} s ago"
        return Triage("wake", f"the Deacon {age}")
    for count, what in ((facts.acts, "sessions need it"), (facts.mail, "letters wait for it")):
        if count:
            return Triage("wake", f"the Deacon looked {facts.age_s:.0f} s ago, and {count} {what}")
    if facts.doubtful:
        return Triage("ask", f"{facts.doubtful} are silent for long, though that is explained")
    return Triage("wait", "every session is as it should be")
