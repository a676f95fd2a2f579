"""What is told about a Godot rig's tests without an engine."""

import pytest

from gastown.rigs.gauge.godot_parse import check_project

CLOCK = """class_name AeroClock
extends RefCounted
signal ticked(beat: float)
enum Mode {ON, OFF}
const SLOWEST: float = 1.0
@export var bpm: float = 120.0
static func make(tempo: float) -> AeroClock:
	return AeroClock.new(tempo)
func _init(tempo: float = 120.0) -> void:
	bpm = maxf(tempo, SLOWEST)
func to_beat(seconds: float) -> float:
	return seconds * bpm / 60.0
"""
CASE = """extends RefCounted
var failures: Array[String] = []
func equal(a: Variant, b: Variant) -> void:
	pass
"""
HEAD = 'extends "res://tests/case.gd"\nconst Clock := preload("res://src/clock.gd")\n'
SETTINGS = '[autoload]\n\nGlobals="*res://src/clock.gd"\n\n[rendering]\nother=1\n'

LANGUAGE = """@warning_ignore("unused_parameter")
extends Node
const Clock := preload("res://src/clock.gd")
const Alias := Clock
class Fake extends Clock:
	var extra: int = 1
	func more() -> int:
		return extra
enum {LOW, HIGH = 3}
static var shared: Dictionary[String, Clock] = {}
signal done(clock: Clock)
@onready var child: Node = get_node_or_null("x")
@export_range(0, 1) var r: float = 0.5
var made: Clock:
	set(value):
		made = value
	get:
		return made
func _ready() -> void:
	var fake := Fake.new(3.0)
	print(fake.more(), fake.to_beat(1.0), Alias.SLOWEST, LOW, HIGH, shared.size())
	done.emit(fake)
	var t := get_tree()
	if t:
		t.create_timer(0.1).timeout.connect(func() -> void: print_rich("x"))
	process_mode = Node.PROCESS_MODE_ALWAYS
	var kind: Node.ProcessMode = Node.PROCESS_MODE_PAUSABLE
	print(kind, Error.OK, Color.RED, Key.KEY_A, Color8(1, 2, 3), Engine.get_version_info().major)
	var list: Array[int] = [3, 1]
	list.sort_custom(func(a: int, b: int) -> bool: return a < b)
	print(list.map(str), Callable(self, "helper").is_valid(), ClassDB.class_exists(&"Node"))
	var x = fake as Clock
	print(x is Clock, x.bpm, preload("res://src/clock.gd").new().bpm, not fake is Fake)
	for i in range(2): helper(i)
	print(Clock.Mode.keys(), Clock.Mode.ON, OS.get_name(), DirAccess.get_files_at("res://"))
	print($"." == self, %Uniq if has_node("%Uniq") else null, "%s" % [1])
	print(str(1), int("1"), PackedByteArray([1]))
	print(Clock.make(1.0).to_beat(2.0), Time.get_ticks_msec(), JSON.stringify({}))
	print(RegEx.create_from_string("a"))
	match list:
		[1, ..]: pass
		[var first, _]: print(first)
		_: pass
	print(weakref(fake), is_instance_valid(fake), lerp(0.0, 1.0, 0.5))
	print(deg_to_rad(1.0), snappedf(1.0, 0.5), assert_not(true))
	await get_tree().process_frame
	super.queue_free()
func assert_not(v: bool) -> bool:
	return not v
func helper(i: int = 0, clock: Clock = null) -> void:
	var local: Callable = func inner(q: int) -> int:
		return q * i
	print(local.call(1), clock.bpm if clock else 0.0)
"""  # Godot 4.6.3 compiles it


@pytest.fixture
def check(tmp_path):
    def run(test, **more: str):
        files = {"src/clock.gd": CLOCK, "tests/case.gd": CASE, "project.godot": SETTINGS}
        files |= {"tests/test_a.gd": test, **more}
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(text)
        return check_project(tmp_path, ["tests/test_a.gd"])

    return run


def body(*lines: str, head: str = HEAD) -> str:
    return head + "func test_a() -> void:\n" + "".join(f"\t{line}\n" for line in lines)


@pytest.mark.parametrize(
    "lines",
    [
        ["equal(Clock.new(60.0).to_beat(1.0), 1.0)"],
        ["var clock: Clock = Clock.new()", "clock.bpm = 3.0", "clock.ticked.connect(print)"],
        ["var clock := AeroClock.make(3.0)", "equal(clock.to_beat(1.0), Clock.Mode.ON)"],
        ["var c: AeroClock", "equal(c.get_reference_count(), c.get_instance_id())", "c.free()"],
        ["equal(Clock.SLOWEST, Clock.new().bpm)", "equal(failures.size(), range(3)[0])"],
        ["equal(Vector2(1, 2).length(), Vector2.ZERO.x)", "equal(OK, KEY_A)", "assert(PI > 3)"],
        [
            "var n: Node2D = Node2D.new()",
            "n.position = Vector2.ZERO",
            "n.add_child(Sprite2D.new())",
        ],
        ["for mode: int in [Clock.Mode.ON]:", "\tequal(mode, str(mode))"],
        ["var f: Callable = func(x: int) -> int: return x + 1", "equal(f.call(1), 2)"],
        ["equal(Globals.bpm, Input.is_anything_pressed())", "equal(Time.get_ticks_msec(), TAU)"],
        ["var unknown = load('res://x.tres')", "equal(unknown.anything(), unknown.at.all)"],
        ["match failures.size():", "\t0: equal(1, 1)", "\tvar n: equal(n, n)"],
    ],
)
def test_what_is_there_passes(check, lines):
    checked = check(body(*lines))
    assert [(c.status, c.message) for c in checked.cases] == [("passed", "")]
    assert checked.problems == ()


def test_no_corner_of_the_language_is_taken_for_a_missing_name(check):
    assert check(LANGUAGE).cases[0].message == ""


@pytest.mark.parametrize(
    ("test", "missing"),
    [
        (body("equal(Clock.snap(1.0), 1.0)"), "missing name snap: Clock does not define it"),
        (body("equal(Clock.new().snap(1.0), 1.0)"), "missing name snap: Clock does not define it"),
        (body("var c: Clock", "c.snap(1.0)"), "missing name snap: c does not define it"),
        (body("var c := AeroClock.new()", "c.snap"), "missing name snap: c does not define it"),
        (body("equal(Clock.FASTEST, 1)"), "missing name FASTEST: Clock does not define it"),
        (body("AeroGrid.snap(1.0)"), "missing name AeroGrid: no script of this rig defines it"),
        (body("var g: AeroGrid"), "missing name AeroGrid: no script of this rig defines it"),
        (body("var g: Array[AeroGrid] = []"), "missing name AeroGrid: no script"),
        (body("snapped_to(1.0)"), "missing name snapped_to: no function of this name"),
        (
            body("equal(G.snap(1), 1)", head=HEAD + 'const G := preload("res://src/grid.gd")\n'),
            "missing name grid: src/grid.gd does not exist",
        ),
        (
            body("pass", head='extends "res://tests/other.gd"\n'),
            "missing name other: tests/other.gd does not exist",
        ),
    ],
)
def test_what_is_not_there_is_named(check, test, missing):
    case = check(test).cases[0]

    assert case.status == "error"
    assert case.message.startswith(missing)
    assert "\n" not in case.message


def test_nothing_is_said_about_a_script_whose_ancestor_is_not_known(check):
    test = body("helper_of_addon(1)", "equal(1, 1)", head="extends AeroAddonTest\n")
    assert check(test).cases[0].status == "passed"


def test_nothing_is_said_where_two_variables_of_a_name_differ(check):
    test = (
        body("var c: Clock", "c.bpm = 1.0") + "func b() -> void:\n\tvar c: Node\n\tc.add_child(c)\n"
    )
    assert check(test).cases[0].status == "passed"


@pytest.mark.parametrize(
    "text", ["func test_a( -> void:\n\tpass\n", "export var a = 1\n", "\x00", "(" * 5000]
)
def test_what_does_not_parse_is_an_error_of_one_line(check, text):
    case = check(text).cases[0]

    assert case.status == "error"
    assert case.message.startswith("does not parse: ")
    assert "\n" not in case.message


def test_another_script_that_does_not_parse_is_a_problem_of_the_rig(check):
    checked = check(body("equal(1, 1)"), **{"src/broken.gd": "func f(:\n\tpass\n"})

    assert checked.cases[0].status == "passed"
    assert checked.problems[0].startswith("src/broken.gd does not parse: ")


def test_cycles_of_inheritance_end(check):
    one, two = 'extends "res://src/two.gd"\n', 'extends "res://src/one.gd"\n'
    checked = check(body("equal(1, 1)"), **{"src/one.gd": one, "src/two.gd": two})
    assert checked.cases[0].status == "passed"
