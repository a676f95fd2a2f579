"""A convoy's stages one after the other, without the engine, in a process that may die in between.

`python -m tests.chaos.walker TOWN CONVOY DIE_AT` counts whatever changes the world: programs that
are started, files that are moved or removed, transactions of the ledger. At number DIE_AT (0:
never) the process kills itself with -9, before the change or, for a transaction, right after it.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from gastown.beads.sqlite import SqliteLedger
from gastown.beads.sqlite_store import SqliteStore
from gastown.convoys.course import Course
from gastown.convoys.molecule import Molecule, marks
from gastown.stage import Placement
from gastown.town.town import Town
from tasks.land import land
from tasks.pouring import prepare
from tasks.stages import stage_of
from tasks.step import Attempt, run_step

HERE = Placement(where="local", reason="the only place there is")
HEART = "heart"  # a session's pulse is written as time goes by: it would change the numbers
CHANGES = {"subprocess.Popen", "os.rename", "os.remove", "os.link", "shutil.rmtree"}


class Reaper:
    """Counts changes of the world and ends the process at one of them."""

    def __init__(self, die_at: int) -> None:
        self.count = 0
        self.die_at = die_at

    def change(self) -> None:
        """One more; the last one for this process, if it is the chosen one."""
        self.count += 1
        if self.count == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def watch(reaper: Reaper) -> None:
    """Let the reaper see every change of this process."""

    def heard(event: str, _: object) -> None:
        if event in CHANGES and threading.current_thread().name != HEART:
            reaper.change()

    writing = SqliteLedger._writing

    @contextmanager
    def written(self: SqliteLedger) -> Generator[SqliteStore]:
        with writing(self) as store:
            yield store
        reaper.change()

    SqliteLedger._writing = written
    sys.addaudithook(heard)


def walk(town: Town, molecule: Molecule) -> dict[str, str]:
    """Run what has not closed, in an order that the course allows; what failed, by key."""
    course = Course(molecule.plan, marks(town.ledger, molecule), rounds=town.config.limits.rounds)
    while ready := course.ready():
        step = ready[0]
        mark = course.mark(step.key)
        course.start(step.key)
        attempt = Attempt(step, mark.round, mark.reasons, HERE)
        try:
            result = run_step(town, molecule, attempt, stage_of(step))
        except Exception as error:  # noqa: BLE001 - as the driver: a failed step fails alone
            course.fail(step.key, str(error))
            continue
        if result.verdict == "rework":
            course.rework(step.key, result.reasons)
        else:
            course.close(step.key)
    return course.errors


Around = Callable[[Town, Molecule], AbstractContextManager[object]]


def main(root: str, convoy: str, die_at: str, around: Around = lambda _, __: nullcontext()) -> int:
    """Walk, in a block of `around`, and land; prints how many changes it took, or what failed."""
    town, reaper = Town.open(Path(root)), Reaper(int(die_at))
    watch(reaper)
    molecule = prepare(town, convoy, "convoy", {})
    with around(town, molecule):
        errors = walk(town, molecule)
    if errors:
        sys.stdout.write("\n".join(f"{key}: {error}" for key, error in errors.items()))
        return 1
    land(town, molecule)
    sys.stdout.write(str(reaper.count))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3]))
