"""What a transcript tells of speed, and of answers that were of no use."""

import json

from gastown.auditions.manners import Manners, manners_of, read

EVENTS = [
    {"event": "request", "at": 1.0},
    {"event": "answer", "at": 3.5},
    {"event": "observation", "at": 9.0, "fault": "malformed"},
    {"event": "observation", "at": 9.1, "fault": "refused"},
    {"event": "request", "at": 10.0},
    {"event": "answer", "at": 10.5},
]


def test_only_the_time_of_answering_counts_and_only_what_made_no_sense():
    assert read(EVENTS) == Manners(answering_s=3.0, bad_answers=1)


def test_a_request_without_an_answer_takes_no_time():
    assert read(EVENTS[:1]) == Manners(0.0, 0)


def test_a_transcript_cut_short_tells_what_it_has(tmp_path):
    file = tmp_path / "session-1.jsonl"
    lines = [json.dumps(one) for one in EVENTS[:3]]
    file.write_text("\n".join([*lines, '{"event": "req']))
    assert manners_of(file) == Manners(2.5, 1)
    assert manners_of(tmp_path / "none") == Manners(0.0, 0)
