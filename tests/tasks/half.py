"""A convoy half-way: what it left in the rig and in the ledger."""

from pathlib import Path

from gastown.beads.bead import IN_PROGRESS, Draft
from gastown.convoys.convoy import create_convoy
from gastown.convoys.molecule import Molecule, pour
from gastown.formula.plan import Plan, PlannedStep
from gastown.founding.install import install
from gastown.founding.rig import add_rig
from gastown.rigs.clone import new_origin
from gastown.rigs.git import Repo
from gastown.rigs.slots import take
from gastown.rigs.worktree import add_worktree
from gastown.town.town import Town

ANN = "Ann <ann@example.org>"


class Half:
    """A convoy half-way: one bead merged, one under a Polecat, one that a person holds."""

    def __init__(self, folder: Path) -> None:
        (folder / "source" / "tests").mkdir(parents=True)
        (folder / "source" / "tests" / "test_a.py").write_text("def test_a(): pass\n")
        self.origin = new_origin(folder / "source", folder / "garden.git")
        install(folder / "oak", "oak")
        add_rig(Town.open(folder / "oak"), "garden", str(self.origin))
        self.town = Town.open(folder / "oak")
        self.layout = self.town.layout.rig("garden")
        drafts = [Draft(title=title, prefix="ga") for title in ("Dig", "Plant", "Water")]
        self.done, self.held, self.ours = (bead.id for bead in self.town.ledger.create_many(drafts))
        beads = [self.done, self.held, self.ours]
        self.convoy = create_convoy(self.town.ledger, self.town.config, "Spring", beads).id
        self.molecule = self._poured()
        self.town.ledger.close(self.done, "Merged", evidence={"commit": "abc"})
        ann = {"status": IN_PROGRESS, "assignee": "ann"}
        self.town.ledger.update(self.ours, ann)
        self._worked_on()

    def _poured(self) -> Molecule:
        keys = ("defend", "work", "refine")
        steps = [PlannedStep(key=key, step=key, title=key, role=key, rig="garden") for key in keys]
        plan = Plan(formula="convoy", digest="d", convoy=self.convoy, steps=tuple(steps))
        molecule = pour(self.town.ledger, plan)
        self.town.ledger.close(molecule.beads["defend"], "red", evidence={"summary": "red"})
        return molecule

    def _worked_on(self) -> None:
        path = self.layout.defender(self.convoy)
        self.tests = Repo(add_worktree(self.layout, path, f"convoy/{self.convoy}", "origin/main"))
        (path / "tests" / "test_plant.py").write_text("def test_plant(): assert 0\n")
        made = self.tests.commit_all(f"Test\n\nBead: {self.held}\nStage: defender 1", ANN)
        self.tests.push(f"convoy/{self.convoy}")
        slot = take(self.layout, self.held)
        path = self.layout.polecat(slot.name)
        self.work = Repo(add_worktree(self.layout, path, slot.branch, "origin/main"))
        self.work.cherry_pick(made, ANN)
        self.town.ledger.update(
            self.held, {"status": IN_PROGRESS, "assignee": f"garden/{slot.name}"}
        )

    def work_on(self) -> None:
        (self.work.path / "plant.py").write_text("rose = 1\n")
        self.work.commit_all(f"Plant\n\nBead: {self.held}\nStage: polecat 1", ANN)

    def status(self, bead: str) -> tuple[str, str]:
        found = self.town.ledger.show(bead)
        return found.status, found.assignee

    def branches(self) -> list[str]:
        refs = ("for-each-ref", "--format=%(refname:short)", "refs/heads")
        return Repo(self.layout.canonical).ask(*refs).split() + Repo(self.origin).ask(*refs).split()
