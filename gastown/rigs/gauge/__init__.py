"""Gauge: runs a rig's tests in the jail and judges by their report, never by an exit code."""

from gastown.rigs.gauge.gauge import run_gauge

__all__ = ["run_gauge"]
