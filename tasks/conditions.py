"""conditions: what a molecule's run-time conditions may see beside its record: files, variables."""

import os
from collections.abc import Mapping

from gastown.convoys.molecule import Molecule
from gastown.errors import FormulaError
from gastown.formula.outcome import Outcome, Outcomes, variables
from gastown.rigs.git import Repo
from gastown.rigs.traces import formula_branch
from gastown.town.town import Town

_NO_RECORD: Mapping[str, Outcome] = {}


def outcomes_in(
    town: Town, molecule: Molecule, steps: Mapping[str, Outcome] = _NO_RECORD
) -> Outcomes:
    """The record of steps, with the files and variables that the molecule's conditions may see."""
    allowed = town.config.formulas.env
    return Outcomes(
        steps, lambda path: _exists(town, molecule, path), variables(os.environ, allowed)
    )


def _exists(town: Town, molecule: Molecule, path: str) -> bool:
    """Whether the file is on the formula's branch, or on main, of a rig that it works on."""
    rigs = sorted({step.rig for step in molecule.plan.steps if step.rig})
    if not rigs:
        raise FormulaError([f"file.exists('{path}'): this formula works on no rig"])
    return any(_is_in(town, rig, molecule.plan.convoy, path) for rig in rigs)


def _is_in(town: Town, rig: str, convoy: str, path: str) -> bool:
    main = Repo(town.layout.rig(rig).canonical)
    own = f"refs/heads/{formula_branch(convoy)}"
    tip = main.find(own) or main.find(f"origin/{town.config.rig(rig).branch}")
    if tip is None:
        return False
    status, _ = main.run("cat-file", "-e", f"{tip}:{path}", may_fail=(1, 128))
    return status == 0
