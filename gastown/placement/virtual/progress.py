"""Progress: which sessions of which convoys are ready, closed or still unknown; no clock."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from gastown.placement.agenda import Agenda
from gastown.placement.outlook import Ready
from gastown.placement.session import Session
from gastown.placement.virtual.history import History, Move
from gastown.placement.virtual.town import Convoy


class Progress:
    """The convoys on their way. Targets and changes of them go into the history.

    Args:
        spread: How unsure estimates are taken to be.
        history: Where targets and ends are put down.
        begun: Sessions that are at work already when their convoy is first heard of.
    """

    def __init__(self, spread: float, history: History, begun: Collection[str] = ()) -> None:
        self._spread = spread
        self._trace = history
        self._begun = begun
        self._ready: dict[str, Agenda] = {}
        self._convoys: dict[str, Convoy] = {}
        self._agendas: dict[str, Agenda] = {}
        self._later: dict[str, dict[str, Session]] = {}

    @property
    def ready(self) -> list[Ready]:
        """Sessions that wait, oldest first."""
        return [agenda.ready(key) for key, agenda in self._ready.items()]

    @property
    def under_way(self) -> list[tuple[Convoy, Agenda]]:
        """Convoys that have begun, with what is left of each."""
        convoys = {one.name: one for one in self._convoys.values()}
        return [(one, self._agendas[name]) for name, one in convoys.items()]

    def convoy(self, key: str) -> Convoy:
        """The convoy of a session."""
        return self._convoys[key]

    def start(self, convoy: Convoy, now: float) -> None:
        """Its known sessions count from now."""
        self._convoys.update({one.key: convoy for one in convoy.sessions})
        known = [one for one in convoy.sessions if one.key not in convoy.hidden]
        agenda = Agenda(
            known,
            start=convoy.start,
            stretch=convoy.stretch,
            purses=convoy.purses,
            spread=self._spread,
            target=convoy.target,
        )
        self._agendas[convoy.name] = agenda
        self._later[convoy.name] = {one.key: one for one in known if one.key not in self._begun}
        self._trace.moves.append(Move(now, convoy.name, agenda.target))
        self._ask(convoy, now)

    def take(self, key: str) -> Ready:
        """A ready session begins."""
        return self._ready.pop(key).ready(key)

    def close(self, key: str, now: float) -> None:
        """A session ended: others may be ready, or known of. One that is no convoy's is passed."""
        convoy = self._convoys.get(key)
        if convoy is None:
            return
        agenda = self._agendas[convoy.name]
        agenda.close(key)
        shown = [one for one in convoy.sessions if convoy.hidden.get(one.key) == key]
        if shown:
            self._show(convoy, shown, now)
        self._ask(convoy, now)
        if len(agenda.done) == len(agenda.known):
            self._trace.done[convoy.name] = now

    def _show(self, convoy: Convoy, shown: Sequence[Session], now: float) -> None:
        agenda = self._agendas[convoy.name]
        agenda.learn(shown, now)
        self._later[convoy.name].update({one.key: one for one in shown})
        self._trace.moves.append(Move(now, convoy.name, agenda.target))

    def _ask(self, convoy: Convoy, now: float) -> None:
        agenda, later = self._agendas[convoy.name], self._later[convoy.name]
        done, known = agenda.done, agenda.known
        for one in list(later.values()):
            if all(need in done or need not in known for need in one.needs):
                del later[one.key]
                agenda.ask(one, now)
                self._ready[one.key] = agenda


def foreseen(convoy: Convoy) -> Convoy:
    """The same convoy with nothing hidden, and so nothing to reckon with."""
    sessions = tuple(replace(one, again_s=0.0) for one in convoy.sessions)
    return replace(convoy, sessions=sessions, hidden={})
