"""Agents in processes of their own write while readers are killed: nothing is lost or doubled."""

from tests.gastown.feed.soak import READERS, soak


def test_readers_that_are_killed_print_each_line_once_in_the_order_of_its_sender(tmp_path):
    found = soak(tmp_path, agents=6, seconds=2.5)

    assert (found.lost, found.twice, found.disordered) == (0, 0, 0)
    assert found.sent > 0
    assert found.printed == READERS * (found.sent + 1)  # and the line it began with
    assert found.kills > 0
