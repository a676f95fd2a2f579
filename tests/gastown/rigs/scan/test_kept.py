"""strike: no secret stays in what a session leaves, and all else stays as it was."""

import json

from hypothesis import given
from hypothesis import strategies as st

from gastown.rigs.scan.child import ScannerError
from gastown.rigs.scan.kept import strike
from gastown.rigs.scan.leaks import rule_hits_in
from gastown.rigs.scan.redact import mark
from tests.gastown.rigs.scan.planted import AWS, GITHUB, KEY, KEY_BODY, PASSWORD

FILE = f'extends Node\nvar password: String = "{PASSWORD}"\nvar test = "test"\n'
SHORT = 'password = "test"\nthe test is green'


def transcript(path, *events: dict[str, object]):
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in events))
    path.chmod(0o600)
    return path


def events(path):
    return [json.loads(line) for line in path.read_text().split("\n")[:-1]]


def test_a_secret_is_struck_wherever_it_stands_also_in_json_within_json(tmp_path):
    call = {"name": "write_file", "arguments": json.dumps({"path": "a.gd", "content": FILE})}
    file = transcript(
        tmp_path / "session-1.jsonl",
        {"event": "observation", "at": 0.5, "text": FILE, "fault": ""},
        {"event": "answer", "message": {"role": "assistant", "tool_calls": [{"function": call}]}},
        {"event": "answer", "message": {"content": f"It holds {PASSWORD}."}},
    )
    strike([file])

    assert PASSWORD not in file.read_text()
    seen, called, said = events(file)
    assert seen["text"] == FILE.replace(PASSWORD, mark(PASSWORD))
    inner = json.loads(called["message"]["tool_calls"][0]["function"]["arguments"])
    assert inner == {"path": "a.gd", "content": FILE.replace(PASSWORD, mark(PASSWORD))}
    assert said["message"]["content"] == f"It holds {mark(PASSWORD)}."
    assert (seen["at"], file.stat().st_mode & 0o777) == (0.5, 0o600)
    assert [one.name for one in tmp_path.iterdir()] == ["session-1.jsonl"]


def test_a_secret_of_one_file_is_struck_out_of_the_others_too(tmp_path):
    first = transcript(tmp_path / "session-1.jsonl", {"event": "start", "task": f"k = '{AWS}'"})
    log = tmp_path / "session-1.1.log"
    log.write_text(f"read {AWS}\n{KEY}\ntoken {GITHUB}\n")
    strike([first, log, tmp_path / "none.jsonl"])

    whole = first.read_text() + log.read_text()
    assert not [secret for secret in (AWS, GITHUB, *KEY_BODY) if secret in whole]
    assert log.read_text().startswith(f"read {mark(AWS)}\n-----BEGIN")


def test_a_short_one_is_struck_only_where_it_shows_that_it_is_one(tmp_path):
    file = transcript(tmp_path / "a.jsonl", {"event": "observation", "text": SHORT})
    strike([file])

    assert events(file)[0]["text"] == SHORT.replace('"test"', f'"{mark("test")}"')


def test_words_of_ours_stay_what_they_are(tmp_path):
    """`password = "assistant"` makes no other word of the event's own frame."""
    file = transcript(
        tmp_path / "a.jsonl",
        {"event": "password is set", "text": 'password = "password is set"', "role": "defender"},
    )
    strike([file])

    (event,) = events(file)
    assert (event["event"], event["role"]) == ("password is set", "defender")
    assert "password is set" not in event["text"]


def test_a_line_that_was_cut_short_is_struck_too(tmp_path):
    file = tmp_path / "session-1.jsonl"
    file.write_text('{"event": "start"}\n{"event": "observation", "text": "k = ' + f"'{AWS}'")
    strike([file])

    assert AWS not in file.read_text()
    assert file.read_text().startswith('{"event": "start"}\n{"event": "observation"')


def test_where_the_scanner_cannot_run_our_rules_strike_and_the_transcript_says_so(tmp_path):
    def broken(_: str):
        raise ScannerError("stopped after 120 s")

    file = transcript(tmp_path / "a.jsonl", {"event": "observation", "text": FILE})
    strike([file], broken)

    seen, note = events(file)
    assert PASSWORD not in seen["text"]
    assert note == {"event": "struck by our own rules alone", "why": "stopped after 120 s"}


TEXTS = st.text(st.sampled_from('ab{}[]":\\\n\r\u2028 +-…é'), max_size=30)
VALUES = st.recursive(
    TEXTS | st.integers() | st.none() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(TEXTS, VALUES, max_size=4), max_size=4))
def test_what_holds_no_secret_stays_as_it_is(tmp_path_factory, found):
    file = transcript(tmp_path_factory.mktemp("kept") / "a.jsonl", *found)
    before = file.read_bytes()

    strike([file], rule_hits_in)  # a process for each example would take minutes

    assert file.read_bytes() == before
