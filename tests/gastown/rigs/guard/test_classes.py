"""The guard against Godot 3 and invented API, class by class."""

import pytest

from tests.gastown.rigs.guard.given import CLASSES, certain, faults, script_of
from tests.gastown.rigs.guard.running import compiles
from tests.godot.engine import need_engine

AT_LEAST = 24
SCENE = '[gd_scene format=3]\n\n[node name="A" type="Node"]\n'
# What the engine itself lets pass: it looks a method of a Variant up when it is called.
UNSEEN_BY_THE_ENGINE = {
    "PackedScene.instance",
    "Tween.interpolate_property",
    "set_as_toplevel on a Variant",
    "emit_signal with a typo",
}
SPELT = {
    "export var": "@export var",
    "export with a type": "@export_range(…)",
    "onready var": "@onready var",
    "tool": "@tool",
    "setget": "set(value):",
    "super call by a point": "super.method(…)",
    "remote, puppet": "@rpc",
    "yield": "await object.signal",
    "KinematicBody2D, Spatial": "CharacterBody2D",
    "File": "FileAccess",
    "Reference": "RefCounted",
    "Pool arrays as types": "PackedInt32Array",
    "Pool arrays as calls": "PackedStringArray",
    "connect by strings": "object.pressed.connect(target._on_pressed)",
    "rand_range, deg2rad": "randf_range(…)",
    "parse_json, str2var": "JSON.parse_string(…)",
    "OS.get_ticks_msec": "Time.get_ticks_msec",
    "JSON.parse().result": "parse_string",
    "Array.empty": "is_empty",
    "ord_at": "unicode_at",
    "BUTTON_LEFT": "MOUSE_BUTTON_LEFT",
    "AudioServer.get_dsp_time": "AudioServer.get_time_since_last_mix()",
    "PackedScene.instance": "instantiate",
    "Tween.interpolate_property": "create_tween().tween_property",
    "set_as_toplevel on a Variant": "set_as_top_level",
    "emit_signal with a typo": "hit",
}


@pytest.mark.parametrize("name", CLASSES)
def test_this_class_is_caught_and_its_right_spelling_told(name):
    found = certain(faults(CLASSES[name]))

    assert any(SPELT[name] in text for text in found), found


def test_twenty_six_classes_are_looked_for_and_all_are_caught():
    caught = [name for name, text in CLASSES.items() if certain(faults(text))]

    assert len(CLASSES) == 26
    assert len(caught) == 26 >= AT_LEAST


def test_the_engine_refuses_what_the_guard_does_but_for_what_it_cannot_see(tmp_path):
    scripts = {f"{at}.gd": script_of(text) for at, text in enumerate(CLASSES.values())}

    good = compiles(need_engine(), tmp_path, {**scripts, "a.tscn": SCENE})

    names = list(CLASSES)
    assert {names[int(path.removesuffix(".gd"))] for path in good} == UNSEEN_BY_THE_ENGINE
