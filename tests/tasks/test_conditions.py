"""What conditions may see: files on the formula's branch or main, and allowed variables alone."""

from pathlib import Path

import pytest

from gastown.convoys.molecule import Molecule
from gastown.errors import FormulaError
from gastown.formula.outcome import Outcome, holds
from gastown.formula.plan import Plan, PlannedStep
from gastown.founding.install import install
from gastown.founding.rig import add_rig
from gastown.rigs.clone import new_origin
from gastown.rigs.git import Repo
from gastown.rigs.traces import formula_branch
from gastown.town.town import Town
from tasks.conditions import outcomes_in

CONVOY = "hq-cv-1"


@pytest.fixture
def town(tmp_path: Path) -> Town:
    (tmp_path / "source" / "tests").mkdir(parents=True)
    (tmp_path / "source" / "tests" / "test_a.py").write_text("def test_a(): pass\n")
    origin = new_origin(tmp_path / "source", tmp_path / "garden.git")
    install(tmp_path / "oak", "oak")
    file = tmp_path / "oak" / "town.toml"
    file.write_text(file.read_text() + '\n[formulas]\nenv = ["OAK_MODE"]\n')
    add_rig(Town.open(tmp_path / "oak"), "garden", str(origin))
    return Town.open(tmp_path / "oak")


def molecule(*rigs: str) -> Molecule:
    steps = tuple(PlannedStep(key=rig, step=rig, title=rig, rig=rig) for rig in rigs)
    plan = Plan(formula="f", digest="d", convoy=CONVOY, steps=steps)
    return Molecule("hq-mol-1", plan, {})


def asked(town: Town, condition: str, *rigs: str) -> bool:
    made = molecule(*rigs)
    return holds(condition, made.plan, outcomes_in(town, made))


def test_a_file_is_looked_for_on_main_until_the_formula_has_a_branch_of_its_own(town: Town):
    assert asked(town, "file.exists('tests/test_a.py')", "garden")
    assert asked(town, "file.exists('tests')", "garden")
    assert not asked(town, "file.exists('rose.py')", "garden")

    main = Repo(town.layout.rig("garden").canonical)
    tree = main.ask("rev-parse", "origin/main^{tree}:tests")
    commit = main.ask("-c", "user.name=t", "-c", "user.email=t@t", "commit-tree", tree, "-m", "x")
    main.run("update-ref", f"refs/heads/{formula_branch(CONVOY)}", commit)

    assert asked(town, "file.exists('test_a.py')", "garden")
    assert not asked(town, "file.exists('tests/test_a.py')", "garden")


@pytest.mark.parametrize("path", ["/etc/passwd", "../town.toml", "-x", ""])
def test_nothing_outside_the_rig_is_seen(town: Town, path: str):
    assert not asked(town, f"file.exists('{path}x')", "garden")


def test_a_formula_without_a_rig_has_no_files(town: Town):
    with pytest.raises(FormulaError, match="this formula works on no rig"):
        asked(town, "file.exists('a')")


def test_only_variables_that_the_town_names_are_seen(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OAK_MODE", "fast")
    monkeypatch.setenv("OAK_OTHER", "fast")

    assert asked(town, "env.OAK_MODE == fast")
    with pytest.raises(FormulaError, match=r"may read OAK_MODE; see formulas\.env"):
        asked(town, "env.OAK_OTHER == fast")


def test_the_record_is_passed_on(town: Town):
    made = molecule("garden")
    known = outcomes_in(town, made, {"garden": Outcome("closed")})

    assert holds("garden.status == closed", made.plan, known)
