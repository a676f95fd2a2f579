"""Progress: which sessions of which convoys are ready, closed or still unknown; no clock."""

from dataclasses import replace

from gastown.placement.outlook import Ready
from gastown.placement.session import Session
from gastown.placement.tails import critical_path, tails
from gastown.placement.virtual.history import History, Move
from gastown.placement.virtual.town import Convoy


class Progress:
    """The convoys on their way. Targets and changes of them go into the history."""

    def __init__(self, spread: float, history: History) -> None:
        self.ready: dict[str, Ready] = {}
        self._spread = spread
        self._trace = history
        self._convoys: dict[str, Convoy] = {}
        self._known: dict[str, dict[str, Session]] = {}
        self._closed: set[str] = set()
        self._begun: set[str] = set()
        self._tails: dict[str, float] = {}
        self._open: dict[str, int] = {}
        self._targets: dict[str, float] = {}

    def convoy(self, key: str) -> Convoy:
        """The convoy of a session."""
        return self._convoys[key]

    def start(self, convoy: Convoy, now: float) -> None:
        """Its known sessions count from now."""
        self._convoys.update({one.key: convoy for one in convoy.sessions})
        known = {one.key: one for one in convoy.sessions if one.key not in convoy.hidden}
        self._known[convoy.name] = known
        self._open[convoy.name] = len(known)
        self._look(convoy, now)

    def take(self, key: str) -> Ready:
        """A ready session begins."""
        self._begun.add(key)
        return self.ready.pop(key)

    def close(self, key: str, now: float) -> None:
        """A session ended: others may be ready, or known of."""
        self._closed.add(key)
        convoy = self._convoys[key]
        self._open[convoy.name] -= 1
        known = self._known[convoy.name]
        shown = [
            one
            for one in convoy.sessions
            if convoy.hidden.get(one.key) == key and one.key not in known
        ]
        known.update({one.key: one for one in shown})
        self._open[convoy.name] += len(shown)
        if shown:
            self._look(convoy, now)
        else:
            self._ask(convoy, now)
        if not self._open[convoy.name]:
            self._trace.done[convoy.name] = now

    def _look(self, convoy: Convoy, now: float) -> None:
        """The graph changed: set the target and the tails anew."""
        known = tuple(self._known[convoy.name].values())
        self._tails.update(tails(known, self._closed, spread=self._spread))
        target = convoy.start + (1 + convoy.stretch) * critical_path(known, self._closed)
        target = max(target, self._targets.get(convoy.name, target))
        self._targets[convoy.name] = target
        self._trace.moves.append(Move(now, convoy.name, target))
        for key, one in self.ready.items():
            if key in self._known[convoy.name]:
                self.ready[key] = one._replace(target=target, tail=self._tails[key])
        self._ask(convoy, now)

    def _ask(self, convoy: Convoy, now: float) -> None:
        known = self._known[convoy.name]
        for one in known.values():
            if one.key in self._begun or one.key in self.ready:
                continue
            if all(need in self._closed or need not in known for need in one.needs):
                target, tail = self._targets[convoy.name], self._tails[one.key]
                self.ready[one.key] = Ready(one, now, tail, target, convoy.purses)


def foreseen(convoy: Convoy) -> Convoy:
    """The same convoy with nothing hidden, and so nothing to reckon with."""
    sessions = tuple(replace(one, again_s=0.0) for one in convoy.sessions)
    return replace(convoy, sessions=sessions, hidden={})
