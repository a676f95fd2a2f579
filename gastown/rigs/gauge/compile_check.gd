# Loads every script that is listed in the file named on the command line, one path a line, and
# prints one line of JSON: those that cannot be used. Written for Godot 4.
extends SceneTree


func _initialize() -> void:
	var bad: Array[String] = []
	var paths: PackedStringArray = _listed()
	for path: String in paths:
		var script: Script = load(path) as Script
		if script == null or not (script.can_instantiate() or script.is_abstract()):
			bad.append(path)
	print("compile check: ", JSON.stringify({"checked": paths.size(), "bad": bad}))
	quit()


func _listed() -> PackedStringArray:
	var arguments: PackedStringArray = OS.get_cmdline_user_args()
	return FileAccess.get_file_as_string(arguments[0]).split("\n", false)
