"""Where keys stand in a text."""

import json

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.formula.lines import lines

TOML = '''\
formula = "x"
description = """
[[steps]] # not a table ""\\"
id = 3
"""

[vars.env]
enum = [
  "a", # with a remark ]
  'b',
]
"quoted.key" = 1

[[steps]]
id = "a"
inline = {x = 1, y = [ {z = 2} ]}

[[steps]]
id = "b"
a.b = 1979-05-27 07:32:00
  [steps.metadata]
  k = \'\'\'
two lines''\'\'\'
last = -1.5e3
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("formula",), 1),
        (("description",), 2),
        (("vars", "env"), 7),
        (("vars", "env", "enum"), 8),
        (("vars", "env", "enum", 0), 9),
        (("vars", "env", "enum", 1), 10),
        (("vars", "env", "quoted.key"), 12),
        (("steps",), 14),
        (("steps", 0), 14),
        (("steps", 0, "inline", "y", 0, "z"), 16),
        (("steps", 1), 18),
        (("steps", 1, "a", "b"), 20),
        (("steps", 1, "metadata"), 21),
        (("steps", 1, "metadata", "last"), 24),
    ],
)
def test_toml(path: tuple[str | int, ...], line: int):
    assert lines(TOML)[path] == line


def test_json():
    found = lines('{\n "steps": [\n  {"id": "a"},\n  {\n   "needs": [\n    "a"]}]}')

    assert found == {
        ("steps",): 2,
        ("steps", 0): 3,
        ("steps", 0, "id"): 3,
        ("steps", 1): 4,
        ("steps", 1, "needs"): 5,
        ("steps", 1, "needs", 0): 6,
    }


BROKEN = ["", "[", "= 3", "a = ", '{"a": ', "a = 'x", "[a", "[[[[[[[", '{"a', "a\n= 1"]


@pytest.mark.parametrize("text", BROKEN)
def test_text_that_is_neither_has_no_lines_or_some(text: str):
    assert set(lines(text)) <= {("a",)}


KEYS = st.text("ab.#[]= \"'", min_size=1, max_size=4)
SCALARS = st.one_of(
    st.integers(-9, 9), st.booleans(), st.text("ab\n\"'\\#[]{},=", max_size=8), st.floats(0, 1)
)
VALUES = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(KEYS, inside, max_size=3),
    max_leaves=12,
)


def paths(value: object, here: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inside = {}
    if isinstance(value, dict):
        inside = value
    elif isinstance(value, list):
        inside = dict(enumerate(value))
    found = {(*here, key) for key in inside}
    return found.union(*(paths(one, (*here, key)) for key, one in inside.items()))


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4), st.booleans())
def test_every_path_of_a_document_has_a_line(document: dict[str, object], as_json: bool):
    text = json.dumps(document, indent=1) if as_json else tomlkit.dumps(document)

    found = lines(text)

    assert paths(document) == set(found)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())
