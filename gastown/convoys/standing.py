"""Standing: where each step of a molecule stands, for a person or an agent who works it by hand."""

from typing import Literal

from pydantic import Field

from gastown.beads.bead import CLOSED, IN_PROGRESS
from gastown.beads.ledger import Ledger
from gastown.convoys.course import Course
from gastown.convoys.molecule import Molecule, marks
from gastown.stage import Frozen

State = Literal["done", "current", "ready", "gate", "waiting"]


class StepStanding(Frozen):
    """One step; `open_needs` are titles of what it waits for."""

    key: str
    bead: str
    title: str
    kind: str
    role: str
    state: State
    who: str = Field(default="", description="Who works on it, or did.")
    open_needs: tuple[str, ...] = ()


class Standing(Frozen):
    """A whole molecule."""

    molecule: str
    convoy: str
    formula: str
    steps: tuple[StepStanding, ...]
    ended: str = Field(default="", description="How it was closed; empty while it is open.")

    @property
    def work(self) -> tuple[StepStanding, ...]:
        """Without joins, which close by themselves."""
        return tuple(step for step in self.steps if step.kind != "join")

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state == "done" for step in self.work)

    def in_state(self, state: State) -> tuple[StepStanding, ...]:
        """The steps of that state, in the plan's order."""
        return tuple(step for step in self.work if step.state == state)


def course_of(ledger: Ledger, molecule: Molecule) -> Course:
    """The molecule's course as the ledger has it."""
    return Course(molecule.plan, marks(ledger, molecule))


def standing_of(ledger: Ledger, molecule: Molecule) -> Standing:
    """Where every step stands now."""
    course = course_of(ledger, molecule)
    beads = {child.id: child for child in ledger.children(molecule.id)}
    by_key = molecule.plan.by_key
    steps: list[StepStanding] = []
    for step in molecule.plan.steps:
        bead = beads[molecule.beads[step.key]]
        state = _state(course.status(step.key), at_work=bead.status == IN_PROGRESS)
        unmet = [need for need in step.needs if course.status(need) != "closed"]
        steps.append(
            StepStanding(
                key=step.key,
                bead=bead.id,
                title=step.title,
                kind=step.kind,
                role=step.role if step.kind == "work" else "",
                state=state,
                who=bead.assignee,
                open_needs=tuple(by_key[need].title for need in unmet),
            )
        )
    plan, root = molecule.plan, ledger.show(molecule.id)
    return Standing(
        molecule=molecule.id,
        convoy=plan.convoy,
        formula=plan.formula,
        steps=tuple(steps),
        ended=root.close_reason or "" if root.status == CLOSED else "",
    )


def _state(status: str, *, at_work: bool) -> State:
    if status == "closed":
        return "done"
    if at_work:
        return "current"
    if status == "gated":
        return "gate"
    return "ready" if status == "ready" else "waiting"
