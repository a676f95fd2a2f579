"""Several towns at once, each in a process of its own, as each has a clock of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.chaos.outcome import Outcome, outcome_of

Tell = Callable[[str], None]


def side_by_side(
    towns: Iterable[int],
    asked: Sequence[str],
    jobs: int,
    tell: Tell,
    environ: Mapping[str, str],
) -> list[Outcome]:
    """Besiege so many towns at a time; each is told of when it is over.

    Args:
        towns: Their numbers.
        asked: What was asked for on the command line.
        jobs: How many at a time.
        tell: Hears what each of them said.
        environ: In which they are started; it sets no clock.
    """

    def besieged(town: int) -> list[Outcome]:
        argv = [sys.executable, "-m", "tests.chaos", *asked, "--only", str(town), "--json"]
        done = subprocess.run(argv, env=environ, capture_output=True, text=True, check=False)
        tell(done.stderr.rstrip())
        return [outcome_of(line) for line in done.stdout.splitlines() if line.startswith("{")]

    with ThreadPoolExecutor(jobs) as pool:
        return [one for outcomes in pool.map(besieged, towns) for one in outcomes]
