"""A stand-in for gdUnit4, written for these tests: not gdUnit4, and nothing of it.

It takes the options that we give to gdUnit4, writes the same form of JUnit report to the same
place, and ends with the same codes: 0, 100 for failures, 0 also where there is no test at all.
"""

TOOL = """extends SceneTree
var _suites: PackedStringArray = []
var _failed: int = 0
func _initialize() -> void:
	var words: PackedStringArray = OS.get_cmdline_args()
	if not words.has("--ignoreHeadlessMode"):
		quit(103)
		return
	for at: int in words.size():
		if words[at] == "-a":
			_add(words[at + 1])
	if _suites:
		_write("%s/report_1" % words[words.find("-rd") + 1])
	quit(100 if _failed else 0)
func _add(path: String) -> void:
	if path.ends_with(".gd"):
		_suite(path)
		return
	for file: String in DirAccess.get_files_at(path):
		if file.ends_with(".gd"):
			_suite(path.path_join(file))
	for inner: String in DirAccess.get_directories_at(path):
		_add(path.path_join(inner))
func _suite(path: String) -> void:
	var script: GDScript = load(path)
	var test: Object = script.new() if script and script.can_instantiate() else null
	if test == null or not test.has_method("assert_int"):
		return
	var name: String = script.get_global_name() if script.get_global_name() else StringName(
		path.get_file().get_basename().to_pascal_case())
	var cases: String = ""
	for method: Dictionary in script.get_script_method_list():
		if String(method.name).begins_with("test_"):
			cases += _case(test, method.name, name, path)
	_suites.append('<testsuite id="0" name="%s" package="%s">%s</testsuite>' % [
		name, path.get_base_dir().trim_prefix("res://"), cases])
func _case(test: Object, method: String, suite: String, path: String) -> String:
	test.failure = ""
	test.call(method)
	var inner: String = ""
	if test.failure:
		_failed += 1
		inner = '<failure message="FAILED: %s:1" type="FAILURE">%s</failure>' % [path, test.failure]
	return '<testcase name="%s" classname="%s" time="0.010">%s</testcase>' % [method, suite, inner]
func _write(folder: String) -> void:
	DirAccess.make_dir_recursive_absolute(folder)
	var file: FileAccess = FileAccess.open("%s/results.xml" % folder, FileAccess.WRITE)
	file.store_string('<?xml version="1.0" encoding="UTF-8" ?>\\n<testsuites id="x">%s</testsuites>'
		% "".join(_suites))
"""
SUITE = """class_name GdUnitTestSuite
extends RefCounted
var failure: String = ""
func assert_int(got: int, wanted: int) -> void:
	if got != wanted:
		failure = "Expecting: %d but was %d" % [wanted, got]
"""


def gdunit4_like() -> dict[str, str]:
    """The files of the addon, from its own folder."""
    return {"bin/GdUnitCmdTool.gd": TOOL, "src/suite.gd": SUITE}
