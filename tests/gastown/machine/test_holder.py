"""A holder is known by host, process and start, and seen to be dead by all on its host."""

import os
import time

import psutil

from gastown.machine.holder import holder, is_dead, lives_here
from tests.dying import child as child  # noqa: PLC0414 - for pytest to find it here
from tests.dying import named


def test_this_process_is_alive_and_so_is_a_holder_on_another_machine():
    assert not is_dead(holder())
    assert not is_dead("elsewhere:1:0.0")


def test_a_killed_process_is_dead_before_and_after_its_parent_looked(child):
    name = named(child.pid)
    assert not is_dead(name)

    child.kill()
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert is_dead(name)

    child.wait()
    assert is_dead(name)


def test_a_process_with_the_same_pid_but_another_start_is_not_the_holder():
    host, pid, start = holder().split(":")
    assert is_dead(f"{host}:{pid}:{float(start) - 100:.2f}")


def test_a_holders_name_says_host_process_and_start():
    assert holder().split(":")[1] == str(os.getpid())


def test_only_a_living_process_of_this_host_is_known_to_live_here(child):
    name = named(child.pid)
    assert lives_here(holder())
    assert lives_here(name)
    assert not any(map(lives_here, ("elsewhere:1:0.0", "ann", "", "a:b:c:d")))

    child.kill()
    child.wait()
    assert not lives_here(name)
