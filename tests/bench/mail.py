"""Mail between thirty agents at once, some killed meanwhile: what got lost, doubled, disordered."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench.table import Row
from tests.gastown.mail.rush import Rush

AGENTS, SECONDS = 30, 20.0
KILL_EVERY_S = 1.0


def rows(seconds: float = SECONDS) -> list[Row]:
    """The long form is `make bench ARGS="mail --seconds 600"`."""
    with tempfile.TemporaryDirectory() as folder:
        tally = Rush(Path(folder), AGENTS, seconds, KILL_EVERY_S).run()
    who = f"{AGENTS} agents for {seconds:.0f} s"
    return [
        Row(f"{who}: letters", tally.sent, unit=""),
        Row(f"{who}: letters a second", tally.sent / tally.seconds, unit="per s"),
        Row(f"{who}: kill -9", tally.kills, unit=""),
        Row(f"{who}: from sending to reading, half of them", at(tally.late, 0.5) * 1000),
        Row(f"{who}: from sending to reading, 99 of 100", at(tally.late, 0.99) * 1000),
        Row(f"{who}: lost", tally.lost, unit="", target="0"),
        Row(f"{who}: shown twice", tally.twice, unit="", target="0"),
        Row(f"{who}: out of their sender's order", tally.unordered, unit="", target="0"),
    ]


def at(values: Sequence[float], share: float) -> float:
    """The value that so many of the sorted values are not above; 0 of none."""
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0
