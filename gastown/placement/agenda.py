"""Agenda: one convoy on its way as placement sees it: its sessions, its target, what is ready.

The target is set once, at the convoy's first start, and moves only when work is sent back.
"""

from collections.abc import Collection, Sequence

from gastown.placement.outlook import Ready
from gastown.placement.session import Session
from gastown.placement.tails import critical_path, tails


class Agenda:
    """Times are seconds of one clock. Not thread-safe: the dispatcher's thread alone holds it."""

    def __init__(
        self,
        sessions: Sequence[Session],
        *,
        start: float,
        stretch: float,
        done: Collection[str] = (),
        purses: tuple[str, ...] = (),
    ) -> None:
        """Begin, or begin again.

        Args:
            sessions: All of the convoy's, closed ones included.
            start: When the convoy was first started.
            stretch: How much longer than all in the cloud it may take, as a share of that.
            done: Keys of closed sessions.
            purses: Budget scopes that must grant each session.
        """
        self._sessions = {one.key: one for one in sessions}
        self._done = set(done)
        self._since: dict[str, float] = {}
        self._purses = purses
        self.start, self.stretch = start, stretch
        self.target = start + (1 + stretch) * critical_path(sessions)
        self._tails = self._measured()

    def session(self, key: str) -> Session:
        """One session."""
        return self._sessions[key]

    def ready(self, keys: Sequence[str], now: float) -> list[Ready]:
        """Those of the keys as placement is told of them; each counts from when it first was so."""
        for key in self._since.keys() - set(keys):
            del self._since[key]
        return [self._ready(key, now) for key in keys]

    def close(self, key: str) -> None:
        """A session is done."""
        self._done.add(key)

    def reopen(self, keys: Collection[str], now: float) -> float:
        """Sessions run once more; the new target, never an earlier one.

        What remains is given the time it would have had, had the convoy begun with it.
        """
        self._done -= set(keys)
        self._tails = self._measured()
        left = [one for key, one in self._sessions.items() if key not in self._done]
        again = now + (1 + self.stretch) * critical_path(left, self._done)
        self.target = max(self.target, again)
        return self.target

    def _ready(self, key: str, now: float) -> Ready:
        since = self._since.setdefault(key, now)
        return Ready(self._sessions[key], since, self._tails[key], self.target, self._purses)

    def _measured(self) -> dict[str, float]:
        return tails(tuple(self._sessions.values()), self._done)
