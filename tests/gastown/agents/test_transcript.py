"""A transcript is one JSON line an event, without secrets, and survives a killed session."""

import json
from pathlib import Path

from gastown.agents.transcript import Redactor, Transcript


class Ticks:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        self.now += 0.5
        return self.now


def test_events_are_lines_in_order(tmp_path: Path):
    path = tmp_path / "deep" / "session.jsonl"

    with Transcript(path, Ticks()) as transcript:
        transcript.note("start", role="polecat")
        transcript.note("stop", status="done")

    assert [json.loads(line) for line in path.read_text().splitlines()] == [
        {"event": "start", "at": 0.5, "role": "polecat"},
        {"event": "stop", "at": 1.0, "status": "done"},
    ]


def test_a_second_session_is_appended(tmp_path: Path):
    path = tmp_path / "session.jsonl"

    for _ in range(2):
        with Transcript(path, Ticks()) as transcript:
            transcript.note("start")

    assert path.read_text().count("\n") == 2


def test_a_line_is_on_disk_at_once(tmp_path: Path):
    path = tmp_path / "session.jsonl"

    with Transcript(path, Ticks()) as transcript:
        transcript.note("start")
        assert path.read_text().endswith("\n")


def test_only_the_owner_may_read_it(tmp_path: Path):
    with Transcript(tmp_path / "session.jsonl", Ticks()):
        pass

    assert (tmp_path / "session.jsonl").stat().st_mode & 0o077 == 0


def test_secrets_are_struck_out_wherever_they_stand(tmp_path: Path):
    path = tmp_path / "session.jsonl"
    secret = 'sk-"quoted\\key'

    with Transcript(path, Ticks(), Redactor([secret, "short"])) as transcript:
        transcript.note("tool", arguments={"x": [f"a {secret} b"], secret: ("short",)})

    line = json.loads(path.read_text())
    assert line["arguments"] == {"x": ["a [secret] b"], "[secret]": ["short"]}


def test_the_longer_of_two_secrets_goes_first():
    assert Redactor(["abcdefgh", "abcdefghi"])("abcdefghi abcdefgh") == "[secret] [secret]"


def test_without_a_path_nothing_is_written(tmp_path: Path):
    with Transcript(None, Ticks()) as transcript:
        transcript.note("start")

    assert not list(tmp_path.iterdir())
