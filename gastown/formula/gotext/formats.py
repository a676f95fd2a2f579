"""Formats: `printf` with Go's verbs, as far as they make sense for plain data."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from gastown.formula.gotext.values import as_number, kind, printed

_VERB = re.compile(
    r"%(?P<flags>[-+ 0]*)(?P<width>[0-9]*)(?:\.(?P<places>[0-9]*))?(?P<verb>.?)", re.DOTALL
)
# Wider is no column of a report, but memory.
_WIDEST = 200


def formatted(form: Any, values: Sequence[Any]) -> str:
    """The form with each verb replaced by the next value.

    Raises ValueError where the two do not fit; Go would write `%!d(string=x)` into the text.
    """
    if not isinstance(form, str):
        raise ValueError(f"its first argument is a text, not {kind(form)}")  # noqa: TRY004 - said of the template
    rest = iter(values)
    said = _VERB.sub(lambda match: _one(match, rest), form)
    if left := len(list(rest)):
        raise ValueError(f"{form!r} has no verb for {left} of its values")
    return said


def _one(match: re.Match[str], values: Iterator[Any]) -> str:
    verb = match["verb"]
    if verb == "%":
        return "%"
    if verb not in _VERBS or not verb:
        raise ValueError(f"{match[0]!r} is none of its verbs: {' '.join(f'%{v}' for v in _VERBS)}")
    width, places = _size(match["width"]), match["places"]
    try:
        value = next(values)
    except StopIteration:
        raise ValueError(f"no value for {match[0]!r}") from None
    said = _VERBS[verb](value, None if places is None else _size(places))
    return _padded(said, match["flags"], width, number=as_number(value) is not None)


def _size(written: str) -> int:
    if len(written) > len(str(_WIDEST)) or int(written or 0) > _WIDEST:
        raise ValueError(f"{written} is wider than {_WIDEST}")
    return int(written or 0)


def _padded(said: str, flags: str, width: int, *, number: bool) -> str:
    if number and "+" in flags and not said.startswith("-"):
        said = f"+{said}"
    if "-" in flags:
        return said.ljust(width)
    return said.zfill(width) if number and "0" in flags else said.rjust(width)


def _text(value: Any, places: int | None) -> str:
    return printed(value) if places is None else printed(value)[:places]


def _whole(value: Any, _places: int | None) -> str:
    found = as_number(value)
    if not isinstance(found, int):
        raise ValueError(f"%d takes a whole number, not {kind(value)}")  # noqa: TRY004 - said of the template
    return str(found)


def _fixed(value: Any, places: int | None) -> str:
    found = as_number(value)
    if found is None:
        raise ValueError(f"%f takes a number, not {kind(value)}")
    return f"{found:.{6 if places is None else places}f}"


def _quoted(value: Any, _places: int | None) -> str:
    return json.dumps(printed(value), ensure_ascii=False)


_VERBS: Mapping[str, Callable[[Any, int | None], str]] = MappingProxyType(
    {"v": _text, "s": _text, "d": _whole, "f": _fixed, "q": _quoted, "t": _text}
)
