extends RefCounted
## What every test script extends; a check that fails is noted, and the test goes on.

var checks: int = 0
var failures: Array[String] = []


func equal(actual: Variant, expected: Variant) -> void:
	checks += 1
	if actual != expected:
		failures.append("got %s, expected %s" % [actual, expected])


func near(actual: float, expected: float) -> void:
	checks += 1
	if not is_equal_approx(actual, expected):
		failures.append("got %s, expected about %s" % [actual, expected])
