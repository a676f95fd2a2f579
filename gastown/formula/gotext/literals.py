"""Literals: texts and numbers as a template writes them."""

import re

_ESCAPE = re.compile(
    r"\\(?:(?P<short>[abfnrtv\\'\"])|x(?P<x>[0-9a-fA-F]{2})"
    r"|u(?P<u>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})|(?P<octal>[0-3][0-7]{2})|(?P<wrong>.))",
    re.DOTALL,
)
_SHORT = dict(zip("abfnrtv", "\a\b\f\n\r\t\v", strict=True))


def text(written: str) -> str:
    """What a quoted text says. Raises ValueError for an escape that there is not."""
    if written[0] == "`":
        return written[1:-1].replace("\r", "")
    return _ESCAPE.sub(_character, written[1:-1])


def _character(match: re.Match[str]) -> str:
    if short := match["short"]:
        return _SHORT.get(short, short)
    if match["wrong"] is not None:
        raise ValueError(f"{match[0]!r} is no escape")
    if octal := match["octal"]:
        return chr(int(octal, 8))
    number = int(match["x"] or match["u"] or match["long"], 16)
    if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:  # noqa: PLR2004 - Unicode's own bounds
        raise ValueError(f"{match[0]!r} is no character")
    return chr(number)


def number(written: str) -> int | float:
    """What a number says."""
    return float(written) if any(one in written for one in ".eE") else int(written)
