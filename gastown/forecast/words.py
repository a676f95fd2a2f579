"""Words: a forecast's amounts as a person reads them; it is not known more exactly."""

_MINUTE = 60


def cents(micro_usd: float) -> int:
    """Rounded to a hundredth of a cent: an estimate is not known to the micro-dollar."""
    return round(micro_usd / 100) * 100


def span(seconds: float) -> str:
    """A time as a person says it: 45 s, 21 min, 2 h 05 min."""
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    minutes = round(seconds / _MINUTE)
    hours, rest = divmod(minutes, _MINUTE)
    return f"{hours} h {rest:02d} min" if hours else f"{minutes} min"
