"""A step's attempt has a pulse while it works, and one that was recycled is carried out again."""

import threading
import time

import pytest

from gastown.convoys.molecule import find_molecule
from gastown.errors import RecycledError
from gastown.health.pulse import read_pulses
from gastown.health.recycle import recycle
from gastown.signs import during
from gastown.stage import Placement, StageResult
from tasks.step import Attempt, run_step
from tests.tasks.half import Half

HERE = Placement(where="local", reason="a test")


@pytest.fixture(name="half")
def _half(tmp_path):
    return Half(tmp_path)


def carried_out(half, stage):
    """The convoy's open step, done by a stage that needs no model."""
    molecule = find_molecule(half.town.ledger, half.convoy)
    assert molecule is not None
    step = molecule.plan.by_key["refine"].model_copy(update={"role": ""})
    return run_step(half.town, molecule, Attempt(step, 1, (), HERE), stage)


def test_an_attempt_has_a_pulse_that_names_it_and_none_afterwards(half):
    seen = []

    def stage(desk):
        seen.extend(read_pulses(half.town.layout))
        return StageResult(summary="done")

    carried_out(half, stage)

    (pulse,) = seen
    assert pulse.session == f"{half.molecule.beads['refine']}/1"
    assert (pulse.convoy, pulse.rig, pulse.attempt) == (half.convoy, "garden", 1)
    assert (half.town.root / pulse.folder).is_dir()
    assert read_pulses(half.town.layout) == []


def test_a_recycled_step_is_open_again_with_its_work_and_closes_once(half):
    step, begun = half.molecule.beads["refine"], threading.Event()

    def hanging(desk):
        (half.work.path / "plant.py").write_text("rose = 1\n")
        begun.set()
        with during("thinking", "qwen", 0.0):
            while True:
                time.sleep(0.01)

    def order() -> None:
        begun.wait(10)
        (pulse,) = read_pulses(half.town.layout)
        ended.append(recycle(half.town.layout, later(pulse)))

    ended = list[str]()
    witness = threading.Thread(target=order)
    witness.start()
    with pytest.raises(RecycledError) as error:
        carried_out(half, hanging)
    witness.join()
    between = half.town.ledger.show(step)
    done = carried_out(half, lambda _: StageResult(summary="planted"))

    assert (ended, error.value.kind) == (["heeded"], "stuck")
    assert between.status == "open"
    assert (half.work.path / "plant.py").read_text() == "rose = 1\n"
    assert done.summary == "planted"
    closes = [one for one in half.town.ledger.events(bead=step) if one.kind == "closed"]
    assert len(closes) == 1


def test_a_session_that_comes_back_to_life_tears_the_order_up(half):
    step = half.molecule.beads["refine"]

    def lively(desk):
        (pulse,) = read_pulses(half.town.layout)
        ended.append("")
        witness = threading.Thread(
            target=lambda: ended.append(recycle(half.town.layout, pulse, heed_s=10))
        )
        witness.start()
        while len(ended) == 1:
            with during("tool", "ls"):
                time.sleep(0.01)
        witness.join()
        return StageResult(summary="done")

    ended = list[str]()
    carried_out(half, lively)

    assert ended == ["", "revived"]
    assert half.town.ledger.show(step).status == "closed"


def later(pulse):
    """As a Witness has read it after a while: what the session did by then is known."""
    return pulse.model_copy(update={"changed_clock": time.monotonic() + 1})
