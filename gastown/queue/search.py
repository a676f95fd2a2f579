"""Search: which stack of requests to gate next, given the results so far. A pure state machine.

What is green lands at once, so every stack stands on a main that holds all that is known to be
good. Of a red stack nothing lands: it is cut where the red tests point to someone, else where the
next run says most. Nobody is sent back on one red run: a request is convicted when it was red on
top of main with nothing beside it, and the same test was red in an earlier run with it in.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from gastown.queue.odds import Odds, cut

TRIES = 3  # runs alone, when each shows another red test


@dataclass(frozen=True, slots=True)
class Gate:
    """Stack the first `count` of those that wait on main, and run the gate on the tip."""

    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Convict:
    """The first of those that wait goes back."""

    request: str
    reason: str


@dataclass(frozen=True, slots=True)
class RedRun:
    """What a red run showed: its red tests, and whose files they lie in.

    `files` counts the files with red tests, about as many as there are bad requests.
    """

    tests: frozenset[str]
    named: frozenset[str] = frozenset()
    files: int = 1


@dataclass(frozen=True, slots=True)
class Search:
    """Where a batch stands.

    `waiting` are the requests without a verdict, in the order in which they are stacked. The first
    `window` of them together are known to be red; 0 says that nothing is known. `suspects` are
    those that red tests pointed to, each bad with the probability `suspicion`. `seen` is what was
    red with a request in the stack. `alone` counts the red runs of the first one alone.
    """

    waiting: tuple[str, ...]
    window: int = 0
    suspects: frozenset[str] = frozenset()
    suspicion: float = 0.0
    seen: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    alone: int = 0
    guilty: bool = False

    def next(self, odds: Odds, size: int) -> Gate | Convict | None:
        """What to do now; None when everybody has a verdict.

        Args:
            odds: What is known of the queue's requests at large.
            size: How many may be stacked where nothing is known.
        """
        if not self.waiting:
            return None
        first = self.waiting[0]
        if self.guilty:
            return Convict(first, f"{first} is red with nothing beside it on main")
        if self.alone:
            return Gate(1, f"{first} is gated again, in case the red run was a chance")
        if self.window:
            return self._narrowed(odds)
        count = min(self._innocents(), size)
        return Gate(count, f"the first {count}") if count else Gate(1, f"red tests name {first}")

    def _narrowed(self, odds: Odds) -> Gate:
        if self.window == 1:
            return Gate(1, f"{self.waiting[0]} is what is left of a red stack")
        innocents = self._innocents()
        if 0 < innocents < self.window:
            return Gate(innocents, "the red stack without those that its red tests point to")
        rate = odds.rate if innocents else self.suspicion
        count = cut(self.window, rate)
        return Gate(count, f"the first {count} of {self.window} that are red together")

    def _innocents(self) -> int:
        """How many of the first, within the window if there is one, no red test points to."""
        within = self.waiting[: self.window or None]
        return next((n for n, one in enumerate(within) if one in self.suspects), len(within))

    def green(self, count: int) -> "Search":
        """The first `count` together were green, and landed."""
        window = max(0, self.window - count)
        return replace(self, waiting=self.waiting[count:], window=window, alone=0)

    def red(self, count: int, run: RedRun) -> "Search":
        """The first `count` together were red."""
        gated = self.waiting[:count]
        if count == 1:
            return self._red_alone(gated[0], run)
        named = run.named & {*gated}
        known = self.suspects - {*gated} | named if 0 < len(named) < count else self.suspects
        innocent = [one for one in gated if one not in known]
        accused = [one for one in gated if one in known]
        return replace(
            self,
            waiting=(*innocent, *accused, *self.waiting[count:]),
            window=count,
            suspects=known,
            suspicion=min(1.0, run.files / len(accused)) if accused else self.suspicion,
            seen=self._with(gated, run),
        )

    def _red_alone(self, first: str, run: RedRun) -> "Search":
        again = bool(run.tests & self.seen.get(first, frozenset()))
        alone = self.alone + 1
        guilty = again or alone >= TRIES
        return replace(self, window=1, alone=alone, guilty=guilty, seen=self._with([first], run))

    def _with(self, gated: Iterable[str], run: RedRun) -> Mapping[str, frozenset[str]]:
        return {**self.seen, **{o: self.seen.get(o, frozenset()) | run.tests for o in gated}}

    def without(self, gone: Collection[str]) -> "Search":
        """Some leave: convicted, in conflict, or withdrawn. What was red with them says no more."""
        within = self.waiting[: self.window]
        if not any(one in gone for one in within):
            return replace(self, waiting=tuple(o for o in self.waiting if o not in gone))
        left = tuple(one for one in self.waiting if one not in gone)
        return replace(self, waiting=left, window=0, alone=0, guilty=False)

    @property
    def settled(self) -> bool:
        """Nothing is known of those that wait that a new batch would have to find out again."""
        return not self.window and not (self.suspects & {*self.waiting})
