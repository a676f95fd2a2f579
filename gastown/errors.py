"""What can go wrong in the town: one tree, one sentence each.

Every message names the file, key or value at fault and, where there is one, the way out.
Errors that only one package raises are defined here too, so that a caller finds them in one place.
"""

from collections.abc import Sequence
from typing import Literal

OutageKind = Literal["unreachable", "disk"]
CapacityKind = (
    Literal["pool", "worker", "provider", "money", "road", "died", "room", "stuck", "killed"]
    | OutageKind
)
OUTAGES: frozenset[CapacityKind] = frozenset({"unreachable", "disk"})
AT_HOME: frozenset[CapacityKind] = frozenset({"room", "stuck", "killed", *OUTAGES})
"""What says nothing of the cloud: the step is put back, and runs here."""


class GasTownError(Exception):
    """Root of every error the town raises on purpose."""


class ConfigError(GasTownError):
    """Raised when a file a person wrote (town.toml, a formula, truth.toml) says something wrong."""


class NotFoundError(GasTownError):
    """Raised when a bead, rig, convoy, formula or assembly of that name does not exist."""


class LedgerError(GasTownError):
    """Raised when the ledger refuses a change; nothing was written."""


class JsonlError(LedgerError):
    """Raised when a JSONL file holds lines that cannot be taken; lists each with its reason."""

    def __init__(self, path: str, problems: list[tuple[int, str]]) -> None:
        self.path = path
        self.problems = problems
        lines = "\n".join(f"{path}:{line}: {reason}" for line, reason in problems)
        super().__init__(f"{lines}\nNothing was imported.")


class ClaimedError(LedgerError):
    """Raised when a live claim of another holder stands on the bead."""


class StaleTokenError(LedgerError):
    """Raised when a change comes with a fencing token that is no longer the bead's newest."""


class MailError(GasTownError):
    """Raised when an address, a kind or a header makes no letter; nothing was sent."""


class FormulaError(GasTownError):
    """Raised when a formula does not parse, validate or cook; carries every finding at once."""

    def __init__(self, findings: list[str]) -> None:
        self.findings = findings
        super().__init__("\n".join(findings))


class TemplateError(GasTownError):
    """Raised when Go-template text does not parse or render; `line` counts within the text."""

    def __init__(self, reason: str, line: int) -> None:
        self.reason = reason
        self.line = line
        super().__init__(f"line {line} of the template: {reason}")


class GitError(GasTownError):
    """Raised when a git command fails; carries the command and what git said."""


class PushRejectedError(GitError):
    """Raised when a branch at origin has moved on, so that a push would not be a fast-forward."""


class JailError(GasTownError):
    """Raised when no jail can be had on this machine, or a jailed command could not be started."""


class PathRefusedError(GasTownError):
    """Raised when an agent asks for a path outside its sandbox, through a link, or read-only."""


class OvercommitError(GasTownError):
    """Raised when more is asked of the machine than it lends; shows the sum of what is asked."""


class ModelError(GasTownError):
    """Raised when a model's endpoint gives no answer; `retryable` says if asking again may help.

    `retry_after` is the endpoint's own wish, in seconds. `billed` says if its provider may charge
    for the request all the same: a refused one costs nothing, one cut off in its answer may.
    """

    def __init__(
        self,
        message: str,
        *,
        retryable: bool,
        retry_after: float | None = None,
        billed: bool = True,
    ) -> None:
        self.billed = billed
        self.retryable = retryable
        self.retry_after = retry_after
        super().__init__(message)


class ModelFileError(GasTownError):
    """Raised when a local model's file is damaged, or its figures cannot be worked out from it."""


class SourceError(GasTownError):
    """Raised when a public source of feedback cannot be read; nothing was stored, no cursor moved.

    `retryable` says if the next run may fare better without a person.
    """

    def __init__(self, message: str, *, retryable: bool) -> None:
        self.retryable = retryable
        super().__init__(message)


class RunnerError(GasTownError):
    """Raised when a local model cannot be served, fetched or stopped; nothing is left running."""


class ServerAwayError(GasTownError):
    """Raised when Prefect's server gives no answer now; it may when it is asked again."""


class StageFailedError(GasTownError):
    """Raised when a stage ends without what it was for; the step stays open and can be retried."""


class PromptTooLongError(StageFailedError):
    """Raised before a prompt is sent that its local model has no room for; it wants another model.

    `tokens` is what the model's own tokenizer counted, `room` what one slot holds with the answer.
    """

    def __init__(self, message: str, *, tokens: int, room: int) -> None:
        self.tokens = tokens
        self.room = room
        super().__init__(message)


class CapacityError(StageFailedError):
    """Raised when a stage found no room where it was placed; the bead is whole and may run here.

    `kind` says what was missing: the work pool, a worker that takes it, the provider (429, 5xx),
    money, the way to the rig, the machine that died with it, or room on this one; or that it was
    stuck, and ended for that, that a program of it was killed from outside, or an outage.
    """

    def __init__(self, message: str, *, kind: CapacityKind) -> None:
        self.kind: CapacityKind = kind
        super().__init__(message)


class CrowdedError(OvercommitError, CapacityError):
    """Raised when others hold what the machine would lend; it can be had later, or elsewhere."""

    def __init__(self, message: str) -> None:
        super().__init__(message, kind="room")


class GitKilledError(GitError, CapacityError):
    """Raised when a git was killed in the middle; the step is taken up again from its worktree."""

    def __init__(self, message: str) -> None:
        super().__init__(message, kind="killed")


class OutageError(CapacityError):
    """Raised when what the town stands on is away for now: an origin, or room on a disk.

    Nothing is wrong with the work, which is waited with and taken up again. `brief` says in a few
    words what is away, the same words for the same thing.
    """

    def __init__(self, message: str, *, kind: OutageKind, brief: str) -> None:
        self.brief = brief
        super().__init__(message, kind=kind)


class UnreachableError(GitError, OutageError):
    """Raised when git cannot reach a remote, or gets no answer of it in time."""

    def __init__(self, message: str, *, brief: str) -> None:
        super().__init__(message, kind="unreachable", brief=brief)


class DiskFullError(OutageError):
    """Raised when something could not be written because a disk has no room for it."""

    def __init__(self, message: str, *, brief: str) -> None:
        super().__init__(message, kind="disk", brief=brief)


class GitDiskFullError(GitError, DiskFullError):
    """Raised when git found no room; the step is taken up again from its worktree."""


class LedgerDiskFullError(LedgerError, DiskFullError):
    """Raised when a ledger found no room; nothing was written."""


class RecycledError(CapacityError):
    """Raised in a session that was silent for too long; its work is kept and taken up anew."""

    def __init__(
        self, message: str = "nothing came of it for too long; ended with its work kept"
    ) -> None:
        super().__init__(message, kind="stuck")


class BudgetError(CapacityError):
    """Raised when a budget has no room for what a request may cost at most; nothing was sent."""

    def __init__(self, message: str) -> None:
        super().__init__(message, kind="money")


class MainRedError(StageFailedError):
    """Raised when a rig's main is red by itself, so that no branch can be blamed for it."""


class EscalatedError(StageFailedError):
    """Raised when a bead used up its rounds of rework and needs a person."""


class PlanError(GasTownError):
    """Raised when no plan came of an idea that could become work; nothing was created.

    `faults` is what was wrong with the last one, a line each.
    """

    def __init__(self, message: str, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join([message, *(f"- {fault}" for fault in faults)]))


class StoppedError(GasTownError):
    """Raised in a thread whose work is to end because a person, or a signal, asked for it."""


class RehearsalError(GasTownError):
    """Raised when the rehearsal model refuses a request; carries HTTP status and error code."""

    def __init__(self, message: str, *, status: int, code: str) -> None:
        self.status = status
        self.code = code
        super().__init__(message)
