"""What came of a town is kept as a line, and counted in a table."""

from io import StringIO

from rich.console import Console

from tests.chaos.outcome import Outcome, line_of, outcome_of, summary, travels
from tests.chaos.plan import plan
from tests.chaos.verdict import Fault

LEAK = Fault("no-port-left", "leaked", "port 4200 is still open")
BLOWS = plan(1, steps=9, blows=3, kinds=["kill git"])
LEAKY = Outcome(
    2, [(blow, at) for at, blow in enumerate(BLOWS)], ["hq-cv-1"], 3, 15, 4, 61.5, [LEAK]
)


def test_a_line_tells_all_of_it():
    assert outcome_of(line_of(LEAKY, seed=1, town=7)) == LEAKY


def test_the_table_counts_blows_that_met_somebody_and_faults():
    shown = StringIO()
    console = Console(width=80, file=shown)
    console.print(summary([LEAKY, Outcome(2)]))
    rows = [line.split() for line in shown.getvalue().splitlines() if "│" in line]

    assert [word for word in rows[0] if word != "│"] == ["kill", "git", "3", "2", "0", "0", "1"]
    assert rows[1][1:4] == ["all", "│", "3"]


def test_stages_elsewhere_are_added_up():
    assert travels(LEAKY, Outcome(stages=5, elsewhere=1)) == "5 of 20 stages elsewhere"
