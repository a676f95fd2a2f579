"""auditions: many trials, some at once, each on record as soon as it ends."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from gastown.auditions.record import keep, record_of
from gastown.auditions.task import AuditionTask
from gastown.auditions.trial import Trial
from gastown.errors import ConfigError
from gastown.rigs.gauge.godot_engine import find_engine
from tasks.audition import Candidate, try_task


@dataclass(frozen=True, slots=True)
class Programme:
    """What is tried: each task `repeat` times by each candidate. `skipped` says what cannot be."""

    candidates: tuple[Candidate, ...]
    tasks: tuple[AuditionTask, ...]
    repeat: int
    skipped: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.candidates) * len(self.tasks) * self.repeat


def programme(
    candidates: Sequence[Candidate], tasks: Sequence[AuditionTask], repeat: int
) -> Programme:
    """All that can be tried here. Raises ConfigError when nothing is left."""
    needs_engine = [one for one in tasks if one.language == "gdscript" and one.form != "answer"]
    left, skipped = list(tasks), list[str]()
    if needs_engine and find_engine("") is None:
        left = [one for one in tasks if one not in needs_engine]
        names = ", ".join(one.key for one in needs_engine)
        skipped.append(f"not tried, for want of a Godot ($GODOT_BIN, or on PATH): {names}")
    if not left:
        raise ConfigError("; ".join(skipped) or "no task is left to try")
    return Programme(tuple(candidates), tuple(left), repeat, tuple(skipped))


def run_programme(
    plan: Programme, jobs: int = 1, tell: Callable[[Trial, int], None] | None = None
) -> tuple[Trial, ...]:
    """Run it; what has ended stays on record however this ends.

    Args:
        plan: What is tried.
        jobs: Trials at once; each still waits for its room on this machine.
        tell: Hears of each trial, and how many have ended.

    Raises:
        GasTownError: A candidate cannot be had; the trials that had begun are ended first.
    """
    done: list[Trial] = []
    with ThreadPoolExecutor(jobs, thread_name_prefix="audition") as pool:
        waiting = [
            pool.submit(try_task, candidate, task, number)
            for candidate, task, number in _trials(plan)
        ]
        try:
            for ended in as_completed(waiting):
                trial = ended.result()
                keep(record_of(plan.candidates[0].town.layout), trial)
                done.append(trial)
                if tell is not None:
                    tell(trial, len(done))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return tuple(done)


def _trials(plan: Programme) -> Iterator[tuple[Candidate, AuditionTask, int]]:
    """Every task once before any is repeated: an audition that is cut short has seen them all."""
    for number in range(1, plan.repeat + 1):
        for task in plan.tasks:
            for candidate in plan.candidates:
                yield candidate, task, number
