"""Lines about what agents do now."""

from gastown.feed.sessions import Sessions, doing
from gastown.health.pulse import Pulse
from gastown.machine.holder import holder


def pulse(step: str = "hq-mol-1.2", **said: object) -> Pulse:
    known = {
        "session": f"{step}/1",
        "step": step,
        "attempt": 1,
        "role": "polecat",
        "rig": "core",
        "bead": "sk-1",
        "holder": holder(),
        "since": 5.0,
        "changed": 5.0,
        "beat": 5.0,
        "changed_clock": 5.0,
        "beat_clock": 5.0,
    }
    return Pulse.model_validate(known | said)


def test_a_session_is_told_of_when_it_does_another_thing():
    watch = Sessions()
    first = watch.changes([pulse(state="thinking")], 7, "7-abc")
    again = watch.changes([pulse(state="thinking", turns=3)], 8, "8-abc")
    other = watch.changes([pulse(state="tool", what="pytest\n-q")], 8, "8-abc")
    between = watch.changes([pulse(state="idle")], 9, "9-abc")

    assert [line.said for line in (*first, *again, *other, *between)] == [
        "core/polecat at sk-1 thinks",
        "core/polecat at sk-1 runs pytest -q",
    ]
    assert (first[0].seq, first[0].cursor, first[0].kind) == (7, "7-abc", "session")


def test_of_a_dead_session_nothing_is_told():
    dead = holder().rsplit(":", 2)[0] + ":999999999:1.00"

    assert Sessions().changes([pulse(holder=dead)], 0, "0") == []
    assert doing(pulse(state="waiting", what="for a slot")) == "waits for a slot"
