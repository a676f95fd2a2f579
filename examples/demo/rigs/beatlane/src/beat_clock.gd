class_name AeroBeatClock
extends RefCounted
## Converts between beats and seconds at one tempo.

const SLOWEST: float = 1.0

var bpm: float = 120.0


func _init(tempo: float = 120.0) -> void:
	bpm = maxf(tempo, SLOWEST)


## The time at which a beat falls, in seconds from the start.
func to_seconds(beat: float) -> float:
	return beat * 60.0 / bpm


## The beat that a time falls on, fractions included.
func to_beat(seconds: float) -> float:
	return seconds * bpm / 60.0
