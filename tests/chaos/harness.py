"""The harness: towns one after the other, each besieged by a seed of its own.

`python -m tests.chaos --convoys 200`; with `--seed N --only K` town K of seed N alone, again.
"""

import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.blows import Arms
from tests.chaos.clock import clock
from tests.chaos.disk import disk
from tests.chaos.outcome import Outcome, line_of, travels
from tests.chaos.plan import Kind, Place, plan
from tests.chaos.siege import Siege
from tests.chaos.world import STEPS, found, model
from tests.tasks.elsewhere import git_daemon

Tell = Callable[[str], None]

BURSTS = 3
"""Of so many towns, one has its stages carried out elsewhere, where that is asked for."""
LOCALS = 2
"""Of so many of the others, about one serves its model itself; else an endpoint does."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """So many convoys, `per_town` in a town, one blow for each; what failed is kept in `folder`."""

    convoys: int
    seed: int
    folder: Path
    per_town: int = 5
    kinds: tuple[Kind, ...] = ()
    burst: bool = False

    @property
    def towns(self) -> int:
        """How many towns that takes."""
        return -(-self.convoys // self.per_town)

    def size(self, number: int) -> int:
        """Convoys of a town; the last one may have fewer."""
        return min(self.per_town, self.convoys - number * self.per_town)

    def place(self, number: int) -> Place:
        """Where the model of a town is: by its number alone."""
        if self.burst and number % BURSTS == BURSTS - 1:
            return "cloud"
        return "endpoint" if number % LOCALS else "local"

    def besiege(self, number: int, tell: Tell) -> Outcome:
        """Town `number`, counted from 0; it is kept when something was wrong with it."""
        size = self.size(number)
        words = [f"w{at:02d}" for at in range(size)]
        kept = (self.folder / f"town-{self.seed}-{number}").absolute()
        with ExitStack() as stack:
            room = stack.enter_context(disk(kept / "disk"))
            rehearsed = stack.enter_context(model(words))
            place = self.place(number)
            right = clock()  # set right before anything is founded
            address = stack.enter_context(git_daemon(kept / "disk")) if place == "cloud" else ""
            url = rehearsed.cable.url
            site = found(kept / "disk", words, url, address, local=place == "local")
            arms = Arms(site.root, site.origin, rehearsed.cable, room, right, place)
            kinds: tuple[Kind, ...] = tuple(
                one for one in self.kinds or arms.kinds() if one in arms.kinds()
            )
            blows = plan(self.seed + number, steps=STEPS * size, blows=size, kinds=kinds)
            outcome = Siege(site, rehearsed, arms, blows, tell).run()
            if outcome.faults:
                keep = ["cp", "--archive", str(kept / "disk"), str(kept / "kept")]
                subprocess.run(keep, check=False)
                said = "\n".join(str(fault) for fault in outcome.faults)
                (kept / "faults.txt").write_text(f"{said}\n", encoding="utf-8")
        if not outcome.faults:
            shutil.rmtree(kept)
        return outcome

    def run(self, tell: Tell, only: int | None = None) -> list[Outcome]:
        """Every town, or one; each is told of as it begins and ends."""
        outcomes: list[Outcome] = []
        for number in range(self.towns) if only is None else (only,):
            tell(f"town {number + 1} of {self.towns} (--seed {self.seed} --only {number})")
            outcome = self.besiege(number, tell)
            outcomes.append(outcome)
            tell(
                f"  {outcome.landed} of {self.size(number)} landed in {outcome.seconds:.0f} s, "
                f"{len(outcome.faults)} faults; {travels(outcome)}"
            )
            for fault in outcome.faults:
                tell(f"  {fault}")
            self._note(number, outcome)
        return outcomes

    def _note(self, number: int, outcome: Outcome) -> None:
        """Keep what came of a town, a line each, for those who count later."""
        line = line_of(outcome, at=time.time(), seed=self.seed, town=number)
        with (self.folder / "outcomes.jsonl").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
