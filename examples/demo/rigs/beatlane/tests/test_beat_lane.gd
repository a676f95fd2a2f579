extends "res://tests/case.gd"

const Lane := preload("res://src/beat_lane.gd")


func test_notes_wait_in_the_order_of_time() -> void:
	var lane: Lane = Lane.new()
	lane.add_note(2.0)
	lane.add_note(1.0)
	equal(lane.waiting(), [1.0, 2.0] as Array[float])


func test_a_strike_takes_the_note_within_reach() -> void:
	var lane: Lane = Lane.new()
	lane.add_note(1.0)
	equal(lane.strike(1.2), true)
	equal(lane.waiting(), [] as Array[float])


func test_a_strike_out_of_reach_takes_nothing() -> void:
	var lane: Lane = Lane.new()
	lane.add_note(1.0)
	equal(lane.strike(1.5), false)
