"""A process whose session gets stuck, for tests: `python -m tests.tasks.stuck TOWN STEP HOW`.

It holds the step's claim and beats. HOW is `loop` (in Python, where an order is heard soon),
`kernel` (in a call that returns after an hour), or `stopped` (the process stops itself).
"""

import os
import signal
import sys
import time
from pathlib import Path

from gastown.errors import RecycledError
from gastown.health.heart import Heart
from gastown.health.pulse import Pulse, pulse_file
from gastown.machine.holder import holder
from gastown.town.town import Town
from tasks.claims import claimed

ENDED = 3  # the exit code of one that heard the order


def main(root: str, step: str, how: str) -> int:
    """Get stuck; 3 when the order to end was heard."""
    town = Town.open(Path(root))
    now, clock = time.time(), time.monotonic()
    with claimed(town.ledger, step) as claim:
        pulse = Pulse(
            session=f"{step}/{claim.token}",
            step=step,
            attempt=claim.token,
            role="polecat",
            rig="garden",
            convoy="hq-cv-x",
            holder=holder(),
            since=now,
            changed=now,
            beat=now,
            changed_clock=clock,
            beat_clock=clock,
            beat_s=0.2,
        )
        try:
            with Heart(pulse_file(town.layout, step, claim.token), pulse, look_s=0.05):
                _hang(how)
        except RecycledError:
            return ENDED
    return 0


def _hang(how: str) -> None:
    if how == "stopped":
        os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        time.sleep(3600 if how == "kernel" else 0.5)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
