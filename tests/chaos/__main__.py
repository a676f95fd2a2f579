"""`python -m tests.chaos [--convoys N] [--jobs N] [--seed N] [--only K]`: killed, and landed.

Towns are made one after the other, each with a few convoys and a plan of blows by its seed. The
exit code is 1 when one did not land, or anything was lost, doubled or leaked; such a town is kept.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.chaos.clock import VARIABLE, under_clock, without_clock
from tests.chaos.harness import Campaign
from tests.chaos.jobs import side_by_side
from tests.chaos.outcome import line_of, summary, travels
from tests.chaos.plan import KINDS

KEPT = Path(".chaos")


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for, print the table."""
    asked = _parser().parse_args(arguments)
    told = Console(stderr=True, highlight=False)
    campaign = Campaign(
        asked.convoys,
        asked.seed,
        KEPT,
        per_town=asked.per_town,
        kinds=tuple(asked.kinds),
        burst=asked.burst,
    )

    def tell(line: str) -> None:
        told.print(line, markup=False, soft_wrap=True)

    if asked.jobs > 1 and asked.only is None:
        towns = range(campaign.towns)
        outcomes = side_by_side(towns, arguments, asked.jobs, tell, without_clock(os.environ))
    else:
        outcomes = campaign.run(tell, asked.only)
    wanted = asked.convoys if asked.only is None else campaign.size(asked.only)
    landed = sum(one.landed for one in outcomes)
    if asked.json:
        sys.stdout.writelines(f"{line_of(one)}\n" for one in outcomes)
    else:
        Console().print(summary(outcomes))
        again = sum(len(one.again) for one in outcomes)
        seconds = sum(one.seconds for one in outcomes)
        sys.stdout.write(
            f"{landed} of {wanted} convoys landed, {seconds:.0f} s of towns; {again} launched "
            f"again by hand; {travels(*outcomes)}\n"
        )
    return int(landed != wanted or any(one.faults for one in outcomes))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    add = parser.add_argument
    add("--convoys", type=int, default=10, help="how many in all (default 10)")
    add("--per-town", type=int, default=5, help="how many at once in a town (default 5)")
    add("--jobs", type=int, default=1, help="how many towns at once (default 1)")
    add("--seed", type=int, default=1, help="another plan (default 1)")
    add("--only", type=int, help="this town of the plan alone, counted from 0")
    add("--kinds", nargs="*", choices=KINDS, default=[], help="these blows only")
    add("--burst", action="store_true", help="every third town works elsewhere")
    add("--json", action="store_true", help="a line for each town instead of the table")
    return parser


if __name__ == "__main__":
    tools = KEPT / "tools" / str(os.getpid())  # each process that besieges has its own clock
    if VARIABLE not in os.environ and (clocked := under_clock(tools)):
        argv = [sys.executable, "-m", "tests.chaos", *sys.argv[1:]]
        os.execve(sys.executable, argv, {**os.environ, **clocked})  # noqa: S606 - ourselves
    code = main(sys.argv[1:])
    shutil.rmtree(tools, ignore_errors=True)
    sys.exit(code)
