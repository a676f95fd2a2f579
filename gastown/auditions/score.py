"""Score: what some trials say of a model, with how sure that is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from gastown.auditions.trial import Trial

Fitness = Literal["fit", "unfit", "undecided"]
FIT = 0.5
"""A seat's model should carry out more than half of its work at the first try: what fails is done
again, and costs the convoy the time of a round each."""
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Score:
    """Sums over trials of one model in one role."""

    model: str
    trials: int
    passed: int
    bad_answers: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0
    seconds: float = 0.0
    tokens_per_s: float = 0.0
    vram_mib: int = 0
    ram_mib: int = 0

    @property
    def rate(self) -> float:
        """Share that passed."""
        return self.passed / self.trials if self.trials else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies with 95 % (Wilson's score interval)."""
        return wilson(self.passed, self.trials)

    @property
    def fitness(self) -> Fitness:
        """`fit` or `unfit` only where the whole interval is on one side of FIT."""
        low, high = self.interval
        if low > FIT:
            return "fit"
        return "unfit" if high < FIT else "undecided"


def wilson(passed: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; (0, 1) without a trial."""
    if not trials:
        return 0.0, 1.0
    share, square = passed / trials, _Z * _Z
    middle = share + square / (2 * trials)
    half = _Z * sqrt(share * (1 - share) / trials + square / (4 * trials * trials))
    whole = 1 + square / trials
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def score(model: str, trials: Sequence[Trial]) -> Score:
    """The sums of a model's trials; its speed is the mean over tokens, not over trials."""
    said = sum(one.output_tokens for one in trials)
    time = sum(one.output_tokens / one.tokens_per_s for one in trials if one.tokens_per_s)
    return Score(
        model=model,
        trials=len(trials),
        passed=sum(one.passed for one in trials),
        bad_answers=sum(one.bad_answers for one in trials),
        input_tokens=sum(one.input_tokens for one in trials),
        output_tokens=said,
        micro_usd=sum(one.micro_usd for one in trials),
        seconds=sum(one.seconds for one in trials),
        tokens_per_s=said / time if time else 0.0,
        vram_mib=max((one.vram_mib for one in trials), default=0),
        ram_mib=max((one.ram_mib for one in trials), default=0),
    )


def by_task(trials: Iterable[Trial]) -> Mapping[str, tuple[Trial, ...]]:
    """The trials of each task, tasks in the order in which they were first tried."""
    found: dict[str, list[Trial]] = {}
    for one in trials:
        found.setdefault(one.task, []).append(one)
    return {task: tuple(some) for task, some in found.items()}
