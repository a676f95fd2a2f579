"""Truth: what an assembly's pictures and log must show, and whether they do."""

from gastown.rigs.truth.check import check, judged
from gastown.rigs.truth.control import seeded_defect
from gastown.rigs.truth.model import Scenario, Truth
from gastown.rigs.truth.parse import load_truth
from gastown.rigs.truth.report import render
from gastown.rigs.truth.sighting import Capture, Sighting

__all__ = ["Capture", "Scenario", "Sighting", "Truth", "check", "judged", "load_truth", "render"]
__all__ += ["seeded_defect"]
