"""STAGES: which stage does the work of which role."""

from collections.abc import Mapping
from types import MappingProxyType

from gastown.formula.plan import PlannedStep
from tasks.defender import defender
from tasks.duty import duty
from tasks.gauger import gauger
from tasks.librarian import librarian
from tasks.polecat import polecat
from tasks.refinery import refinery
from tasks.spotter import spotter
from tasks.step import Stage
from tasks.watchdog import watchdog

STAGES: Mapping[str, Stage] = MappingProxyType(
    {
        "defender": defender,
        "polecat": polecat,
        "refinery": refinery,
        "watchdog": watchdog,
        "librarian": librarian,
        "gauger": gauger,
        "spotter": spotter,
    }
)


def stage_of(step: PlannedStep) -> Stage:
    """A role's own stage where the step says `each`; else its agent does what the text says."""
    return STAGES.get(step.role, duty) if step.bound else duty
