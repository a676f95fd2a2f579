"""Reports: what steps handed in as a whole text, as files of the town for people to read.

They stay out of every repository: a review may tell of a weakness that is not mended yet.
"""

from pathlib import Path, PurePosixPath

from gastown.beads.bead import CLOSED
from gastown.beads.ledger import Ledger
from gastown.convoys.molecule import Molecule, recorded
from gastown.formula.plan import PlannedStep

OUTPUT = "output"
"""Key of a step's metadata: the file that its report is kept as."""


def write_reports(ledger: Ledger, molecule: Molecule, folder: Path) -> tuple[Path, ...]:
    """Write the report of each closed step that names a file; the same again is the same.

    A file that would lie outside of the folder is left out; cooking refuses such a name.
    """
    written: list[Path] = []
    for step in molecule.plan.steps:
        file, text = _file(step, folder), _text(ledger, molecule, step)
        if file is None or not text:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text.rstrip()}\n", encoding="utf-8")
        written.append(file)
    return tuple(written)


def _file(step: PlannedStep, folder: Path) -> Path | None:
    name = step.metadata.get(OUTPUT)
    if not isinstance(name, str) or not name or "\0" in name:
        return None
    path = PurePosixPath(name)
    return None if path.is_absolute() or ".." in path.parts else folder / path


def _text(ledger: Ledger, molecule: Molecule, step: PlannedStep) -> str:
    bead = ledger.show(molecule.beads[step.key])
    if bead.status != CLOSED:
        return ""
    result = recorded(bead)
    return str(result.evidence.get("report") or result.summary)
