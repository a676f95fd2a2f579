"""Scope: what a budget is counted over: a day, a convoy, a role's day, one attempt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["day", "convoy", "role", "attempt"]
OWN = frozenset({"mayor"})
"""Roles that spend from their own day alone: the town stays answerable when the rest is spent."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One sum that spending counts into, and its cap in micro-dollars; without one it is free.

    `of` is the convoy, the role or the attempt; `day` is there for what begins anew each day.
    """

    kind: Kind
    of: str = ""
    day: str = ""
    cap: int | None = None

    @property
    def key(self) -> str:
        """The same for the same sum, whatever its cap."""
        return f"{self.kind} {self.of} {self.day}"

    @property
    def name(self) -> str:
        """As a person reads it, e.g. `budget role polecat`."""
        return " ".join(filter(None, ("budget", self.kind, self.of)))

    def holds(self, convoy: str, role: str) -> bool:
        """Whether what is set aside for a convoy's stage of that role counts into this sum."""
        if self.kind == "attempt":
            return False
        return self.kind == "day" or self.of == {"convoy": convoy, "role": role}[self.kind]


@dataclass(frozen=True, slots=True)
class Budget:
    """Caps in micro-dollars. Without any, money is counted and nothing is refused."""

    day: int | None = None
    convoy: int | None = None
    roles: Mapping[str, int] = field(default_factory=dict[str, int])

    def scopes(
        self, *, convoy: str, role: str, day: date, attempt: str = "", session: int | None = None
    ) -> tuple[Scope, ...]:
        """Every sum that spending of this role for this convoy counts into on that day.

        `session` is the cap of the attempt alone.
        """
        today = day.isoformat()
        own = Scope("role", role, today, self.roles.get(role))
        spent_alone = (Scope("attempt", attempt, cap=session),) if attempt else ()
        if role in OWN:
            return own, *spent_alone
        common = (Scope("day", day=today, cap=self.day), own)
        travels = (Scope("convoy", convoy, cap=self.convoy),) if convoy else ()
        return *common, *travels, *spent_alone
