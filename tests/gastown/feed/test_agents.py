"""Who is at work, with what is wrong first."""

from gastown.feed.agents import agents_of
from gastown.health.judge import Verdict
from gastown.health.pulse import Pulse
from tests.gastown.feed.test_sessions import pulse


def test_a_line_tells_what_an_agent_does_since_when_and_how_it_is():
    def judge(one: Pulse) -> Verdict:
        bad = one.role == "refinery"
        return Verdict(one.session, "stuck" if bad else "working", 7.0, "no beat" if bad else "")

    well = pulse(state="tool", what="pytest", turns=3, convoy="hq-cv-1", since=90.0)
    stuck = pulse("hq-mol-1.3", role="refinery", state="thinking", since=40.0)
    first, second = agents_of([well, stuck], judge, now=100.0)

    assert (first.agent, first.health, first.because) == ("core/refinery", "stuck", "no beat")
    assert (first.state_s, first.silence_s) == (60.0, 7.0)
    assert (second.does, second.bead, second.turns, second.state_s) == (
        "runs pytest",
        "sk-1",
        3,
        10.0,
    )
