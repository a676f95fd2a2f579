"""Faults: what goes wrong on purpose, how often, and for whom; then everything is normal again.

As text: `KIND[*TIMES][~SECONDS][@ROLE[/KEY]]`, comma-separated: `429*2~0.5,cut@polecat/combo`.
"""

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from gastown.errors import ConfigError

FaultKind = Literal["429", "500", "cut", "stall", "html", "badjson", "badargs"]
"""429 and 500 as statuses; the stream cut or silent in its middle; a page of HTML; half a JSON
document; an answer whose arguments (or text) break off."""
KINDS: tuple[str, ...] = get_args(FaultKind)

_FORM = re.compile(
    r"(?P<kind>\w+)(\*(?P<times>\d+))?(~(?P<seconds>[\d.]+))?"
    r"(@(?P<role>[\w-]+)(/(?P<key>[\w.-]+))?)?"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One kind of fault, `times` times. Empty `role` or `key` means anyone's.

    `seconds` is the Retry-After of a 429 and the length of a stall; 0 leaves it to the kind.
    """

    kind: FaultKind
    times: int = 1
    seconds: float = 0.0
    role: str = ""
    key: str = ""

    @property
    def retry_after_s(self) -> float:
        """What a 429 asks the client to wait."""
        return self.seconds or 1.0

    @property
    def silence_s(self) -> float:
        """How long a stall lasts; longer than any client should wait."""
        return self.seconds or 3600.0

    def strikes(self, role: str, key: str) -> bool:
        """Whether a request of that role and key is one it is meant for."""
        return self.role in {"", role} and self.key in {"", key}


class FaultPlan:
    """Hands out each fault as often as it says; safe to ask from many threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._faults = tuple(faults)
        self._left = [fault.times for fault in self._faults]
        self._lock = threading.Lock()

    def take(self, role: str, key: str) -> Fault | None:
        """The fault this request suffers; the plan's order decides between several."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if self._left[index] and fault.strikes(role, key):
                    self._left[index] -= 1
                    return fault
        return None


def parse_faults(text: str) -> tuple[Fault, ...]:
    """Read a plan. Raises ConfigError that names the item and the form."""
    return tuple(_fault(item.strip()) for item in text.split(",") if item.strip())


def _fault(item: str) -> Fault:
    found = _FORM.fullmatch(item)
    kind = next((k for k in get_args(FaultKind) if found and k == found["kind"]), None)
    if found is None or kind is None:
        raise ConfigError(
            f"fault {item!r}: expected KIND[*TIMES][~SECONDS][@ROLE[/KEY]] with KIND one of "
            f"{', '.join(KINDS)}"
        )
    return Fault(
        kind,
        times=int(found["times"] or 1),
        seconds=float(found["seconds"] or 0),
        role=found["role"] or "",
        key=found["key"] or "",
    )
