"""Duration: `90s`, `30m`, `1h30m`, `2d` as seconds."""

import re

_UNITS = {"d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0}
_WHOLE = re.compile(r"(?:\d{1,9}(?:\.\d{1,6})?(?:d|h|m|s))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(d|h|m|s)")
LONGEST_S = 3_660 * 86_400.0
"""Ten years: nothing that is waited for longer is meant so."""


def seconds_of(text: str) -> float:
    """How long a text says, in seconds. Raises ValueError for one that says no length of time."""
    said = text.strip().lower().replace(" ", "")
    if not _WHOLE.fullmatch(said):
        raise ValueError(f"{text!r} is no length of time; e.g. 90s, 30m, 1h30m, 2d")
    found = sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(said))
    if found > LONGEST_S:
        raise ValueError(f"{text!r} is longer than ten years")
    return found


def text_of(seconds: float) -> str:
    """A length of time as a person says it, its two largest units: `1h 30m`, `2d`, `45s`."""
    left = max(0, round(seconds))
    parts: list[str] = []
    for unit, size in _UNITS.items():
        count, left = divmod(left, int(size))
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "0s"
