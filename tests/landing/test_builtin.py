"""Every formula that we ship lands on a real server, its agents rehearsed over the wire."""

import json

import pytest

from gastown.beads.bead import CLOSED, Draft
from gastown.cli.demo.world import INPUT
from gastown.convoys.molecule import find_molecule
from gastown.formula.find import list_formulas
from gastown.gates.record import open_gates
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Call, Cue, Turn
from tasks.squash import digest_of
from tests.landing.test_starting import town_command
from tests.landing.towns import grounds as founded
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]

OUTPUTS = {
    "survey": {"noticed": ["one waits", "another waits"]},
    "triage": {"noticed": ["a red test"]},
    "tests": {"tests": [], "packages": [{"name": "a", "folder": "."}]},
}
WRITERS = {"implement", "mend", "write", "hand-over", "changes", "number", "polecat"}
GIVEN = {
    "code-review": ["branch=main", "preset=safety"],
    "look-into": ["what=a bead that does not move"],
    "package-work": ["package=core"],
    "plan-review": ["text=First this, then that."],
    "release": ["version=1.4.0"],
    "role-trial": ["task=Say hello."],
}
NOT_ALONE = {
    "convoy": "the demo's own, of which test_starting tells",
    "security-check": "an aspect: it is woven into others",
    "write-test-mend": "an expansion: it takes the place of a step",
}
REPORTS = {"code-review": {"correctness.md", "security.md", "tests.md", "review.md"}}
"""What such a run leaves, under the names that its formula gives."""
RUN_HERE = sorted({file.name for file in list_formulas(())} - NOT_ALONE.keys())


class Obliging(Script):
    """The demo's answers, and for a formula's step a report; who writes leaves a note first."""

    def turn(self, cue: Cue) -> Turn | None:
        scripted = super().turn(cue)
        if scripted is not None:
            return scripted
        last = cue.key.rpartition(".")[2]
        if last in WRITERS and cue.turn == 0:
            note = {"path": f"notes/{cue.key}.txt", "content": f"{cue.key}\n"}
            return Turn(calls=(Call("write_file", note),))
        said = {"summary": f"Did {last}.", "output": OUTPUTS.get(last, {}), "report": "All well."}
        return Turn(calls=(Call("submit", said),))


@pytest.fixture(scope="module")
def grounds(tmp_path_factory):
    script = Obliging.load(INPUT / "answers")
    with founded(tmp_path_factory.mktemp("builtin"), script=script) as standing:
        standing.split_up()
        yield standing


@pytest.mark.parametrize("name", RUN_HERE)
def test_it_lands(grounds, name):
    town = grounds.town
    bead = town.ledger.create(Draft(title=f"Work for {name}", prefix="bl")).id
    given = [token for one in GIVEN.get(name, []) for token in ("-s", one)]
    started = town_command(
        town.root, "formula", "run", name, "-r", "beatlane", "-b", bead, "--title", name, *given
    )
    assert started.returncode == 0, started.stderr
    convoy = json.loads(started.stdout)["convoy"]

    until(lambda: is_over(grounds, convoy), seconds=400, every=0.5)

    ledger = town.ledger
    assert ledger.show(convoy).status == CLOSED
    digest, molecule = digest_of(ledger, convoy), find_molecule(ledger, convoy)
    assert digest is not None or molecule is not None
    if molecule is not None:
        beads = [ledger.show(one) for one in molecule.beads.values()]
        assert [one.title for one in beads if one.status != CLOSED] == []
    if name in REPORTS:
        reports = {path.name for path in town.layout.reports(convoy).rglob("*.md")}
        assert reports == REPORTS[name]


def is_over(grounds, convoy: str) -> bool:
    """Whether it landed; a gate on the way is answered as a person would."""
    ledger = grounds.town.ledger
    for gate, record in open_gates(ledger).items():
        if record.convoy == convoy:
            town_command(grounds.town.root, "gate", "resolve", gate, "--answer", "yes")
    return ledger.show(convoy).status == CLOSED


def test_every_formula_is_run_or_its_reason_is_named():
    assert {*RUN_HERE, *NOT_ALONE} == {file.name for file in list_formulas(())}
