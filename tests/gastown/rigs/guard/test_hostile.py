"""Files that a model, or a stranger, made to stop the guard: it reads on, and ends."""

import pytest

from gastown.rigs.guard.godot import godot_faults
from gastown.rigs.guard.node import node_faults
from gastown.rigs.guard.python import python_faults
from gastown.rigs.review.performance import slow_lines

MANY = 30_000
HOSTILE = {
    "a.gd": "enum " * MANY,
    "b.gd": "enum {" * MANY,
    "c.gd": "extends Node\nfunc _init(" + ") . (" * MANY,
    "d.gd": "var x = " + "(" * MANY,
    "e.gd": "? " * MANY,
    "f.gd": "@a\n" * MANY,
    "g.js": "export\n" * MANY,
    "h.js": "\n" * MANY + "import",
    "i.js": "a.forEach(" * MANY,
    "j.py": "(" * MANY,
    "k.py": "x = " + "-" * MANY + "1",
    "n.py": "import json\nx = json" + ".a" * 700 + "\n",
    "l.tscn": '[node type="' * MANY,
    "m.gd": "\x00\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace") * 99,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_read_to_its_end(tmp_path, name):
    (tmp_path / name).write_text(HOSTILE[name], encoding="utf-8")
    (tmp_path / "other.gd").write_text("extends Spatial\n", encoding="utf-8")
    files = [name, "other.gd"]

    found = [*godot_faults(tmp_path, files), *python_faults(tmp_path, files)]
    found += [*node_faults(tmp_path, files), *slow_lines(name, HOSTILE[name])]

    assert [one.name for one in found if one.file == "other.gd"] == ["Spatial"]


def test_a_link_out_of_the_worktree_is_not_followed(tmp_path):
    outside = tmp_path / "outside.gd"
    outside.write_text("class_name Secret\n", encoding="utf-8")
    rig = tmp_path / "rig"
    rig.mkdir()
    (rig / "a.gd").symlink_to(outside)
    (rig / "b.gd").write_text("extends Secret\n", encoding="utf-8")

    assert [one.name for one in godot_faults(rig, ["a.gd", "b.gd"])] == ["Secret"]
