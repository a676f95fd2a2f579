"""What a rig's scripts can name."""

from gastown.rigs.guard.godot import godot_faults, made_for
from gastown.rigs.guard.names import godot_names
from gastown.rigs.guard.outline import outline
from gastown.rigs.guard.project import read_project
from tests.gastown.rigs.given import write

PROJECT = (
    'config_version=5\n[application]\nconfig/features=PackedStringArray("4.5", "GL")\n'
    '[autoload]\nGlobals="*res://src/globals.gd"\n[rendering]\nx="y"\n'
)
SCENE = '[gd_scene format=3]\n\n[node name="A" type="{}"]\n'


def test_an_outline_holds_every_declaration_and_the_first_base():
    found = outline(
        "@tool\nclass_name A extends B\nsignal hit\n@export_range(0, 1) var x := 1\n"
        "static func f():\n\tvar inner = 2\nenum E {ONE, TWO = 3}\nclass I extends C:\n\tpass\n"
        "func _get(p):\n\treturn preload('res://addons/gut/a.gd')\n"
    )
    assert (found.name, found.extends, found.dynamic) == ("A", "B", True)
    assert found.declared >= {"hit", "x", "f", "inner", "E", "ONE", "TWO", "I", "A"}
    assert (found.signals, found.addons) == ({"hit"}, {"gut"})


def test_a_script_without_a_base_is_ref_counted_and_one_of_an_inner_class_unknown():
    assert outline("var x\n").extends == "RefCounted"
    assert outline("extends A.B\n").extends == ""
    assert outline('extends "res://a.gd"\n').extends == "res://a.gd"


def test_the_whole_checkout_is_one_project_with_its_hidden_test_bed(tmp_path):
    write(
        tmp_path,
        {
            ".testbed/project.godot": PROJECT,
            "src/globals.gd": "extends Node\n",
            ".testbed/addons/kit/a.gd": "class_name Kit\n",
            ".testbed/addons/kit/plugin.gd": 'func f(): add_autoload_singleton("Hub", "x")\n',
            ".godot/cache.gd": "class_name Cached\n",
        },
    )
    project = read_project(tmp_path, godot_names())

    assert {"Kit", "Globals", "Hub", "Node"} <= project.free
    assert "Cached" not in project.free
    assert project.unsure == ()
    assert project.at("res://src/globals.gd") == "src/globals.gd"
    assert made_for(tmp_path) == "4.5"


def test_an_addon_that_is_mounted_from_elsewhere_is_found_by_how_its_path_ends(tmp_path):
    write(tmp_path, {"src/case.gd": "class_name Case\n", "a.gd": "extends Node\n"})
    project = read_project(tmp_path, godot_names())

    assert project.at("res://addons/own-name/src/case.gd") == "src/case.gd"
    assert project.at("res://addons/own-name/src/other.gd") is None


def test_what_is_not_here_or_not_gdscript_makes_the_guard_unsure(tmp_path):
    write(
        tmp_path,
        {
            "addons.jsonc": '{"addons": {"far": {"url": "x", "checkout": "main"}}}',
            "a.gd": 'const A = preload("res://addons/near/a.gd")\n',
            "b.cs": "class B {}",
            "addons/there/a.gd": "",
            "tests/test_a.gd": "extends GutTest\n",
        },
    )
    assert read_project(tmp_path, godot_names()).unsure == (
        "addons/far is not here",
        "addons/near is not here",
        "the rig has C#",
        "GutTest is not here",
    )


def test_a_chain_ends_at_the_engine_or_is_not_known_whole(tmp_path):
    write(
        tmp_path,
        {
            "a.gd": "class_name A\nextends B\nvar a\n",
            "b.gd": "class_name B\nextends Node2D\nvar b\n",
            "c.gd": 'class_name C\nextends "res://d.gd"\n',
            "d.gd": "class_name D\nextends C\n",
            "e.gd": "class_name E\nextends A\nfunc _get(p):\n\treturn 1\n",
        },
    )
    project = read_project(tmp_path, godot_names())

    has, whole = project.chain("A")
    assert whole
    assert {"a", "b", "position", "queue_free"} <= has.all
    assert [project.chain(name)[1] for name in ("C", "E", "Elsewhere")] == [False] * 3


def test_scenes_name_classes_too(tmp_path):
    write(
        tmp_path,
        {
            "good.tscn": SCENE.format("CharacterBody2D"),
            "old.tscn": SCENE.format("KinematicBody2D").replace("format=3", "format=2"),
            "new.tscn": SCENE.format("CharakterBody2D"),
            "addons/kit/old.tscn": SCENE.format("Spatial"),
        },
    )
    files = ("good.tscn", "old.tscn", "new.tscn", "addons/kit/old.tscn", "gone.tscn")
    found = godot_faults(tmp_path, files)

    assert [(one.file, one.line, one.rule) for one in found] == [
        ("old.tscn", 1, "godot-3"),
        ("old.tscn", 3, "godot-3"),
        ("new.tscn", 3, "unknown-class"),
    ]
    assert "CharacterBody2D" in found[2].text
