"""Fault: what is wrong with a page, at a line; faults of before and after can be compared."""

from collections.abc import Iterable
from typing import Literal

from gastown.stage import Frozen

Kind = Literal["link", "anchor", "code", "section"]


class Fault(Frozen):
    """One thing that is wrong. `what` stays the same when its line moves."""

    file: str
    line: int
    kind: Kind
    what: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}: {self.why}"

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same fault."""
        return (self.file, self.kind, self.what, self.why)


def fresh(after: Iterable[Fault], before: Iterable[Fault]) -> tuple[Fault, ...]:
    """Faults of `after` that were not there before."""
    known = {fault.key for fault in before}
    return tuple(fault for fault in after if fault.key not in known)
