"""Scripts and projects to be guarded."""

from gastown.rigs.guard.finding import Fault
from gastown.rigs.guard.names import godot_names
from gastown.rigs.guard.outline import outline
from gastown.rigs.guard.project import Project
from gastown.rigs.guard.script import check_script

# The classes of Godot 3 and of invented API that models write, each in one script.
CLASSES = {
    "export var": "export var speed = 3",
    "export with a type": "export(int, 1, 9) var speed = 3",
    "onready var": "onready var bar = $Bar",
    "tool": "tool",
    "setget": "var speed = 3 setget set_speed\nfunc set_speed(v):\n\tspeed = v",
    "super call by a point": "func _ready():\n\t._ready()",
    "remote, puppet": "puppet func shoot():\n\tpass",
    "yield": 'func f():\n\tyield(get_tree(), "idle_frame")',
    "KinematicBody2D, Spatial": "var a: KinematicBody2D\nfunc f(n: Spatial):\n\treturn n",
    "File": "func f():\n\tvar f = File.new()\n\tf.open('x', 1)",
    "Reference": "extends Reference",
    "Pool arrays as types": "var a: PoolIntArray",
    "Pool arrays as calls": "var a = PoolStringArray()",
    "connect by strings": '$B.connect("pressed", self, "_on_pressed")',
    "rand_range, deg2rad": "func f():\n\treturn rand_range(0, deg2rad(3))",
    "parse_json, str2var": "func f(t):\n\treturn [parse_json(t), str2var(t)]",
    "OS.get_ticks_msec": "func f():\n\treturn OS.get_ticks_msec()",
    "JSON.parse().result": "func f(t):\n\treturn JSON.parse(t).result",
    "Array.empty": "func f():\n\tvar a := []\n\treturn a.empty()",
    "ord_at": 'func f():\n\treturn "abc".ord_at(0)',
    "BUTTON_LEFT": "func f(e):\n\treturn e.button_index == BUTTON_LEFT",
    "AudioServer.get_dsp_time": "func f():\n\treturn AudioServer.get_dsp_time()",
    "PackedScene.instance": 'func f():\n\treturn preload("res://a.tscn").instance()',
    "Tween.interpolate_property": 'func f():\n\t$T.interpolate_property(self, "x", 0, 1, 1)',
    "set_as_toplevel on a Variant": "func f(n):\n\tn.set_as_toplevel(true)",
    "emit_signal with a typo": 'signal hit\nfunc f():\n\temit_signal("hitt")',
}
CLASSES["connect by strings"] = f"func _ready():\n\t{CLASSES['connect by strings']}"


def script_of(text: str) -> str:
    """A whole script, of a Node2D where it says nothing else."""
    head = "" if text.startswith(("extends", "tool", "class_name")) else "extends Node2D\n"
    return f"{head}{text}\n"


def faults(text: str, more: dict[str, str] | None = None, unsure: tuple[str, ...] = ()):
    """What the guard says of a script, in a project with more of them."""
    scripts = {"a.gd": script_of(text), **(more or {})}
    autoloads = {"Globals": "res://globals.gd"} if "globals.gd" in scripts else {}
    outlines = {path: outline(one) for path, one in scripts.items()}
    project = Project(godot_names(), outlines, autoloads, unsure)
    return check_script("a.gd", scripts["a.gd"], project)


def certain(found: list[Fault]) -> list[str]:
    """The texts of what is certainly wrong."""
    return [fault.text for fault in found if fault.certain]
