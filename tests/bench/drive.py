"""Drive: the town's dispatcher against Prefect's own `submit` and `wait_for`, same steps, one run.

Both run no-op steps on a ThreadPoolTaskRunner with as many workers and the same task options, in
one process, against one server: 200 steps where step i needs i-10 and i-7, 200 that need nothing,
and 1,025 one after the other. Nearly all of the time is Prefect's own, the same for both. Ours also
keeps the course, states each step's summary and wakes its loop for each step that ends; the rival
submits all at once, so each of its workers sits in a step that waits for its needs, and all of them
want the interpreter. On a machine that others keep busy a single run of this bench may be off by a
tenth. Memory is what a process has more after a plan four times as long, per thousand steps.
"""

import logging
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import psutil

from gastown.convoys.course import Course
from gastown.formula.plan import Plan, PlannedStep
from gastown.stage import StageResult
from tests.bench.table import Row, against

WORKERS = 16  # more than the DAG is wide
ROUNDS = {"dag": 12, "parallel": 6, "linear": 2}
TARGET = "≤ 1.15"
SHORT, LONG = 256, 1025

Timed = Callable[[], float]


def rows() -> list[Row]:
    """The best round of each, after one to warm up; they take turns, also at going first."""
    with server():
        dag = _raced("dag", no_ops(200), "200 no-op steps, seven side by side")
        parallel = _raced("parallel", parallels(200), "200 no-op steps at once")
        linear = _raced("linear", linears(LONG), f"{LONG:,} no-op steps in a line")
    return [dag, parallel, linear, _memory()]


def _raced(kind: str, plan: Plan, what: str) -> Row:
    ours, plain = by_drive(plan), by_prefect(plan)
    times = [in_turn(ours, plain, swapped=number % 2 == 1) for number in range(ROUNDS[kind] + 1)]
    best = [min(column) for column in zip(*times[1:], strict=True)]
    name = f"drive {what}; rival: submit with wait_for, {WORKERS} workers each"
    return against(name, *best, target=TARGET)


def _memory() -> Row:
    """Of processes of their own, each with a server of its own beside it."""
    ours, plain = (
        (_mib(who, LONG) - _mib(who, SHORT)) * 1000 / (LONG - SHORT) for who in ("ours", "theirs")
    )
    return against("memory of 1,000 steps more in a line", ours, plain, unit="MiB")


def _mib(who: str, count: int) -> float:
    argv = [sys.executable, "-m", "tests.bench.drive", who, str(count)]
    ran = subprocess.run(argv, check=True, capture_output=True, text=True)
    return float(ran.stdout.split()[-1])


def in_turn(ours: Timed, plain: Timed, *, swapped: bool) -> tuple[float, float]:
    """One round of each: what the one leaves behind shall not always burden the other."""
    if swapped:
        second = plain()
        return ours(), second
    return ours(), plain()


def no_ops(count: int) -> Plan:
    """A DAG about seven steps wide."""
    return Plan(formula="bench", digest="bench", steps=tuple(map(_no_op, range(count))))


def parallels(count: int) -> Plan:
    """Steps that need nothing."""
    steps = (PlannedStep(key=f"s{n}", step="s", title=f"step {n}") for n in range(count))
    return Plan(formula="bench", digest="bench", steps=tuple(steps))


def linears(count: int) -> Plan:
    """Each step needs the one before."""
    steps = (
        PlannedStep(key=f"s{n}", step="s", title=f"step {n}", needs=(f"s{n - 1}",) if n else ())
        for n in range(count)
    )
    return Plan(formula="bench", digest="bench", steps=tuple(steps))


def _no_op(number: int) -> PlannedStep:
    needs = tuple(f"s{need}" for need in (number - 10, number - 7) if need >= 0)
    return PlannedStep(key=f"s{number}", step="s", title=f"step {number}", needs=needs)


def by_drive(plan: Plan) -> Timed:
    """A flow that drives the plan; it returns milliseconds, without the start of the flow run."""
    from prefect import flow

    from flows.drive import drive

    @flow(name="ours")
    def ours() -> float:
        start = time.perf_counter()
        end = drive(Course(plan, {}), lambda step, *_: StageResult(summary=step.key))
        seconds = time.perf_counter() - start
        assert sorted(end.results) == sorted(plan.by_key)
        return seconds * 1000

    return ours


def by_prefect(plan: Plan) -> Timed:
    """The same with nothing of ours in it."""
    from prefect import flow, task
    from prefect.cache_policies import NO_CACHE

    @task(name="step", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
    def no_op(name: str, key: str) -> StageResult:
        return StageResult(summary=key)

    @flow(name="theirs")
    def theirs() -> float:
        futures: dict[str, Any] = {}
        start = time.perf_counter()
        for step in plan.steps:
            needs = [futures[need] for need in step.needs]
            futures[step.key] = no_op.submit(
                step.title, step.key, wait_for=needs, return_state=False
            )
        ended = [future.result().summary for future in futures.values()]
        seconds = time.perf_counter() - start
        assert sorted(ended) == sorted(plan.by_key)
        return seconds * 1000

    return theirs


@contextmanager
def server() -> Generator[None]:
    """A Prefect server with its own home, gone with the block.

    Its bookkeeping of events is off: it would take a core for seconds after each run, and what it
    disturbs then says nothing of who dispatched. Nothing is logged but errors.
    """
    with tempfile.TemporaryDirectory() as home, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # imports of the engine's own dependencies
        from prefect import settings
        from prefect.testing.utilities import prefect_test_harness

        wanted: dict[Any, Any] = {
            settings.PREFECT_HOME: home,
            settings.PREFECT_TASK_RUNNER_THREAD_POOL_MAX_WORKERS: WORKERS,
            settings.PREFECT_SERVER_ANALYTICS_ENABLED: False,
            settings.PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None,
            settings.PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED: False,
            settings.PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_ENABLED: False,
            settings.PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED: False,
        }
        logging.disable(logging.WARNING)
        with settings.temporary_settings(wanted), prefect_test_harness(server_startup_timeout=120):
            yield


def main(who: str, count: str) -> None:
    """Run a line of steps; prints what this process then has in memory, in MiB."""
    plan = linears(int(count))
    with server():
        (by_drive if who == "ours" else by_prefect)(plan)()
        sys.stdout.write(f"{psutil.Process().memory_info().rss / 2**20}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
