"""The seat that a preview shows is the one an attempt gets, and it is written on the attempt."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gastown.beads.bead import Draft
from gastown.catalogue.roles import LABELS
from gastown.cli.main import run
from gastown.convoys.convoy import create_convoy
from gastown.convoys.molecule import Molecule, pour
from gastown.errors import StageFailedError
from gastown.formula.plan import Plan, PlannedStep
from gastown.founding.install import install
from gastown.stage import Placement, StageResult
from gastown.town.edit import edit, put_rig
from gastown.town.town import Town
from tasks.desk import Desk
from tasks.step import Attempt, run_step

SEATS = """
[seats]
profile = "balanced"
[[seats.overrides]]
role = "polecat"
label = "gt:pr-conflict"
burst = "qwen3-coder-480b"
[[seats.overrides]]
role = "refinery"
rig = "garden"
local = "none"
"""
HERE = Placement(where="local", reason="free")
THERE = Placement(where="cloud", reason="late")


@pytest.fixture
def town(tmp_path):
    install(tmp_path / "oak", "oak")
    file = tmp_path / "oak" / "town.toml"
    edit(file, put_rig("garden", {"prefix": "ga", "origin": "o", "gauge": {"kind": "pytest"}}))
    file.write_text(file.read_text() + SEATS)
    return Town.open(tmp_path / "oak")


def poured(town: Town, bead: dict[str, Any], **convoy: Any) -> tuple[str, Molecule]:
    """A bead, and the molecule of a convoy that carries it to a polecat and a refinery."""
    made = town.ledger.create(Draft(title="Dig", prefix="ga", **bead)).id
    hull = create_convoy(town.ledger, town.config, "Spring", [made]).id
    town.ledger.update(hull, {"metadata": convoy})
    steps = tuple(
        PlannedStep(
            key=f"{role}[{made}]", step=role, title=role, role=role, rig="garden", bead=made
        )
        for role in ("polecat", "refinery")
    )
    plan = Plan(formula="convoy", digest="d", convoy=hull, steps=steps)
    return made, pour(town.ledger, plan)


def attempt(town: Town, molecule: Molecule, place: int, placement: Placement = HERE) -> StageResult:
    """One attempt at a step whose stage does nothing."""
    step = molecule.plan.steps[place]
    return run_step(town, molecule, Attempt(step, 1, (), placement), _stage)


def _stage(desk: Desk) -> StageResult:
    return StageResult(summary=f"on {desk.request.model}")


def shown(capsys, town: Town, bead: str) -> list[dict[str, Any]]:
    """What `town model resolve BEAD --json` says."""
    run(["model", "resolve", bead, "--json", "--town", str(town.root)])
    return json.loads(capsys.readouterr().out)["seats"]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    labels=st.lists(st.sampled_from((*LABELS, "bug")), unique=True),
    metadata=st.fixed_dictionaries(
        {},
        optional={
            "model": st.sampled_from(("", "qwen3-coder-flash", "qwen3-coder-7b", "haiku-9")),
            "local_only": st.booleans(),
            "context": st.sampled_from((6000, "20000", "many")),
        },
    ),
    profile=st.sampled_from(("", "frugal", "premium", "lavish")),
)
def test_preview_and_run_are_the_same_byte_for_byte(town, capsys, labels, metadata, profile):
    bead, molecule = poured(town, {"labels": tuple(labels), "metadata": metadata}, profile=profile)

    for place, preview in enumerate(shown(capsys, town, bead)):
        if preview["hold"] is not None:
            with pytest.raises(StageFailedError) as held:
                attempt(town, molecule, place)
            assert str(held.value).endswith(f": {preview['hold']}")
        else:
            ran = attempt(town, molecule, place).evidence["seat"]
            assert json.dumps(ran) == json.dumps(preview["seat"])


def test_the_ledger_keeps_the_seat_of_each_attempt(town):
    bead, molecule = poured(town, {"labels": ("gt:pr-conflict",)})
    attempt(town, molecule, 0)

    kept = town.ledger.show(molecule.beads[f"polecat[{bead}]"]).metadata["evidence"]["evidence"]

    assert kept["seat"] == {
        "local": {"model": "qwen3-coder-7b", "because": "balanced: polecat"},
        "burst": {"model": "qwen3-coder-480b", "because": "override polecat@gt:pr-conflict"},
    }


def test_placement_picks_the_slot_and_work_here_may_ask_the_cloud(town):
    _, first = poured(town, {})
    _, second = poured(town, {})

    assert attempt(town, first, 0).summary == "on qwen3-coder-7b"
    assert attempt(town, second, 0, THERE).summary == "on qwen3-coder-30b"
    assert attempt(town, second, 1).summary == "on qwen3-coder-480b"


def test_a_hold_is_on_the_steps_record_and_leaves_it_open(town):
    bead, molecule = poured(town, {"metadata": {"model": "haiku-9"}})

    with pytest.raises(StageFailedError, match="no seat for the polecat: unknown model haiku-9"):
        attempt(town, molecule, 0)

    step = town.ledger.show(molecule.beads[f"polecat[{bead}]"])
    assert step.status == "open"
    assert "unknown model haiku-9" in json.dumps(step.metadata)
    assert town.ledger.claim_of(step.id) is None


def test_a_bead_whose_model_is_mended_gets_a_seat_at_its_next_attempt(town):
    bead, molecule = poured(town, {"metadata": {"model": "haiku-9"}})
    with pytest.raises(StageFailedError):
        attempt(town, molecule, 0)
    town.ledger.update(bead, {"metadata": {"model": "qwen3-coder-7b"}})

    assert attempt(town, molecule, 0).summary == "on qwen3-coder-7b"
