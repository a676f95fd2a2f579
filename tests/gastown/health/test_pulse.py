"""What a session notes of itself, and who reads it."""

import subprocess
import sys

import psutil

from gastown.health.pulse import pulse_file, pulse_folder, read_pulses, write_pulse
from gastown.machine.holder import holder
from gastown.town.layout import TownLayout
from tests.gastown.health.bodies import pulse_of


def note(layout, pulse):
    path = pulse_file(layout, pulse.step, pulse.attempt)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_pulse(path, pulse)


def test_a_town_without_sessions_has_no_pulses(tmp_path):
    assert read_pulses(TownLayout(tmp_path)) == []


def test_pulses_are_read_as_they_were_written_in_the_order_of_their_steps(tmp_path):
    layout = TownLayout(tmp_path)
    pulses = [pulse_of(step=step, session=f"{step}/1") for step in ("hq-b.2", "hq-a.10")]
    for pulse in pulses:
        note(layout, pulse)

    assert read_pulses(layout) == pulses[::-1]


def test_a_step_whose_name_is_no_file_name_has_a_pulse_too(tmp_path):
    layout = TownLayout(tmp_path)
    note(layout, pulse_of(step="../a b/c"))

    assert [one.step for one in read_pulses(layout)] == ["../a b/c"]


def test_a_file_that_a_power_cut_left_in_half_hides_no_other(tmp_path):
    layout = TownLayout(tmp_path)
    note(layout, pulse_of())
    (pulse_folder(layout) / "half.1.json").write_text('{"session": "a')

    assert len(read_pulses(layout)) == 1


def test_a_living_process_is_not_gone_and_one_that_died_is():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        start = psutil.Process(child.pid).create_time()
        host = holder().split(":")[0]
        pulse = pulse_of(holder=f"{host}:{child.pid}:{start:.2f}")
        before = pulse.gone
        child.kill()

    assert (before, pulse.gone, pulse.pid, pulse.host) == (False, True, child.pid, host)


def test_of_a_process_elsewhere_nothing_is_known():
    assert not pulse_of(holder="elsewhere:1:1.0").gone


def test_an_agent_is_named_with_its_rig():
    assert pulse_of().agent == "game/polecat"
    assert pulse_of(rig="", role="mayor").agent == "mayor"
