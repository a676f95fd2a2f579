extends SceneTree
## Runs every test_ method of every tests/test_*.gd, each on a script of its own, and prints JSON.

const FOLDER: String = "res://tests/"


func _initialize() -> void:
	var results: Array[Dictionary] = []
	for name: String in DirAccess.get_files_at(FOLDER):
		if name.begins_with("test_") and name.get_extension() == "gd":
			results.append_array(_script_results(name))
	var good: bool = results.size() > 0
	for result: Dictionary in results:
		good = good and result["passed"]
	print(JSON.stringify({"passed": good, "results": results}))
	quit(0 if good else 1)


func _script_results(file: String) -> Array[Dictionary]:
	var script: GDScript = load(FOLDER + file) as GDScript
	if script == null or not script.can_instantiate():
		return [_result(file, file, "does not compile")]
	var results: Array[Dictionary] = []
	for method: Dictionary in script.get_script_method_list():
		var name: String = method["name"]
		if name.begins_with("test_"):
			results.append(_result(name, file, _failures(script, name)))
	return results


func _failures(script: GDScript, name: String) -> String:
	var suite: Object = script.new()
	suite.call(name)
	if suite.get("checks") == 0:
		return "checks nothing"
	return "; ".join(PackedStringArray(suite.get("failures")))


func _result(name: String, file: String, message: String) -> Dictionary:
	return {"name": name, "file": "tests/" + file, "passed": message == "", "message": message}
