"""A block in a language that we read must parse; nothing in it is ever run."""

import pytest

from gastown.documents.blocks import PARSERS, check_blocks
from gastown.documents.page import read_page

GOOD = [
    ("python", "import os\nprint(os.name)"),
    ("python", "await session.open()\n"),
    ("python", "return 1"),
    ("python", "    indented = 1\n    again = 2"),
    ("python", ">>> a = 1\n>>> a\n1\n>>> def f():\n...     return a\n"),
    ("json", '{"a": [1, 2]}'),
    ("toml", '[rigs.game]\nprefix = "ga"'),
    ("yaml", "a: 1\n---\nb: [x]"),
    ("yml", "a: !custom {b: 1}"),
    ("gdscript", "extends Node\n\nfunc _ready() -> void:\n\tpass"),
    ("gdscript", "var lane := BeatLane.new()\nlane.add(1.5)\nprint(lane)"),
    ("gdscript", "if beat:\n    play(beat)"),
    ("sh", "for one in a b; do echo $one; done"),
    ("console", "$ make demo\nlanded: 5 of 5 (\n$ ls"),
    ("shell", "make demo  # about a minute"),
    ("text", "anything (at all"),
    ("rust", "fn main( {"),
    ("", "((("),
]
BAD = [
    ("python", "def f(:\n", "is no Python"),
    ("python", ">>> def f(:\n", "is no Python"),
    ("python", ">>>a = 1", "is no session"),
    ("json", '{"a": 1,}', "is no JSON"),
    ("json", "[" * 100_000, "is no JSON"),
    ("toml", "a = ", "is no TOML"),
    ("yaml", "a: [1", "is no YAML"),
    ("gdscript", "func f(:\n", "is no GDScript"),
    ("gdscript", "export var speed = 1\nonready var x = $X", "is no GDScript"),
    ("bash", "if true; then", "is no shell script"),
    ("console", "$ echo 'a", "is no shell script"),
]


def whys(language, body):
    return [fault.why for fault in check_blocks("a.md", read_page(f"```{language}\n{body}\n```\n"))]


@pytest.mark.parametrize(("language", "body"), GOOD)
def test_what_parses_is_no_fault(language, body):
    assert whys(language, body) == []


@pytest.mark.parametrize(("language", "body", "why"), BAD)
def test_what_does_not_parse_is_one_with_the_reason(language, body, why):
    (said,) = whys(language, body)

    assert said.startswith(why)
    assert "\n" not in said


def test_nothing_is_run(tmp_path):
    mark = tmp_path / "mark"
    command = f"touch {mark}"

    assert whys("sh", f"{command}\n$({command})") == []
    assert whys("python", f"open({str(mark)!r}, 'w')") == []
    assert whys("yaml", "!!python/object/apply:os.system ['true']") == []
    assert not mark.exists()


def test_a_block_that_is_never_closed_is_a_fault_at_its_line():
    (fault,) = check_blocks("a.md", read_page("# A\n\n```python\na = 1\n"))

    assert (fault.line, fault.why) == (4, "it is never closed")
    assert fault.what == "code block (python) `a = 1`"


def test_every_language_has_a_good_and_a_bad_example_here():
    parsers = {PARSERS[name] for name in PARSERS}

    assert {PARSERS.get(name) for name, _ in GOOD} >= parsers
    assert {PARSERS[name] for name, *_ in BAD} == parsers
