"""beating: an attempt notes its pulse while it works, so that others see how it is."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from gastown.health.heart import Heart
from gastown.health.pulse import Pulse, pulse_file
from gastown.machine.holder import holder
from gastown.signs import during
from tasks.desk import Desk


@contextmanager
def beating(desk: Desk) -> Generator[None]:
    """Note what this thread does for the attempt until the block ends."""
    request, layout = desk.request, desk.town.layout
    now, clock = time.time(), time.monotonic()
    pulse = Pulse(
        session=f"{request.step}/{request.token}",
        step=request.step,
        attempt=request.token,
        role=request.role,
        convoy=request.convoy,
        rig=request.rig or "",
        bead=request.bead or "",
        title=request.key,
        holder=holder(),
        folder=str(desk.folder.relative_to(layout.root)),
        since=now,
        changed=now,
        beat=now,
        changed_clock=clock,
        beat_clock=clock,
        beat_s=desk.town.config.health.beat_s,
    )
    with (
        during("waiting", f"its {request.role}"),  # a sign for the session within which this is one
        Heart(pulse_file(layout, request.step, request.token), pulse),
    ):
        yield
