"""Ways a session ends: one tree, one sentence each. Raised anywhere in a step, caught once."""

from pydantic import BaseModel

from gastown.agents.protocols import Check, Status


class Stop(Exception):  # noqa: N818 - most ways to stop are no errors
    """Root of every way a session ends."""

    status: Status = "gave_up"


class Submitted(Stop):
    """Raised when code's own check accepts a submission."""

    status: Status = "done"

    def __init__(self, answer: BaseModel | None, check: Check) -> None:
        self.answer = answer
        self.check = check
        super().__init__("")


class GaveUp(Stop):
    """Raised when the model declines, or its edits failed once too often."""


class LimitReached(Stop):
    """Root of the limits, which are counted outside the model's reach."""

    status: Status = "limit"


class TurnsSpent(LimitReached):
    """Raised before one request more than the job allows."""


class TokensSpent(LimitReached):
    """Raised when the session has used its tokens."""


class TimeSpent(LimitReached):
    """Raised when the session has used its seconds."""


class MoneySpent(LimitReached):
    """Raised when the session has used its micro-dollars."""


class Unpaid(LimitReached):
    """Raised when no budget has room for what the next request may cost."""


class TooManyBadAnswers(LimitReached):
    """Raised when too many answers in a row could not be used."""


class ContextFull(LimitReached):
    """Raised instead of sending a request that the model's context cannot hold."""


class HandedOff(Stop):
    """Raised at a turn boundary where a session is to end for a fresh one to go on."""

    status: Status = "handed_off"


class Crashed(Stop):
    """Raised when the model's endpoint gives no answer; `busy` if it may give one later."""

    status: Status = "crashed"

    def __init__(self, said: str, *, busy: bool = False) -> None:
        self.busy = busy
        super().__init__(said)
