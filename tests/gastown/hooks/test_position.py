"""A step's place in its formula: what came before, and what waits; joins are passed through."""

from typing import Literal

from gastown.beads.memory import MemoryLedger
from gastown.convoys.molecule import Molecule, pour
from gastown.formula.plan import Plan, PlannedStep
from gastown.hooks.position import position_text


def step(key: str, *needs: str, kind: Literal["work", "join"] = "work") -> PlannedStep:
    return PlannedStep(key=key, step=key, title=f"The {key}", role="crew", needs=needs, kind=kind)


def poured(*steps: PlannedStep) -> tuple[MemoryLedger, Molecule]:
    ledger = MemoryLedger()
    plan = Plan(formula="f", digest="d", convoy="", steps=steps)
    return ledger, pour(ledger, plan)


def test_a_step_is_told_what_came_and_what_waits_through_joins():
    ledger, molecule = poured(
        step("a"),
        step("b"),
        step("all", "a", "b", kind="join"),
        step("c", "all"),
        step("end", "c", kind="join"),
        step("d", "end"),
    )
    ledger.close(molecule.beads["a"], "two tests, red")

    assert position_text(ledger, molecule, "c").splitlines() == [
        "Step 3 of 4 of the formula f.",
        "Before it came:",
        "- The a: two tests, red",
        "- The b",
        "For it waits:",
        "- The d",
    ]


def test_the_first_and_last_say_so_and_a_crowd_is_counted():
    ledger, molecule = poured(step("a"), *(step(f"w{n}", "a") for n in range(12)))

    first = position_text(ledger, molecule, "a").splitlines()
    last = position_text(ledger, molecule, "w3").splitlines()

    assert first[1:3] == ["Nothing came before it.", "For it waits:"]
    assert first[-1] == "- … and 4 more"
    assert last[-1] == "Nothing waits for it but the end."
