"""Pulses for tests."""

import time
from typing import Any

from gastown.health.pulse import Pulse
from gastown.machine.holder import holder


def pulse_of(**more: Any) -> Pulse:
    """A pulse of this process that has just beaten."""
    now, clock = time.time(), time.monotonic()
    facts = {
        "session": "hq-mol-a.1/1",
        "step": "hq-mol-a.1",
        "attempt": 1,
        "role": "polecat",
        "rig": "game",
        "holder": holder(),
        "since": now,
        "changed": now,
        "beat": now,
        "changed_clock": clock,
        "beat_clock": clock,
    }
    return Pulse.model_validate({**facts, **more})
