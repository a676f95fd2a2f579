"""The loop and the fan-out that docs/formulas.md shows."""

from pathlib import Path

from gastown.formula.growth import grown
from gastown.formula.outcome import Outcome, Outcomes
from tests.gastown.formula.baked import baked, shelf

_ROOT = Path(__file__).parents[3]
_TEXT = (_ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")
LOOP, FAN_OUT = (
    block.split("```")[0]
    for block in _TEXT.split("## Steps within steps")[1].split("```toml\n")[1:3]
)


def test_the_loop_goes_round_until_the_review_approves():
    plan = baked(LOOP)
    record = {
        "polish.iter1.write": Outcome("closed"),
        "polish.iter1.review": Outcome("closed", {"verdict": "rejected"}),
    }

    assert plan.by_key["polish.iter1.write"].title == "draft 1"
    assert grown(plan, Outcomes(record)).by_key["polish.iter2.write"].title == "draft 2"
    record["polish.iter1.review"] = Outcome("closed", {"verdict": "approved"})
    assert grown(plan, Outcomes(record)) is plan


def test_each_finding_gets_the_formula_and_the_report_waits_for_all():
    bond = '[vars]\nwhat = ""\nnumber = ""\n[[steps]]\nid = "fix"\ntitle = "{{number}}: {{what}}"\n'
    plan = baked(FAN_OUT, shelf(mend=bond))
    output = {"findings": [{"title": "a leak"}, {"title": "a race"}]}
    plan = grown(plan, Outcomes({"scan": Outcome("closed", output)}))

    assert plan.by_key["scan.1.fix"].title == "1: a race"
    assert plan.by_key["scan.fanout"].members == ("scan.0", "scan.1")
    assert plan.by_key["report"].needs == ("scan", "scan.fanout")
