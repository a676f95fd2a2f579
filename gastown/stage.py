"""StageRequest and StageResult: what goes into a stage and what comes back, JSON both ways.

The same request runs in a thread here or in a container elsewhere, so neither holds a live object.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Where = Literal["local", "cloud"]
Verdict = Literal["done", "rework", "skipped", "failed"]


class Frozen(BaseModel):
    """A value: compared by content, never changed after it is made, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Usage(Frozen):
    """What a session consumed. Money is in micro-dollars (1 USD = 1,000,000).

    `unpriced` counts the requests whose price nobody knows: their money is not in `micro_usd`.
    """

    requests: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0
    unpriced: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            requests=self.requests + other.requests,
            input_tokens=self.input_tokens + other.input_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            micro_usd=self.micro_usd + other.micro_usd,
            unpriced=self.unpriced + other.unpriced,
        )


class Placement(Frozen):
    """Where a stage runs, and why."""

    where: Where
    reason: str


class Slot(Frozen):
    """One half of a seat: a model of the catalogue or none, and because of which rule."""

    model: str | None
    because: str


class Seat(Frozen):
    """The models a step may use: one of this machine, one of the cloud; placement picks."""

    local: Slot
    burst: Slot


class StageRequest(Frozen):
    """One attempt at one step. Paths are never in it: the town block says where the town is."""

    town: str = Field(description="Name of the Town block, or the town's root folder.")
    convoy: str = Field(description="Convoy bead, `hq-cv-…`.")
    step: str = Field(description="Step bead in the ledger, child of the molecule.")
    key: str = Field(description="The step's key in its plan, e.g. `polecat[sk-a1b]`.")
    role: str
    rig: str | None = None
    bead: str | None = None
    assembly: str | None = None
    item: str | None = None
    round: int = Field(default=1, ge=1, description="1, and one more for each rework.")
    token: int = Field(description="Fencing token of the claim under which this attempt runs.")
    model: str | None = Field(default=None, description="Catalogue name; none for pure tools.")
    seat: Seat | None = Field(default=None, description="What `model` was picked from, and why.")
    reasons: tuple[str, ...] = Field(default=(), description="Why the last round was sent back.")
    placement: Placement

    @property
    def bound(self) -> bool:
        """Whether the step is an instance of one that says `each`; no id holds a bracket."""
        return self.key.endswith("]")


class StageResult(Frozen):
    """What a stage did. `evidence` holds facts that code established, never a model's claim."""

    verdict: Verdict = "done"
    summary: str = Field(description="One line for the board.")
    reasons: tuple[str, ...] = Field(default=(), description="For `rework`: what must change.")
    evidence: dict[str, Any] = Field(default_factory=dict)
    usage: Usage = Usage()
    model: str | None = None
    seconds: float = 0.0
