"""`python -m tests.chaos [--convoys N] [--seed N] [--only K]`: convoys that are killed, and land.

Towns are made one after the other, each with a few convoys and a plan of blows by its seed. The
exit code is 1 when one did not land, or anything was lost, doubled or leaked; such a town is kept.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.chaos.clock import VARIABLE, under_clock
from tests.chaos.harness import Campaign, summary, travels
from tests.chaos.plan import KINDS

KEPT = Path(".chaos")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for, print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--convoys", type=int, default=10, help="how many in all (default 10)")
    parser.add_argument("--per-town", type=int, default=5, help="how many at once (default 5)")
    parser.add_argument("--seed", type=int, default=1, help="another plan (default 1)")
    parser.add_argument("--only", type=int, help="this town of the plan alone, counted from 0")
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=[], help="these blows only")
    parser.add_argument("--burst", action="store_true", help="every third town works elsewhere")
    asked = parser.parse_args(arguments)
    said = Console(stderr=True, highlight=False)
    campaign = Campaign(
        asked.convoys,
        asked.seed,
        KEPT,
        per_town=asked.per_town,
        kinds=tuple(asked.kinds),
        burst=asked.burst,
    )
    outcomes = campaign.run(lambda line: said.print(line, markup=False), asked.only)
    Console().print(summary(outcomes))
    wanted = asked.convoys if asked.only is None else campaign.size(asked.only)
    landed = sum(one.landed for one in outcomes)
    again = sum(len(one.again) for one in outcomes)
    seconds = sum(one.seconds for one in outcomes)
    sys.stdout.write(
        f"{landed} of {wanted} convoys landed in {seconds:.0f} s; {again} launched again by hand; "
        f"{travels(*outcomes)}\n"
    )
    return int(landed != wanted or any(one.faults for one in outcomes))


if __name__ == "__main__":
    if VARIABLE not in os.environ and (clocked := under_clock(KEPT / "tools")):
        argv = [sys.executable, "-m", "tests.chaos", *sys.argv[1:]]
        os.execve(sys.executable, argv, {**os.environ, **clocked})  # noqa: S606 - ourselves
    sys.exit(main())
