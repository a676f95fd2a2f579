"""terms: what placement is told of the town: each step's ways, and what its budget leaves."""

import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from gastown.beads.bead import Bead
from gastown.catalogue.price import shipped_prices
from gastown.convoys.molecule import Molecule
from gastown.convoys.target import kept_target, written
from gastown.errors import GasTownError
from gastown.forecast.basis import role_purses
from gastown.forecast.past import learned
from gastown.formula.plan import PlannedStep
from gastown.formula.workload import workload
from gastown.money.ledger import SpendLedger
from gastown.money.pricebook import Price, PriceBook, price_of
from gastown.placement.agenda import Agenda
from gastown.placement.ahead.guide import SPREAD
from gastown.placement.ask import PROFILE, ask_of
from gastown.placement.outlook import Purse
from gastown.placement.resolve import resolve
from gastown.placement.routes import A_SANDBOX, Fit, Known, model_of, session_of
from gastown.placement.seat import Hold
from gastown.placement.session import LocalRoute, Model, Session
from gastown.placement.tails import critical_path
from gastown.runner.planned import planned
from gastown.stage import Seat, Usage
from gastown.town.town import Town
from tasks.metering import budget_of, placed, set_aside, spend_of, today


@dataclass(frozen=True, slots=True)
class Terms:
    """One molecule's, as the town is configured; what changes is read anew each time.

    `work` are its steps that are work, by key, with the work that each waits for.
    """

    town: Town
    molecule: Molecule
    known: Known
    spend: SpendLedger
    work: Mapping[str, PlannedStep]

    @property
    def stretch(self) -> float:
        """How much longer than all in the cloud the convoy may take."""
        profile = self._convoy().metadata.get(PROFILE)
        return self.town.config.stretch(str(profile or "").strip())

    def seat(self, step: PlannedStep) -> Seat | None:
        """The step's seat, as its bead and its convoy are now; None where it has or needs none."""
        if not step.role:
            return None
        bead = self.town.ledger.show(step.bead) if step.bead else None
        found = resolve(self.town.config, ask_of(step.role, step.rig, bead, self._convoy()))
        return None if isinstance(found, Hold) else found

    def session(self, step: PlannedStep) -> Session:
        """The step's ways. One without a seat goes to work here, and its attempt tells why."""
        seat = self.seat(step)
        step = self.work.get(step.key, step)
        if seat is None:
            return Session(step.key, step.role, step.needs, LocalRoute(0.0, A_SANDBOX))
        made = session_of(step, seat, self.known)
        return replace(made, purses=role_purses(step.role, self.town.config))

    def agenda(self, closed: Collection[str], *, keep: bool = False) -> Agenda:
        """What is left of the convoy, and its target: the first launch's, while that can be met.

        With `keep` a target that is set, or moves, is put on record.
        """
        sessions = [self.session(step) for step in self.work.values()]
        left = critical_path([one for one in sessions if one.key not in closed])
        now, ledger, molecule = time.time(), self.town.ledger, self.molecule.id
        stretch = self.stretch
        target = kept_target(ledger.show(molecule).metadata, now=now, stretch=stretch, path_s=left)

        def moved(target: float) -> None:
            ledger.update(molecule, {"metadata": written(target, stretch)})

        agenda = Agenda(
            sessions,
            start=now,
            stretch=stretch,
            done=closed,
            purses=self.common(),
            spread=SPREAD,
            target=target,
        )
        if keep:
            agenda.moved = moved
            if target is None:
                moved(agenda.target)
        return agenda

    def models(self) -> Mapping[str, Model]:
        """The models that the town serves from a file, by what their slots are called."""
        return models_of(self.town, self.known)

    def set_aside(self, closed: Collection[str] = ()) -> None:
        """Keep money for what only the cloud can do, and is not `closed`.

        Raises BudgetError for too low a cap.
        """
        usage = {
            role: Usage(requests=work.turns, input_tokens=work.billed, output_tokens=work.out)
            for role, work in self.known.works.items()
        }
        plan = self.molecule.plan
        steps = [step for key, step in self.work.items() if key not in closed]
        set_aside(self.town, plan.convoy, steps, self.seat, usage)

    def common(self) -> tuple[str, ...]:
        """Names of the capped sums that every step of the convoy counts into."""
        return tuple(purses_of(self.town, self.spend, convoy=self.molecule.plan.convoy))

    def purses(self) -> Mapping[str, Purse]:
        """What the capped sums leave: the day's, the convoy's, and each of its roles'."""
        convoy, roles = self.molecule.plan.convoy, budget_of(self.town).roles
        mine = {step.role for step in self.work.values()}
        found: dict[str, Purse] = {}
        for role in ("", *sorted(mine & roles.keys())):
            found |= purses_of(self.town, self.spend, convoy=convoy, role=role)
        return found

    def grown(self, molecule: Molecule) -> "Terms":
        """The same of the molecule with what it grew."""
        return replace(self, molecule=molecule, work=_work(molecule))

    def _convoy(self) -> Bead:
        return self.town.ledger.show(self.molecule.plan.convoy)


def terms_of(town: Town, molecule: Molecule) -> Terms:
    """The terms of a molecule, at today's prices, with what the town has learned of its roles."""
    works = learned(town.ledger, town.layout.spend).works
    known = replace(known_of(town), works=works)
    return Terms(town, molecule, known, spend_of(town), _work(molecule))


def _work(molecule: Molecule) -> dict[str, PlannedStep]:
    return {step.key: step for step in workload(molecule.plan.steps)}


def known_of(town: Town) -> Known:
    """What routes are worked out from in this town, at today's prices."""
    return Known(town.config, _prices(town), fits=fits_of(town))


def models_of(town: Town, known: Known) -> Mapping[str, Model]:
    """The models that the town serves from a file, by what their slots are called."""
    found = [model_of(name, known) for name in _served(town)]
    return {model.slot: model for model in found}


def purses_of(
    town: Town, spend: SpendLedger, *, convoy: str = "", role: str = ""
) -> Mapping[str, Purse]:
    """What the capped sums leave that a role's work for a convoy, or for none, counts into.

    By the sum's name, which is the same on every day.
    """
    scopes = budget_of(town).scopes(convoy=convoy, role=role, day=today(town))
    capped = {scope.name: scope for scope in scopes if scope.cap is not None}
    standing = {name: spend.standing(scope) for name, scope in capped.items()}
    return {
        name: Purse((capped[name].cap or 0) - one.settled - one.reserved, one.earmarked)
        for name, one in standing.items()
    }


def fits_of(town: Town) -> dict[str, Fit]:
    """What the town's own models take; of one that cannot be, its first session is told why."""
    found: dict[str, Fit] = {}
    for name in _served(town):
        with suppress(GasTownError):
            plan = planned(town.layout, town.config, name).plan
            found[name] = Fit(plan.residency, plan.activity)
    return found


def _served(town: Town) -> list[str]:
    """Rows that the town serves from a file."""
    return [name for name, row in town.config.models.items() if row.local is not None]


def _prices(town: Town) -> Mapping[str, Price]:
    book, day = PriceBook(shipped_prices()), today(town)
    found: dict[str, Price] = {}
    for name in town.config.catalogue.rows:
        own = name in town.config.models
        price = price_of(name, placed(town, name), book, day) if own else book.on(name, day)
        if price is not None:
            found[name] = price
    return found
