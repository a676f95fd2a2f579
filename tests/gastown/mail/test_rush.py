"""Agents that write to each other and are killed -9 meanwhile."""

from pathlib import Path

from tests.gastown.mail.rush import Rush, count, diary


def test_with_agents_killed_at_random_nothing_is_lost_doubled_or_out_of_order(tmp_path: Path):
    tally = Rush(tmp_path, agents=5, seconds=6, kill_every_s=0.3).run()

    assert (tally.lost, tally.twice, tally.unordered) == (0, 0, 0)
    assert tally.kills > 3
    assert tally.sent > 10
    assert len(tally.late) == tally.sent


def test_the_count_sees_what_went_wrong(tmp_path: Path):
    """A letter lost, one shown again to a session that went on, and two that changed places."""
    diary(tmp_path, 0).write_text("".join(f"sends {n} game/a1 {n}.0\n" for n in (1, 2, 3, 4)))
    shown = ["shown s1 game/a0 1 9.0", "goes-on s1", "shown s2 game/a0 1 9.5"]
    shown += ["shown s2 game/a0 3 9.6", "shown s2 game/a0 2 9.7", "goes-on s2"]
    diary(tmp_path, 1).write_text("\n".join(shown) + "\n")

    tally = count(tmp_path, 2, 1.0, 0)

    assert (tally.sent, tally.lost, tally.twice, tally.unordered) == (4, 1, 1, 1)


def test_what_a_killed_session_never_went_on_from_may_be_shown_again(tmp_path: Path):
    diary(tmp_path, 0).write_text("sends 1 game/a0 1.0\nshown s1 game/a0 1 2.0\n")
    with diary(tmp_path, 0).open("a") as file:
        file.write("shown s2 game/a0 1 3.0\ngoes-on s2\n")

    tally = count(tmp_path, 1, 1.0, 1)

    assert (tally.lost, tally.twice, tally.unordered, tally.late) == (0, 0, 0, (1.0,))
