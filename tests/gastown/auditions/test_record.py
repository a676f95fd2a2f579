"""Every trial that ended is kept, whatever happens to the process that writes the next."""

from gastown.auditions.record import keep, kept, standing
from tests.gastown.auditions.given import trial


def test_what_is_kept_comes_back(tmp_path):
    path = tmp_path / "auditions.jsonl"
    keep(path, trial(why="…\n"))
    keep(path, trial(passed=False))
    assert kept(path) == (trial(why="…\n"), trial(passed=False))


def test_a_line_cut_short_loses_itself_alone(tmp_path):
    path = tmp_path / "auditions.jsonl"
    keep(path, trial())
    path.write_bytes(path.read_bytes() + b'{"role": "pol')
    keep(path, trial(task="b"))
    assert [one.task for one in kept(path)] == ["a", "b"]


def test_nothing_is_known_without_a_file(tmp_path):
    assert kept(tmp_path / "none") == ()
    assert standing(tmp_path / "none") == {}


def test_each_model_in_each_role_has_a_score(tmp_path):
    path = tmp_path / "auditions.jsonl"
    for one in (trial(), trial(passed=False), trial(role="refinery"), trial("q3")):
        keep(path, one)
    found = {key: (one.passed, one.trials) for key, one in standing(path).items()}
    assert found == {
        ("polecat", "q7"): (1, 2), ("refinery", "q7"): (1, 1), ("polecat", "q3"): (1, 1)
    }  # fmt: skip
