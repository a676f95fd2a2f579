extends SceneTree
## Calls every test_ method of every res://tests/test_*.gd and prints one line of JSON.
## A script that does not compile fails, and so does a test that checks nothing.


func _initialize() -> void:
	var results: Array[Dictionary] = []
	for file: String in DirAccess.get_files_at("res://tests"):
		if file.begins_with("test_") and file.ends_with(".gd"):
			results.append_array(_run_file("res://tests/" + file))
	var failed: Array[Dictionary] = results.filter(_is_failed)
	var passed: bool = not results.is_empty() and failed.is_empty()
	print(JSON.stringify({"passed": passed, "results": results}))
	quit(0 if passed else 1)


func _run_file(path: String) -> Array[Dictionary]:
	var script: GDScript = load(path) as GDScript
	if script == null or not script.can_instantiate():
		return [_result(path.get_file(), path, "does not compile")]
	var results: Array[Dictionary] = []
	for method: Dictionary in script.get_script_method_list():
		var name: String = method["name"]
		if name.begins_with("test_"):
			results.append(_result(name, path, _run(script, name)))
	return results


func _run(script: GDScript, name: String) -> String:
	var test: Object = script.new()
	test.call(name)
	if test.get("checks") == 0:
		return "checked nothing"
	var failures: Array[String] = test.get("failures")
	return "; ".join(failures)


func _result(name: String, path: String, message: String) -> Dictionary:
	var file: String = path.trim_prefix("res://")
	return {"name": name, "file": file, "passed": message.is_empty(), "message": message}


func _is_failed(result: Dictionary) -> bool:
	return not result["passed"]
