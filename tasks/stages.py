"""STAGES: which stage does the work of which role."""

from collections.abc import Mapping
from types import MappingProxyType

from tasks.defender import defender
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
