"""Several towns at once, each in a process of its own, as each has a clock of its own."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from subprocess import PIPE

from tests.chaos.outcome import Outcome, outcome_of

Tell = Callable[[str], None]


def side_by_side(
    towns: Iterable[int],
    asked: Sequence[str],
    jobs: int,
    tell: Tell,
    environ: Mapping[str, str],
) -> list[Outcome]:
    """Besiege so many towns at a time.

    Args:
        towns: Their numbers.
        asked: What was asked for on the command line.
        jobs: How many at a time.
        tell: Hears what each of them says, after its number.
        environ: In which they are started; it sets no clock.
    """

    def besieged(town: int) -> list[Outcome]:
        argv = [sys.executable, "-m", "tests.chaos", *asked, "--only", str(town), "--json"]
        with subprocess.Popen(argv, env=environ, stdout=PIPE, stderr=PIPE, text=True) as process:
            for line in process.stderr or ():
                tell(f"{town}: {line.rstrip()}")
            told = process.stdout.read() if process.stdout else ""
        return [outcome_of(line) for line in told.splitlines() if line.startswith("{")]

    with ThreadPoolExecutor(jobs) as pool:
        return [one for outcomes in pool.map(besieged, towns) for one in outcomes]
