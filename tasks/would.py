"""would: where placement would have a step run if it were ready now; nothing is started or claimed.

The run's own functions on the run's own facts: the host's ledger, the budgets, and for a bead of a
convoy that was launched its target and a plan of what is left.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from gastown.beads.bead import CLOSED, IN_PROGRESS
from gastown.convoys.molecule import Molecule, marks
from gastown.forecast.basis import role_purses
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.ask import Lease
from gastown.machine.admission.here import offered, open_ledger
from gastown.machine.admission.offer import cap_beside
from gastown.placement.agenda import Agenda
from gastown.placement.ahead.guide import Guide
from gastown.placement.ahead.planner import AT_ONCE
from gastown.placement.decide import Decision, decide
from gastown.placement.hint import NO_HINTS, Hints, hinted
from gastown.placement.moment import outlook_of
from gastown.placement.outlook import Outlook, Purse
from gastown.placement.resident import Residents, residents
from gastown.placement.routes import Known, session_of
from gastown.placement.session import Session
from gastown.stage import Seat
from gastown.town.town import Town
from tasks.metering import spend_of
from tasks.terms import known_of, models_of, purses_of, terms_of


@dataclass(frozen=True, slots=True)
class _Moment:
    leases: Sequence[Lease]
    here: Residents
    outlook: Outlook


def alone(town: Town, role: str, seat: Seat, *, rig: str, stretch: float) -> Decision:
    """A step of this role as if a convoy of nothing else began now."""
    step = PlannedStep(key=role, step=role, title=role, role=role, rig=rig or None)
    known, purses = known_of(town), purses_of(town, spend_of(town), role=role)
    session = _session(town, step, seat, known)
    common = tuple(name for name in purses if name not in session.purses)
    moment = _moment(town, known, purses)
    agenda = Agenda([session], start=moment.outlook.now, stretch=stretch, purses=common)
    return _decided(agenda, session, moment, NO_HINTS)


def in_convoy(town: Town, molecule: Molecule, step: PlannedStep, seat: Seat) -> Decision:
    """A step of a convoy that was launched, beside what is left of that."""
    terms = terms_of(town, molecule)
    closed = {key for key, mark in marks(town.ledger, molecule).items() if mark.closed}
    agenda = terms.agenda(closed)
    moment = _moment(town, terms.known, terms.purses())
    guide = Guide(agenda, AT_ONCE, lambda: None)
    for other in agenda.left:
        if state_of(town, molecule, other.key) == "at work":
            guide.begun(other.key, moment.outlook.now + other.quickest)
    guide.look(moment.outlook, dict(_held(molecule, moment.leases)))
    return _decided(agenda, _session(town, step, seat, terms.known), moment, guide.hints)


def state_of(town: Town, molecule: Molecule, key: str) -> str:
    """`closed` or `at work`; empty for a step that is still to be placed."""
    status = town.ledger.show(molecule.beads[key]).status
    return {CLOSED: "closed", IN_PROGRESS: "at work"}.get(status, "")


def _session(town: Town, step: PlannedStep, seat: Seat, known: Known) -> Session:
    return replace(session_of(step, seat, known), purses=role_purses(step.role, town.config))


def _moment(town: Town, known: Known, purses: Mapping[str, Purse]) -> _Moment:
    with closing(open_ledger(town.layout, town.config.machine)) as ledger:
        leases, clock = ledger.leases(), ledger.now()
    here = residents(leases, str(town.root), models_of(town, known))
    outlook = outlook_of(
        time.time(),
        cap_beside(offered(town.config)(), leases),
        leases,
        clock,
        purses=purses,
        shut=spend_of(town).blocked(),
        residents=here,
    )
    return _Moment(leases, here, outlook)


def _held(molecule: Molecule, leases: Sequence[Lease]) -> Iterator[tuple[str, str]]:
    """Steps by the leases that they hold."""
    keys = {bead: key for key, bead in molecule.beads.items()}
    yield from ((str(one.token), keys[one.ask.who]) for one in leases if one.ask.who in keys)


def _decided(agenda: Agenda, session: Session, moment: _Moment, hints: Hints) -> Decision:
    agenda.ask(session, moment.outlook.now)
    ready = agenda.ready(session.key)
    ready = ready._replace(session=moment.here.session(ready.session))
    (decision,) = decide([hinted(ready, hints)], moment.outlook)
    return decision
