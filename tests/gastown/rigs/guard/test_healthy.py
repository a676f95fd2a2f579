"""Healthy GDScript has no faults: what the guard calls certain must be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.rigs.guard.names import Members, godot_names
from tests.gastown.rigs.guard.given import certain, faults, script_of
from tests.gastown.rigs.guard.running import compiles
from tests.godot.engine import need_engine

CLOCK = """class_name AeroClock
extends RefCounted
signal ticked(beat: float)
enum Mode {ON, OFF}
const SLOWEST: float = 1.0
var bpm: float = 120.0
static func make(tempo: float) -> AeroClock:
	var clock := AeroClock.new()
	clock.bpm = tempo
	return clock
func to_beat(seconds: float) -> float:
	return seconds * bpm / 60.0
"""
GLOBALS = "extends Node\nvar score: int = 0\n"
RIG = {"clock.gd": CLOCK, "globals.gd": GLOBALS}
HEALTHY = {
    "inner classes": """extends Node
class Beat extends RefCounted:
	var at: float = 0.0
	func later(by: float) -> Beat:
		at += by
		return self
func f() -> float:
	var beat := Beat.new()
	return beat.later(1.0).at
""",
    "free and what an Object has": """extends Node
func f(any: Object) -> void:
	var node := Node2D.new()
	node.set_meta("a", 1)
	node.free()
	any.free()
	if is_instance_valid(any):
		any.call("free")
""",
    "inherited natives": """extends CharacterBody2D
func _physics_process(delta: float) -> void:
	velocity.y += 9.8 * delta
	move_and_slide()
	position = position.clamp(Vector2.ZERO, get_viewport_rect().size)
	modulate.a = lerpf(modulate.a, 1.0, delta)
	queue_redraw()
""",
    "lambdas": """extends Node
func f() -> Array:
	var add := func(a: int, b: int) -> int: return a + b
	var list: Array[int] = [3, 1, 2]
	list.sort_custom(func(a: int, b: int) -> bool: return a < b)
	get_tree().create_timer(0.1).timeout.connect(func() -> void:
		print(add.call(1, 2)))
	return list.map(func(x: int) -> int: return x * 2).filter(func(x: int) -> bool: return x > 2)
""",
    "a class of the rig": """extends Node
const Clock := preload("res://clock.gd")
func f() -> float:
	var clock: AeroClock = AeroClock.make(60.0)
	clock.ticked.connect(_on_ticked)
	var other := Clock.new()
	other.bpm = Clock.SLOWEST
	return clock.to_beat(1.0) + AeroClock.Mode.ON + other.get_reference_count()
func _on_ticked(_beat: float) -> void:
	pass
""",
    "duck typing": """extends Node
func f(target: Node, thing) -> void:
	if target.has_method("to_beat") and thing.has_method("of_a_game"):
		target.to_beat(1.0)
		thing.of_a_game()
	thing.bpm = 3.0
	target.position = Vector2.ZERO
	var event: InputEvent = InputEventMouseButton.new()
	if event is InputEventMouseButton and event.pressed:
		print(event.button_index == MOUSE_BUTTON_LEFT)
""",
    "signals and awaiting": """extends Control
signal done(value: int)
func f() -> void:
	emit_signal("done", 1)
	done.emit(2)
	emit_signal(&"visibility_changed")
	await get_tree().process_frame
	connect("done", _on_done)
	ready.connect(_on_done.bind(3), CONNECT_ONE_SHOT)
func _on_done(_value: int = 0) -> void:
	pass
""",
    "keys of dictionaries": """extends Node
func f() -> Variant:
	var d := {name = "a", at = 1}
	d.instance = 3
	var e: Dictionary = {}
	e.translation = d.instance
	return e.translation.x if e.has("translation") else d.size()
""",
    "patterns, properties and singletons": """@tool
extends Node2D
@export_range(0, 10) var speed: float = 1.0:
	set(value):
		speed = maxf(value, 0.0)
		notify_property_list_changed()
@onready var label: Label = get_node_or_null("Label")
static var count: int = 0
func f(value: Variant) -> String:
	match value:
		{"a": var x}:
			return str(x)
		[1, var y, ..] when y is int:
			return "%d" % y
		Node.PROCESS_MODE_ALWAYS, TYPE_INT:
			return OS.get_name()
		_:
			return "%s" % [Time.get_ticks_msec(), Input.is_action_pressed("ui_up")]
func g() -> int:
	return Geometry2D.get_closest_point_to_segment(Vector2.UP, Vector2.ZERO, Vector2.ONE).length()
""",
}


@pytest.mark.parametrize("name", HEALTHY)
def test_nothing_is_said_of_a_healthy_script(name):
    assert faults(HEALTHY[name], RIG) == []


def test_an_autoload_is_known_and_so_is_what_it_has():
    script = "extends Node\nfunc f():\n\tGlobals.score += 1\n\treturn Globals.get_children()"
    assert faults(script, RIG) == []


def test_the_engine_finds_them_healthy_too(tmp_path):
    scripts = {f"h{at}.gd": text for at, text in enumerate(HEALTHY.values())}
    engine = need_engine()

    good = compiles(engine, tmp_path, {**scripts, "clock.gd": CLOCK})

    # Without an import, class names of the rig are not known to it.
    by_name = {path for path, text in scripts.items() if "AeroClock" in text}
    assert set(scripts) - by_name <= good


NAMES = godot_names()
NODES = sorted(name for name in NAMES.classes if "Node" in NAMES.line(name))


@st.composite
def scripts(draw: st.DrawFn) -> str:
    """A script that names only what its base, another class and a builtin really have."""
    base, other = draw(st.sampled_from(NODES)), draw(st.sampled_from(NODES))
    builtin = draw(st.sampled_from(["Array", "String", "Dictionary", "Vector2", "Color"]))

    def some(of: str, *, called: bool) -> str:
        has = NAMES.members(of) or Members()
        pool = sorted(has.methods if called else has.all - has.methods) or ["get_class"]
        return draw(st.sampled_from(pool))

    local = draw(st.sampled_from(["x", "thing", "instance", "empty"]))
    return (
        f"extends {base}\nclass Inner extends {other}:\n\tvar {local}: int = 0\n"
        f"func own(v: {builtin}, n: {other}, any) -> void:\n"
        f"\tprint(v.{some(builtin, called=True)}(), n.{some(other, called=True)}())\n"
        f"\tself.{some(base, called=True)}()\n\tprint({some(base, called=False)})\n"
        f"\tvar {local} := {other}.new()\n\t{local}.{some(other, called=True)}()\n"
        f"\tany.own(func(q): return q.{some(other, called=True)}())\n"
        f"\t$A/B.{some(other, called=True)}()\n\t{local}.free()\n"
    )


@given(scripts())
@settings(max_examples=60, deadline=None)
def test_no_name_that_the_engine_has_is_ever_called_missing(script):
    assert certain(faults(script)) == []


def test_with_an_addon_away_only_what_no_addon_could_add_is_called_missing():
    script = (
        "extends AeroAddon\nfunc f(x, n: Node):\n\thelper_of_addon()\n\tx.method_of_addon()\n"
        "\tn.method_of_addon()\n\treturn AeroOther.make() + deg2rad(1) + x.instance()"
    )
    assert len(certain(faults(script, unsure=("addons/aero is not here",)))) == 2


@pytest.mark.parametrize(
    "script",
    [
        "extends Node\nfunc f(x):\n\tx.invented()",
        "extends Node\nfunc f():\n\tinvented()",
        "extends Node\nfunc f():\n\tself.invented()",
        "extends Node\nfunc f():\n\treturn invented",
        "extends Node\nfunc f(n: Node):\n\tn.invented()",
        "extends Node\nfunc f():\n\tInput.invented()",
        "extends Node\nfunc f():\n\tAeroClock.invented()",
        "extends Node\nfunc f():\n\tAeroClock.new().invented()",
        "extends Node\nfunc f():\n\tGlobals.invented()",
        "extends Node\nfunc f():\n\tget_tree().invented()",
        'extends Node\nfunc f():\n\tvar s := ""\n\ts.invented()',
        "extends Node\nfunc f(c: Color):\n\treturn c.invented",
        "extends Node\nvar x: Invented",
        "extends Invented",
        "@invented\nextends Node",
        "extends Node\nfunc f():\n\tNode.get_children()",
        "extends CharacterBody2D\nfunc f():\n\tmove_and_slide(velocity, Vector2.UP)",
        'extends Node\nfunc f(a: Array):\n\ta.sort_custom(self, "by_age")',
    ],
)
def test_a_name_that_nobody_has_is_called_missing(script):
    found = faults(script, RIG)

    assert len(certain(found)) == 1
    assert found[0].line == len(script_of(script).rstrip().split("\n")) or "@" in script


def test_the_nearest_names_are_told():
    text = certain(faults("func f(a: Array):\n\ta.push_bakc(1)"))[0]
    assert text.startswith("Array.push_bakc() does not exist in Godot 4.6.3; Array has push_back")


def test_an_object_of_javascript_answers_to_any_name():
    script = 'func f():\n\tvar w = JavaScriptBridge.get_interface("window")\n\tw.alert("x")'
    assert faults(script) == []
