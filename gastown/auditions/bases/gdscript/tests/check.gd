extends RefCounted
## What a test script extends: `same` and `close` note what is not as expected, and count.

var checks: int = 0
var failures: Array[String] = []


func same(got: Variant, expected: Variant) -> void:
	_note(typeof(got) == typeof(expected) and got == expected, got, expected)


func close(got: float, expected: float) -> void:
	_note(is_equal_approx(got, expected), got, expected)


func _note(good: bool, got: Variant, expected: Variant) -> void:
	checks += 1
	if not good:
		failures.append("got %s, expected %s" % [var_to_str(got), var_to_str(expected)])
