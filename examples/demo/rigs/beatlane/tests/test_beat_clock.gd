extends "res://tests/case.gd"

const Clock := preload("res://src/beat_clock.gd")


func test_a_beat_lasts_half_a_second_at_120() -> void:
	near(Clock.new(120.0).to_seconds(3.0), 1.5)


func test_there_and_back_is_the_same_beat() -> void:
	var clock: Clock = Clock.new(97.0)
	near(clock.to_beat(clock.to_seconds(8.5)), 8.5)


func test_a_tempo_is_never_zero() -> void:
	equal(Clock.new(0.0).bpm, 1.0)
