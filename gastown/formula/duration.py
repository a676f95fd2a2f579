"""Durations: how long, as a formula's file writes it: "90s", "30m", "1h30m", "1.5h", "2d"."""

import re

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|d|h|m|s)")
_SECONDS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_LONGEST = 10 * 365 * 86_400.0


def seconds(text: str) -> float:
    """How many seconds a duration has; parts add up. Raises ValueError for any other text."""
    parts = _PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        raise ValueError(f'{text!r} is no duration; write "90s", "30m", "1h30m" or "2d"')
    whole = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    if whole > _LONGEST:
        raise ValueError(f"{text!r} is longer than ten years")
    return whole
