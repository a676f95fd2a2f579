"""Agenda: one convoy on its way as placement sees it: its sessions, its target, what is ready.

The target is set when a convoy begins, from what is left to do, and moves only when work is sent
back. A town at work and one in virtual time keep the same.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from gastown.formula.graph import dependents
from gastown.placement.outlook import Ready
from gastown.placement.session import Session
from gastown.placement.tails import critical_path, tails


class Agenda:
    """Times are seconds of one clock. Not thread-safe.

    Args:
        sessions: All that are known of the convoy's; one that is done may be sent back.
        done: Keys of those that are.
        start: When it began.
        stretch: How much longer than all in the cloud it may take, as a share of that.
        purses: Budget scopes that must grant each session, beside its own.
        spread: How unsure estimates are taken to be (gastown.placement.tails).
        target: When it is to be done, where that was set before.

    Attributes:
        moved: Told of a target that moves.
    """

    def __init__(
        self,
        sessions: Iterable[Session],
        *,
        start: float,
        stretch: float,
        done: Collection[str] = (),
        purses: tuple[str, ...] = (),
        spread: float = 0.0,
        target: float | None = None,
    ) -> None:
        self._sessions = {one.key: one for one in sessions}
        self._done = set(done)
        self._failed: set[str] = set()
        self._since: dict[str, float] = {}
        self.purses = purses
        self.stretch = stretch
        self.spread = spread
        self._tails = self._measure()
        path = (1 + stretch) * critical_path(self.left)
        self.target: float = start + path if target is None else target
        self.moved: Callable[[float], None] = _unheard

    @property
    def left(self) -> Sequence[Session]:
        """What is not done yet and may still be, those at work included."""
        gone = self._done | self._failed
        return [one for key, one in self._sessions.items() if key not in gone]

    @property
    def known(self) -> Collection[str]:
        """Keys of all sessions."""
        return self._sessions.keys()

    @property
    def done(self) -> Collection[str]:
        """Keys of those that are."""
        return self._done

    def ask(self, session: Session, now: float) -> None:
        """A session is ready, as its seat is now; one that was done has been sent back."""
        again = session.key in self._done
        self._sessions[session.key] = session
        self._since[session.key] = now
        self._done.discard(session.key)
        if again:
            self._move([session], now)

    def learn(self, sessions: Sequence[Session], now: float) -> None:
        """Sessions of which nobody knew: work is sent back."""
        self._sessions.update({one.key: one for one in sessions})
        self._tails = self._measure()
        self._move(sessions, now)

    def close(self, key: str) -> None:
        """A session is done."""
        self._done.add(key)

    def fail(self, key: str) -> None:
        """A session will not be done, and nothing that needs it."""
        known = self._sessions
        after = dependents(
            {one.key: [need for need in one.needs if need in known] for one in known.values()}
        )
        gone = [key]
        while gone:
            one = gone.pop()
            if one not in self._failed:
                self._failed.add(one)
                gone += after[one]

    def ready(self, key: str) -> Ready:
        """A session that waits, as placement is told of it."""
        session = self._sessions[key]
        purses = self.purses + session.purses
        return Ready(session, self._since[key], self._tails[key], self.target, purses)

    def _measure(self) -> dict[str, float]:
        return tails(tuple(self._sessions.values()), self._done, spread=self.spread)

    def _move(self, sessions: Iterable[Session], now: float) -> None:
        """Give what remains after work was sent back the time it would have had from the start."""
        left = max(one.quickest + self._tails[one.key] for one in sessions)
        target = now + (1 + self.stretch) * left
        if target > self.target:
            self.target = target
            self.moved(target)


def _unheard(_: float) -> None:
    """Nobody keeps it."""
