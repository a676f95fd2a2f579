"""What is said of gates: what they wait for, since when, and how they are answered."""

from collections.abc import Mapping
from types import MappingProxyType

from gastown.formula.plan import PlannedGate

_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_WAITS: Mapping[str, str] = MappingProxyType(
    {
        "human": "a person's word",
        "timer": "time to pass",
        "gh:run": "a workflow run at GitHub",
        "gh:pr": "a pull request at GitHub",
        "mail": "a message",
        "bead": "a bead to close",
        "conditional": "a condition to hold",
    }
)


def length(seconds: float) -> str:
    """A length of time by its two largest units: `1h 30m`, `2d`, `45s`."""
    left = max(0, int(seconds))
    parts: list[str] = []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "0s"


def waits_for(gate: PlannedGate) -> str:
    """What a gate waits for, in a few words."""
    said = _WAITS.get(gate.type, f"what is called {gate.type}")
    return f"{said}: {gate.await_id}" if gate.await_id else said


def how_to_answer(gate: str) -> str:
    """The command by which a person opens a gate."""
    return f"town gate resolve {gate}"
