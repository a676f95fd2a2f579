"""Homecoming: the bead that brings a convoy's own branch together with main where they clash.

It travels with the convoy whose landing it blocks, and goes the way of every bead: a Polecat does
it, the Refinery reviews and merges it into the convoy's branch. Then the landing is tried again.
"""

from collections.abc import Sequence

from gastown.agents.prose import one_line
from gastown.beads.bead import Bead, Draft
from gastown.beads.ledger import Ledger
from gastown.formula.plan import Plan, PlannedStep
from gastown.queue.outcome import Red
from gastown.rigs.rebase import Conflict
from gastown.rigs.traces import integration_branch

LABEL, CONVOY = "homecoming", "convoy"
"""The label of such a bead, and the key of its metadata that names its convoy."""

_FILES_SHOWN = 20
_ACCEPTANCE = """\
- What either side changed holds: nothing of it is dropped to be rid of a conflict.
- No conflict marker is left, and every test is green."""


def is_homecoming(bead: Bead) -> bool:
    """Whether a bead brings its convoy's branch together with main."""
    return LABEL in bead.labels


def homecomings(ledger: Ledger, convoy: str, prefix: str) -> list[Bead]:
    """A convoy's own of one rig, by its prefix; those that it does not track yet, too."""
    found = ledger.find(label=LABEL, prefix=prefix)
    return [bead for bead in found if bead.metadata.get(CONVOY) == convoy]


def draft_homecoming(
    convoy: Bead, prefix: str, main: str, priority: int, outcome: Conflict | Red
) -> Draft:
    """The bead to be, for the verdict of the queue on a convoy's branch."""
    branch = integration_branch(convoy.id)
    return Draft(
        title=f"Bring {branch} together with {main}",
        description=f"{branch}, which the beads of {convoy.id} came together on, cannot land: it "
        f"{why(outcome, main)}. Until this is done its convoy does not land.",
        acceptance_criteria=_ACCEPTANCE,
        prefix=prefix,
        priority=priority,
        labels=(LABEL,),
        metadata={CONVOY: convoy.id},
        ephemeral=convoy.ephemeral,
    )


def why(outcome: Conflict | Red, main: str) -> str:
    """What keeps a branch from main, as the end of a sentence."""
    if isinstance(outcome, Red):
        return f"is red on top of {main} ({one_line(outcome.report.line)})"
    files = ", ".join(one_line(file) for file in outcome.files[:_FILES_SHOWN])
    more = len(outcome.files) - _FILES_SHOWN
    return f"conflicts with {main} in {files}" + (f" and {more} more" if more > 0 else "")


def with_homecoming(plan: Plan, bead: Bead, rig: str, after: Sequence[str]) -> Plan:
    """The plan with the two steps of such a bead; one that has them is given back as it is.

    Args:
        plan: What the convoy has come through.
        bead: The homecoming.
        rig: Its rig.
        after: Keys of the steps it comes after.
    """
    work, review = f"reconcile[{bead.id}]", f"rejoin[{bead.id}]"
    if work in plan.by_key:
        return plan
    polecat = PlannedStep(
        key=work,
        step="reconcile",
        title=f"polecat {bead.id}",
        description="Resolve what clashes, so that both sides' changes hold.",
        role="polecat",
        needs=tuple(after),
        rig=rig,
        bead=bead.id,
    )
    refinery = PlannedStep(
        key=review,
        step="rejoin",
        title=f"refinery {bead.id}",
        description="Review it, then merge it into the convoy's branch or send it back.",
        role="refinery",
        needs=(work,),
        rig=rig,
        bead=bead.id,
    )
    return plan.model_copy(update={"steps": (*plan.steps, polecat, refinery)})


def lasts(plan: Plan) -> tuple[str, ...]:
    """The steps that no other needs."""
    return tuple(step.key for step in plan.steps if not plan.dependents[step.key])
