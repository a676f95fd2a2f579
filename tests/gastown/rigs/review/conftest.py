"""Rigs and the jail, as the gauges' tests have them."""

# so that pytest finds the fixtures here too
from tests.gastown.rigs.gauge.conftest import jail as jail  # noqa: PLC0414
from tests.gastown.rigs.gauge.conftest import rig as rig  # noqa: PLC0414
