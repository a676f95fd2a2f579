"""drive: run a plan's steps as Prefect tasks, each as soon as its needs are closed.

This loop is the town's only dispatcher. It asks the course which steps are ready and the host to
let each in, submits one task run per step that is let in, and waits for the next to be let in or to
end. A step that is sent back is submitted again as a further task run, and what a plan grows as
further ones, so the graph grows as the work does. Joins ask no host: they take nothing and no time.
The loop itself never waits for the machine: its steps stand in the host's queue. Nor does it wait
for gates: when only those are left to wait for, it ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.book import Book, Poll, Unwritten
from flows.host import Host, Roomy
from flows.outages import Outages
from flows.pump import Pump, Work
from gastown.convoys.course import Course
from gastown.errors import OutageError
from gastown.formula.plan import Plan
from gastown.stage import StageResult


@dataclass(frozen=True, slots=True)
class Drive:
    """How a drive ended: what each closed step did, what failed, what was held back by it.

    `gates` are those that are closed and could open now; `plan` is the plan as it grew.
    """

    plan: Plan
    results: Mapping[str, StageResult]
    errors: Mapping[str, str]
    held: tuple[str, ...]
    gates: tuple[str, ...] = ()

    @property
    def landed(self) -> bool:
        """Nothing failed, nothing was held back, and no gate is waited for."""
        return not self.errors and not self.held and not self.gates


def drive(
    course: Course,
    work: Work,
    *,
    recorded: Mapping[str, StageResult] | None = None,
    host: Host | None = None,
    book: Book | None = None,
    poll_gates: Poll | None = None,
    outages: Outages | None = None,
) -> Drive:
    """Run the course until every step is closed, or only gates, failed and held steps are left.

    Must be called in a flow.

    Args:
        course: The plan and how far it is.
        work: Does a step.
        recorded: Results of steps that closed in an earlier run; they appear in the graph as
            `Recorded` and run nothing.
        host: Lets steps in; without one all begin as soon as they are ready.
        book: Keeps joins and growth; without one nothing is kept, and nothing grows.
        poll_gates: Tells which gates are open; without it none opens while this runs.
        outages: Who waits for what is away; without it nothing is kept of that.

    Raises OutageError when the loop itself cannot go on for one; by then no step is at work.
    """
    pump = Pump(course, work, dict(recorded or {}), host or Roomy(), book or Unwritten())
    if poll_gates is not None:
        pump.poll = poll_gates
    if outages is not None:
        pump.outages = outages
    pump.replay()
    try:
        while pump.turn():
            pass
    except OutageError:
        pump.leave_all()
        pump.wind_down()
        raise
    finally:
        pump.leave_all()
    gates = tuple(step.key for step in course.gates())
    return Drive(course.plan, pump.results, course.errors, course.held, gates)
