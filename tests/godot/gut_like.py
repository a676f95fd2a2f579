"""A stand-in for GUT, written for these tests: not GUT, and nothing of it.

It takes the options that we give to GUT, writes the same form of JUnit report, and shares GUT's
habits that matter: what does not parse is left out, and its exit code tells of failed tests only.
"""

CMDLN = """extends SceneTree
var _suites: PackedStringArray = []
var _failed: int = 0
func _initialize() -> void:
	print("GUT version: %s" % VERSION)
	var options: Dictionary = _options()
	if not _imported():
		print("Some GUT class_names have not been imported.  Please restart the Editor.")
		quit(0)
		return
	for path: String in _paths(options):
		_suite(path)
	_write(options.get("-gjunit_xml_file", ""))
	quit(1 if _failed else 0)
func _imported() -> bool:
	return ProjectSettings.get_global_class_list().any(
		func(one: Dictionary) -> bool: return one["class"] == &"GutTest")
func _options() -> Dictionary:
	var found: Dictionary = {}
	for word: String in OS.get_cmdline_args():
		if word.begins_with("-g"):
			var parts: PackedStringArray = word.split("=", true, 1)
			found[parts[0]] = parts[1] if parts.size() > 1 else "true"
	return found
func _paths(options: Dictionary) -> PackedStringArray:
	var found: PackedStringArray = String(options.get("-gtest", "")).split(",", false)
	for folder: String in String(options.get("-gdir", "")).split(",", false):
		_search(folder, options.has("-ginclude_subdirs"), found)
	return found
func _search(folder: String, deeper: bool, found: PackedStringArray) -> void:
	for file: String in DirAccess.get_files_at(folder):
		if file.begins_with("test_") and file.ends_with(".gd"):
			found.append(folder.path_join(file))
	if deeper:
		for inner: String in DirAccess.get_directories_at(folder):
			_search(folder.path_join(inner), true, found)
func _suite(path: String) -> void:
	var script: GDScript = load(path)
	var test: Object = script.new() if script and script.can_instantiate() else null
	if test == null or not test.has_method("assert_eq"):
		print("[WARNING]:  Ignoring script %s because it does not extend GutTest" % path)
		return
	var name: String = path.trim_prefix("res://")
	var cases: PackedStringArray = []
	for method: Dictionary in script.get_script_method_list():
		if String(method.name).begins_with("test_"):
			cases.append(_case(test, method.name, name))
	_suites.append('<testsuite name="%s" tests="%d">%s</testsuite>'
		% [name, cases.size(), "".join(cases)])
func _case(test: Object, method: String, classname: String) -> String:
	test.begin()
	test.call(method)
	var status: String = "pass" if test.passed and not test.failures else "no asserts"
	var inner: String = ""
	if test.failures:
		_failed += 1
		status = "fail"
		inner = '<failure message="failed">%s</failure>' % String(test.failures[0]).xml_escape()
	elif test.skipped:
		status = "pending"
		inner = '<skipped message="pending">%s</skipped>' % test.skipped
	var count: int = test.passed + test.failures.size()
	return '<testcase name="%s" assertions="%d" status="%s" classname="%s">%s</testcase>' % [
		method, count, status, classname, inner]
func _write(path: String) -> void:
	if path:
		var file: FileAccess = FileAccess.open(path, FileAccess.WRITE)
		file.store_string('<?xml version="1.0"?><testsuites name="GutTests">%s</testsuites>'
			% "".join(_suites))
"""
TEST = """class_name GutTest
extends RefCounted
var passed: int = 0
var failures: PackedStringArray = []
var skipped: String = ""
func begin() -> void:
	passed = 0
	failures = []
	skipped = ""
func assert_eq(got: Variant, wanted: Variant, why: String = "") -> void:
	if got == wanted:
		passed += 1
	else:
		failures.append("[%s] expected to equal [%s]: %s" % [got, wanted, why])
func pending(why: String = "") -> void:
	skipped = why
"""


def gut_like(version: str = "9.4.0") -> dict[str, str]:
    """The files of the addon, from its own folder."""
    cmdln = CMDLN.replace("% VERSION", f'% "{version}"')
    return {"gut_cmdln.gd": cmdln, "test.gd": TEST}
