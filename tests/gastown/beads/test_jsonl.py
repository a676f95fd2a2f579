"""Jsonl: `bd`'s lines come back as they went, and every fault is named by its line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.beads.bead import TOMBSTONE, Bead
from gastown.beads.jsonl import DERIVED, ORDER, Lines, parse, read, render
from gastown.beads.laws import written
from gastown.errors import JsonlError
from tests.gastown.beads.worlds import JSON, START, bead, edge, versions

MOMENT = "2025-11-21T07:18:32.123456789-08:00"


def line(name: str = "gt-a", **fields: Any) -> str:
    given_ = {"id": name, "title": "t", "created_at": MOMENT, "updated_at": MOMENT, **fields}
    return json.dumps(given_)


def parsed(*lines: str) -> Lines:
    return parse("\n".join(lines).encode(), "issues.jsonl")


def problems(*lines: str) -> list[tuple[int, str]]:
    with pytest.raises(JsonlError) as caught:
        parsed(*lines)
    return caught.value.problems


@given(versions("gt-c", ["gt-a", "gt-b"], START), st.dictionaries(st.text(min_size=1), JSON))
@settings(max_examples=60, deadline=None)
def test_a_bead_comes_back_as_it_went_with_all_we_do_not_know(one: Any, extra: dict[str, Any]):
    known = {*type(one).model_fields, *DERIVED, "_type", "type", "wisp", "needs", "prefix"}
    given_ = {key: value for key, value in extra.items() if key not in known and value is not None}
    whole = type(one).model_validate({**dict(one), **given_})
    back = parse(render([whole]).encode(), "x").beads

    assert back == {"gt-c": whole}
    assert back["gt-c"].model_extra == whole.model_extra


def test_a_line_of_bd_keeps_every_byte_until_its_bead_changes():
    real = (
        '{"id":"bd-9f3","title":"T","status":"closed","priority":0,"issue_type":"feature",'
        f'"created_at":"{MOMENT}","updated_at":"{MOMENT}","closed_at":"{MOMENT}",'
        '"labels":["z","a"],"dependencies":[{"issue_id":"bd-9f3","depends_on_id":"external:x:y",'
        '"type":"discovered-from","created_at":"0001-01-01T00:00:00Z","created_by":"daemon",'
        '"metadata":"{}","thread_id":""}],"comments":[{"id":7,"issue_id":"bd-9f3","author":"a",'
        f'"text":"é","created_at":"{MOMENT}"}}],"hook_bead":"","quality_score":0.5,'
        '"bonded_from":[{"source_id":"mol-x","bond_type":"seq"}],"timeout":3600000000000}'
    )
    old = parsed(real)

    assert render(old.beads.values(), old=old) == f"{real}\n"
    changed = old.beads["bd-9f3"].model_copy(update={"title": "New"})
    again = json.loads(render([changed], old=old))
    before = json.loads(real)
    assert again["title"] == "New"
    kept = set(before) - {"title", "created_at", "updated_at", "closed_at"}
    deep = {"dependencies", "comments"}
    assert {k: again[k] for k in kept - deep} == {k: before[k] for k in kept - deep}
    assert again["dependencies"][0]["depends_on_id"] == "external:x:y"
    assert again["dependencies"][0]["metadata"] == "{}"
    assert again["comments"][0]["id"] == 7


def test_lines_are_written_type_first_in_the_order_of_bd_sorted_by_id():
    beads = [bead("gt-b", zebra=1, apple=2, owner="ann"), bead("gt-a", status="open", priority=0)]
    lines = render(beads, others=['{"_type":"memory"}']).splitlines()

    assert lines[0].startswith('{"_type":"issue","id":"gt-a","title":"gt-a","status":"open",')
    assert '"priority":0' in lines[0]
    assert list(json.loads(lines[1])) == [
        *("_type", "id", "title", "status", "priority", "issue_type", "owner"),
        *("created_at", "updated_at", "apple", "zebra"),
    ]
    assert lines[2] == '{"_type":"memory"}'


def test_lines_of_another_type_are_kept_as_they_are():
    memory = '{"_type":"memory", "key":"k", "value":"v"}'
    found = parsed(memory, line())

    assert (list(found.beads), found.others) == (["gt-a"], (memory,))


def test_old_names_and_empty_values_are_understood():
    old = line(type="enhancement", wisp=True, status="", description=None, dependency_count=3)
    found = parsed("\ufeff" + old + "\r", "", "  ").beads["gt-a"]

    assert (found.issue_type, found.ephemeral, found.status) == ("feature", True, "open")
    assert found.description == ""
    assert found.model_extra == {}


def test_an_edge_knows_its_owner_and_stands_once():
    twice = [{"depends_on_id": "gt-b"}, {"depends_on_id": "gt-b", "issue_id": "gt-a"}]
    found = parsed(line(dependencies=twice)).beads["gt-a"]

    assert found.dependencies == (edge("gt-a", "gt-b"),)


def test_a_tombstone_is_held_apart_from_the_living():
    found = parsed(line(status=TOMBSTONE, deleted_at=MOMENT, issue_type="odd"), line("gt-b"))

    assert (list(found.beads), list(found.deleted)) == (["gt-b"], ["gt-a"])


def test_no_file_holds_no_beads(tmp_path: Path):
    assert read(tmp_path / "none.jsonl").beads == {}


def test_a_folder_is_no_file(tmp_path: Path):
    with pytest.raises(JsonlError, match="cannot be read"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"id":"gt-a","title":"cu', "the line is cut off"),
        ('{"id":"gt-a",', "the line is cut off"),
        ('{"id":"gt-a",,}', "no JSON (column 14)"),
        ("[1]", "no JSON object"),
        ("<<<<<<< HEAD", "conflict marker"),
        ("=======", "conflict marker"),
        ('{"id":"gt-a","n":NaN}', "NaN is no JSON"),
        ('{"id":"gt-a","n":1e999}', "not JSON compliant"),
        ('{"id":"gt-a","title":"\\ud800"}', "half a surrogate pair"),
        ("[" * 100_000, "nested too deeply"),
        (line(id=None), "id: Field required"),
        (line(title=None), "title: Field required"),
        (line(title=""), "title is empty"),
        (line(title="x" * 501), "title has 501 characters"),
        (line("noprefix"), "'noprefix' is no id"),
        (line("gt-a b"), "is no id"),
        (line(priority=5), "priority: Input should be less than or equal to 4"),
        (line(priority="high"), "priority: Input should be a valid integer"),
        (line(issue_type="poem"), "unknown type 'poem'"),
        (line(status="sleeping"), "unknown status 'sleeping'"),
        (line(status="closed"), "closed without closed_at"),
        (line(closed_at=MOMENT), "closed_at is set but the status is 'open'"),
        (line(created_at="yesterday"), "created_at: Input should be a valid datetime"),
        (line(updated_at="2026-01-01T00:00:00"), "updated_at has no time zone"),
        (line(ephemeral=True, no_history=True), "both ephemeral and no_history"),
        (line(metadata=[1]), "metadata: Input should be a valid dictionary"),
        (line(labels="abc"), "labels: Input should be a valid"),
        (line(dependencies=[3]), "dependencies.0: Input should be"),
        (line(dependencies=[{"depends_on_id": "gt-b", "type": "x" * 51}]), "no kind of dependency"),
        (line(dependencies=[{"issue_id": "gt-z", "depends_on_id": "gt-b"}]), "an edge of 'gt-z'"),
        (line(dependencies=[{"depends_on_id": "gt-a"}]), "cycle: gt-a → gt-a"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_a_fault_is_named_by_its_line(text: str, reason: str):
    ((number, said),) = problems(line("gt-y"), text, line("gt-z"))

    assert number == 2
    assert reason in said


def test_bytes_that_are_no_text_are_named_by_their_line():
    with pytest.raises(JsonlError, match=r"issues.jsonl:2: no UTF-8 text from byte 3 "):
        parse(line().encode() + b"\nab\xff\xfe\n", "issues.jsonl")


def test_all_faults_are_told_at_once_in_the_order_of_lines():
    found = problems(
        line("gt-a", dependencies=[{"depends_on_id": "gt-b"}]),
        line("gt-c", priority=9, issue_type=3),
        line("gt-b", dependencies=[{"depends_on_id": "gt-a", "type": "parent-child"}]),
        line("gt-b"),
        '{"id',
    )

    assert [number for number, _ in found] == [1, 2, 2, 4, 5]
    assert "cycle: gt-a → gt-b → gt-a" in found[0][1]
    assert found[3][1] == "gt-b is here twice, first in line 3"


def outcome(content: bytes) -> tuple[dict[str, Bead], set[int]]:
    """The beads, and the lines that are named as wrong."""
    try:
        return parse(content, "x").beads, set()
    except JsonlError as error:
        return {}, {number for number, _ in error.problems}


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_taken_or_refused_by_line(content: bytes):
    beads, wrong = outcome(content)

    assert beads == {}
    assert wrong <= set(range(1, content.count(b"\n") + 2))


@given(st.dictionaries(st.text(), JSON, max_size=3), st.sampled_from(sorted(ORDER)), JSON)
@settings(max_examples=60, deadline=None)
def test_a_field_of_any_value_is_taken_or_refused_by_line(
    odd: dict[str, Any], name: str, value: Any
):
    beads, wrong = outcome(json.dumps({**json.loads(line()), **odd, name: value}).encode())

    assert wrong <= {1}
    assert outcome(render(beads.values()).encode()) == (beads, set())
    stored = [Bead.model_validate_json(written(one)) for one in beads.values()]
    assert stored == list(beads.values())
