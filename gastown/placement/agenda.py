"""Agenda: one convoy on its way as placement sees it: its sessions, its target, what is ready.

The target is set when a run begins, from what is left to do, and moves only when work is sent back.
"""

from collections.abc import Collection, Sequence

from gastown.placement.outlook import Ready
from gastown.placement.session import Session
from gastown.placement.tails import critical_path, tails


class Agenda:
    """Times are seconds of one clock. Not thread-safe.

    Args:
        sessions: All of the convoy's; one that is done may be sent back.
        done: Keys of those that are.
        start: When the run began.
        stretch: How much longer than all in the cloud it may take, as a share of that.
        purses: Budget scopes that must grant each session.
    """

    def __init__(
        self,
        sessions: Sequence[Session],
        *,
        start: float,
        stretch: float,
        done: Collection[str] = (),
        purses: tuple[str, ...] = (),
    ) -> None:
        self._sessions = {one.key: one for one in sessions}
        self._since: dict[str, float] = {}
        self._purses = purses
        self._stretch = stretch
        self._tails = tails(sessions)
        left = [one for one in sessions if one.key not in done]
        self.target = start + (1 + stretch) * critical_path(left)

    def ask(self, session: Session, now: float) -> None:
        """A session is ready, as its seat is now; one that was so before has been sent back.

        Then what remains is given the time it would have had, had the convoy begun with it.
        """
        if session.key in self._since:
            left = session.quickest + self._tails[session.key]
            self.target = max(self.target, now + (1 + self._stretch) * left)
        self._sessions[session.key] = session
        self._since[session.key] = now

    def forget(self, key: str) -> None:
        """A session did not begin after all; asked again, it was not sent back."""
        self._since.pop(key, None)

    def ready(self, key: str) -> Ready:
        """A session that waits, as placement is told of it."""
        since, tail = self._since[key], self._tails[key]
        return Ready(self._sessions[key], since, tail, self.target, self._purses)
