"""Shelf: the formulas of a town, or of one rig of it, as they are run there."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gastown.errors import FormulaError
from gastown.formula.extend import extended
from gastown.formula.find import FormulaFile, find_formula, is_path, list_formulas
from gastown.formula.library import Folders
from gastown.formula.model import Formula
from gastown.formula.overlay import find_overlay, overlaid


@dataclass(frozen=True, slots=True)
class Shelf:
    """Folders in which formulas are looked for before ours, and folders of overlays.

    Of the folders of overlays, the first that has a file for a formula counts.
    """

    folders: Sequence[Path] = ()
    overlays: Sequence[Path] = ()

    @property
    def library(self) -> Folders:
        """The files as they are written, for formulas that build on others."""
        return Folders(self.folders)

    def list(self) -> list[FormulaFile]:
        """Every formula there is, by name."""
        return list_formulas(self.folders)

    def take(self, name: str) -> Formula:
        """The formula of a name, or at a path, as it is run here: extended, then overlaid.

        Raises:
            NotFoundError: With the folders that were searched and the nearest name there is.
            FormulaError: With everything that is wrong in the formula, or in the overlay.
        """
        return self._as_run(find_formula(name, () if is_path(name) else self.folders))

    def overlay_problems(self, file: FormulaFile) -> tuple[str, ...]:
        """What is wrong with the overlay of a formula that is right itself."""
        try:
            if find_overlay(file.name, self.overlays):
                self._as_run(file)
        except FormulaError as error:
            return tuple(error.findings)
        return ()

    def _as_run(self, file: FormulaFile) -> Formula:
        formula = extended(file.load(), self.library)
        overlay = find_overlay(file.name, self.overlays)
        return overlaid(formula, overlay) if overlay else formula
