"""Progress: how far a convoy is, what each step waits for, and when it will land; reads only."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal, cast

from pydantic import Field

from gastown.beads.bead import CLOSED, IN_PROGRESS, Bead
from gastown.beads.ledger import Ledger
from gastown.convoys.convoy import members, show_convoy
from gastown.convoys.molecule import Molecule, find_molecule
from gastown.convoys.waiting import awaited
from gastown.feed.expected import Expected, SoFar, Work, expected
from gastown.feed.told import record_in
from gastown.forecast.fact import FORECAST
from gastown.forecast.forecast import Forecast
from gastown.formula.plan import PlannedStep
from gastown.formula.workload import workload
from gastown.gates.record import record_of
from gastown.gates.words import waits_for
from gastown.stage import Frozen

State = Literal["done", "at work", "ready", "waits", "waiting", "failed"]
"""A gate that is open for an answer *waits*; a step that needs others is *waiting*."""


class Blocker(Frozen):
    """What keeps a step from going on: a step or a gate, the machine, an outage, an error."""

    kind: Literal["step", "gate", "machine", "outage", "failure"]
    bead: str = Field(default="", description="Of the step, or the gate.")
    said: str


class StepProgress(Frozen):
    """One step; joins close by themselves and are left out."""

    key: str
    bead: str
    title: str
    state: State
    blocked_by: tuple[Blocker, ...] = ()


class Progress(Frozen):
    """A convoy. `done` of `total` steps, `merged` of `beads` change requests."""

    done: int
    total: int
    merged: int
    beads: int
    steps: tuple[StepProgress, ...]
    expected: Expected | None = Field(default=None, description="None once it is over.")

    @property
    def awaits(self) -> str:
        """What is away that a step waits for, and until when; empty when there is none."""
        found = (one for step in self.steps for one in step.blocked_by if one.kind == "outage")
        return next((one.said for one in found), "")

    @property
    def open(self) -> tuple[StepProgress, ...]:
        """The steps that are not done and not at work."""
        return tuple(step for step in self.steps if step.state not in {"done", "at work"})


def progress_of(
    ledger: Ledger, convoy: str, now: datetime, queue: Mapping[str, str] | None = None
) -> Progress:
    """How far a convoy is now.

    Args:
        ledger: The town's.
        convoy: Its id.
        now: The time.
        queue: Why a step's bead waits for the machine, as the host's ledger has it.

    Raises NotFoundError.
    """
    bead, molecule = show_convoy(ledger, convoy), find_molecule(ledger, convoy)
    travel = members(ledger, bead)
    steps: tuple[StepProgress, ...] = ()
    when = None if bead.status == CLOSED else Expected(because="it was not launched")
    if molecule is not None:
        look = _Look(ledger, molecule, queue or {}, now)
        steps = tuple(look.steps())
        said = awaited(bead, now)  # the run itself, as at its landing
        when = Expected(because=said) if said else expected(look.so_far(steps))
        when = None if bead.status == CLOSED else when
    return Progress(
        done=sum(step.state == "done" for step in steps),
        total=len(steps),
        merged=sum(one.status == CLOSED for one in travel),
        beads=len(travel),
        steps=steps,
        expected=when,
    )


class _Look:
    """A molecule's beads at one moment."""

    def __init__(
        self, ledger: Ledger, molecule: Molecule, queue: Mapping[str, str], now: datetime
    ) -> None:
        self.now = now
        children = {child.id: child for child in ledger.children(molecule.id)}
        self.plan, self.queue = molecule.plan, queue
        self.beads = {key: children[bead] for key, bead in molecule.beads.items()}
        self.known = [step for step in molecule.plan.steps if step.key in self.beads]
        self.forecast = ledger.show(molecule.id).metadata.get(FORECAST)

    def steps(self) -> Iterator[StepProgress]:
        """Where each step stands, in the plan's order."""
        for step in self.known:
            if step.kind != "join":
                bead, (state, blockers) = self.beads[step.key], self._standing(step)
                yield StepProgress(
                    key=step.key, bead=bead.id, title=step.title, state=state, blocked_by=blockers
                )

    def so_far(self, steps: tuple[StepProgress, ...]) -> SoFar:
        """What is known of the times."""
        now = self.now
        works = [
            Work(
                step.key,
                step.role,
                step.needs,
                done=self.beads[step.key].status == CLOSED,
                seconds=_seconds(self.beads[step.key], now),
            )
            for step in workload(tuple(self.known))
        ]
        kept = Forecast.model_validate(self.forecast) if self.forecast else None
        begun = [at for bead in self.beads.values() if (at := _start(bead))]
        return SoFar(
            works,
            min(begun, default=None),
            now.timestamp(),
            kept.placed.seconds if kept else None,
            tuple(one.title for one in steps if one.state in {"waits", "failed"}),
        )

    def _standing(self, step: PlannedStep) -> tuple[State, tuple[Blocker, ...]]:
        bead = self.beads[step.key]
        if bead.status == CLOSED:
            return "done", ()
        if bead.status == IN_PROGRESS:
            return "at work", ()
        if (record := record_of(bead)) is not None:
            said = f"no: {record.rejected.reason}" if record.rejected else waits_for(record.gate)
            return "waits", (Blocker(kind="gate", bead=bead.id, said=said),)
        unmet = tuple(self._unmet(step))
        if unmet:
            return "waiting", unmet
        return self._free(bead)

    def _free(self, bead: Bead) -> tuple[State, tuple[Blocker, ...]]:
        """Of a step that needs no other."""
        if away := awaited(bead, self.now):
            return "ready", (Blocker(kind="outage", bead=bead.id, said=away),)
        if why := _failure(bead):
            return "failed", (Blocker(kind="failure", bead=bead.id, said=why),)
        because = self.queue.get(bead.id, "")
        return "ready", ((Blocker(kind="machine", said=because),) if because else ())

    def _unmet(self, step: PlannedStep) -> Iterator[Blocker]:
        """The steps that it needs and that are not done; of a join, its members."""
        for need in self._spread(step.needs):
            one, bead = self.plan.by_key[need], self.beads[need]
            if bead.status != CLOSED:
                kind = "gate" if one.kind == "gate" else "step"
                yield Blocker(kind=kind, bead=bead.id, said=one.title)

    def _spread(self, needs: tuple[str, ...]) -> dict[str, None]:
        found: dict[str, None] = {}
        for need in needs:
            if need not in self.beads:
                continue
            step = self.plan.by_key[need]
            found |= self._spread(step.needs) if step.kind == "join" else {need: None}
        return found


def _failure(bead: Bead) -> str:
    past: Any = bead.metadata.get("failures")
    last = record_in(cast("list[Any]", past)[-1] if isinstance(past, list) and past else None)
    return str(last.get("summary", "")) if last.get("verdict") == "failed" else ""


def _seconds(bead: Bead, now: datetime) -> float:
    """So long it took, or is at it."""
    if bead.status == IN_PROGRESS:
        return max(0.0, (now - bead.updated_at).total_seconds())
    if bead.status != CLOSED:
        return 0.0
    return float(record_in(bead.metadata.get("evidence")).get("seconds", 0.0))


def _start(bead: Bead) -> float | None:
    evidence = record_in(record_in(bead.metadata.get("evidence")).get("evidence"))
    if bead.status == IN_PROGRESS:
        return bead.updated_at.timestamp()
    return float(evidence["start"]) if evidence.get("start") else None
