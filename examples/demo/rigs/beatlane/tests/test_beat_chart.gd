extends "res://tests/case.gd"

const Chart := preload("res://src/beat_chart.gd")


func test_beats_are_read_across_lines() -> void:
	equal(Chart.parse("1 2.5\n4"), [1.0, 2.5, 4.0] as Array[float])


func test_what_is_no_number_is_left_out() -> void:
	equal(Chart.parse("1 two 3"), [1.0, 3.0] as Array[float])


func test_an_absent_file_gives_an_empty_lane() -> void:
	equal(Chart.load_lane("res://no_such.txt").waiting(), [] as Array[float])
