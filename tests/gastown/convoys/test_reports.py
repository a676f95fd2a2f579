"""What steps handed in as a whole text, as files of the town."""

from datetime import timedelta
from pathlib import Path

import pytest

from gastown.beads.memory import MemoryLedger
from gastown.convoys.molecule import Molecule, pour, record
from gastown.convoys.reports import write_reports
from gastown.formula.plan import Plan, PlannedStep
from gastown.stage import StageResult


def a_step(key: str, output: object = "") -> PlannedStep:
    metadata = {"output": output} if output else {}
    return PlannedStep(key=key, step=key, title=key, role="refinery", metadata=metadata)


def poured(ledger: MemoryLedger, *steps: PlannedStep) -> Molecule:
    return pour(ledger, Plan(formula="review", digest="d", convoy="hq-cv-1", steps=steps))


def close(ledger: MemoryLedger, molecule: Molecule, key: str, **evidence: str) -> None:
    claim = ledger.claim(molecule.beads[key], "tester", timedelta(minutes=1))
    record(ledger, claim, StageResult(summary=f"{key} is fine.", evidence=evidence))


def test_a_report_is_kept_as_the_file_that_its_step_names(tmp_path: Path):
    ledger = MemoryLedger()
    steps = a_step("style", ".reviews/r1/style.md"), a_step("bugs", "bugs.md"), a_step("plain")
    molecule = poured(ledger, *steps, a_step("open", "open.md"))
    close(ledger, molecule, "style", report="# Style\n\nAll well.\n\n")
    close(ledger, molecule, "bugs")
    close(ledger, molecule, "plain", report="Not asked for.")

    written = write_reports(ledger, molecule, tmp_path)

    assert {str(file.relative_to(tmp_path)): file.read_text() for file in written} == {
        ".reviews/r1/style.md": "# Style\n\nAll well.\n",
        "bugs.md": "bugs is fine.\n",
    }
    assert write_reports(ledger, molecule, tmp_path) == written


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "a\0b", ["a"]])
def test_no_report_leaves_the_folder(tmp_path: Path, name: object):
    ledger, folder = MemoryLedger(), tmp_path / "reports"
    molecule = poured(ledger, a_step("style", name))
    close(ledger, molecule, "style", report="x")

    assert write_reports(ledger, molecule, folder) == ()
    assert list(tmp_path.iterdir()) == []
