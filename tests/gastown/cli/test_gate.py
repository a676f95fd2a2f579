"""`town gate …`: what waits, and a person's answer, with the town down."""

import pytest

from gastown.beads.bead import Draft
from gastown.convoys.molecule import pour, recorded
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.town.town import Town
from tasks.gates import open_all


class Asked:
    """A town of a gate that asks for a version before a step."""

    def __init__(self, root) -> None:
        self.town = Town.open(root)
        ledger = self.town.ledger
        convoy = ledger.create(Draft(title="c", infix="cv", issue_type="convoy")).id
        gate = PlannedStep(
            key="ship.gate-human",
            step="ship.gate-human",
            title="human before Ship it",
            kind="gate",
            gate=PlannedGate(type="human", timeout_s=172_800),
        )
        ship = PlannedStep(
            key="ship",
            step="ship",
            title="Ship it",
            description="To everybody.",
            needs=(gate.key,),
            metadata={"form": {"version": {"required": True}, "loud": {"type": "bool"}}},
        )
        plan = Plan(formula="f", digest="d", convoy=convoy, steps=(gate, ship))
        self.molecule = pour(ledger, plan)
        self.gate, self.ship = (self.molecule.beads[key] for key in (gate.key, ship.key))
        open_all(self.town, self.molecule, [gate.key])


@pytest.fixture
def asked(tmp_path, cli, monkeypatch):
    root = tmp_path / "oak"
    assert cli("install", str(root)).code == 0
    monkeypatch.chdir(root)
    return Asked(root)


def test_a_town_without_gates_says_so(tmp_path, cli, monkeypatch):
    root = tmp_path / "oak"
    cli("install", str(root))
    monkeypatch.chdir(root)

    assert "gates: none" in cli("gate", "list").out
    assert cli("gate", "check", "--json").json == []


def test_a_gate_is_listed_with_what_it_waits_for(cli, asked):
    listed = cli("gate", "list")
    (row,) = cli("gate", "list", "--json").json

    assert "a person's word" in listed.out
    assert (row["id"], row["state"], row["type"]) == (asked.gate, "open", "human")
    assert row["convoy"] == asked.molecule.plan.convoy


def test_a_gate_shows_what_is_asked_and_how_to_answer(cli, asked):
    shown = cli("gate", "show", asked.gate)

    assert shown.code == 0
    for word in ("To everybody.", "2d", f"town gate resolve {asked.gate}", "--set version=…"):
        assert word in shown.out
    assert set(cli("gate", "show", asked.gate, "--json").json["form"]) == {"version", "loud"}


def test_a_gate_is_opened_with_an_answer_and_the_fields_of_its_form(cli, asked):
    said = cli("gate", "resolve", asked.gate, "--answer", "go", "-s", "version=1", "-s", "loud=yes")

    assert said.code == 0
    assert "no run waits for it yet" in said.out
    output = recorded(asked.town.ledger.show(asked.gate)).evidence["output"]
    assert output == {"approved": True, "answer": "go", "version": "1", "loud": True}
    assert "gates: none" in cli("gate", "list").out
    (row,) = cli("gate", "list", "--all", "--json").json
    assert (row["state"], row["output"]) == ("resolved", output)


def test_an_answer_that_does_not_fit_is_refused_and_changes_nothing(cli, asked):
    refused = cli("gate", "resolve", asked.gate, "--set", "speed=9")

    assert refused.code == 2
    assert "speed: the form has no such field; version: is missing" in refused.err
    assert asked.town.ledger.show(asked.gate).status == "open"


def test_a_no_is_on_record_with_its_reason(cli, asked):
    assert cli("gate", "resolve", asked.gate, "--reject", "--answer", "x").code == 2
    said = cli("gate", "resolve", asked.gate, "--reject", "--comment", "too early", "--json").json

    assert (said["found"], said["said"], said["resumed"]) == ("rejected", "too early", False)
    (row,) = cli("gate", "list", "--json").json
    assert row["state"] == "rejected"


@pytest.mark.parametrize("verb", ["show", "resolve", "check"])
def test_what_is_no_gate_is_refused_with_what_to_do(cli, asked, verb):
    refused = cli("gate", verb, asked.ship)

    assert (refused.code, "town gate list" in refused.err) == (2, True)
    assert cli("gate", verb, "hq-none").code == 2


def test_a_look_by_hand_says_how_each_gate_stands(cli, asked):
    (row,) = cli("gate", "check", asked.gate, "--json").json

    assert (row["gate"], row["found"], row["resumed"]) == (asked.gate, "open", False)


def test_a_gate_that_is_closed_as_a_bead_is_open_with_that_word(cli, asked):
    assert cli("bead", "close", asked.gate, "--reason", "fine by me").code == 0

    (row,) = cli("gate", "list", "--all", "--json").json
    assert (row["state"], row["because"]) == ("resolved", "fine by me")
    assert recorded(asked.town.ledger.show(asked.gate)).summary == "fine by me"
