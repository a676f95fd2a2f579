"""When a Godot project has to be imported."""

import pytest

from gastown.rigs.gauge.godot_project import needs_import

PLAIN = {
    "project.godot": "config_version=5\n",
    ".gitignore": ".godot/\n",
    "src/a.gd": 'class_name A\nextends RefCounted\nconst B := preload("res://src/b.gd")\n',
    "src/b.gd": "extends RefCounted\nfunc make() -> int:\n\treturn 1\n",
    "main.tscn": '[gd_scene format=3]\n[ext_resource path="res://src/b.gd" id="1"]\n',
}


def write(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def test_scripts_that_reach_others_by_path_need_no_import(tmp_path):
    write(tmp_path, PLAIN)
    assert needs_import(tmp_path) == ""


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("icon.png", "", "icon.png may be an asset"),
        ("src/c.gd", "extends A\n", "c.gd uses the class name A"),
        (
            "src/c.gd",
            "class_name C\nstatic func f() -> C:\n\treturn null\n",
            "c.gd uses the class name C",
        ),
        ("c.tscn", '[ext_resource uid="uid://b1" id="1"]', "c.tscn refers to a uid"),
    ],
)
def test_assets_class_names_and_uids_need_an_import(tmp_path, name, text, why):
    write(tmp_path, {**PLAIN, name: text})
    assert needs_import(tmp_path) == why
