class_name AeroBeatChart
extends RefCounted
## Reads the beats of a track from text: numbers, with blanks or line ends between them.

const Lane := preload("res://src/beat_lane.gd")


## The chart's beats; what is no number is left out.
static func parse(text: String) -> Array[float]:
	var beats: Array[float] = []
	for word: String in text.replace("\n", " ").split(" ", false):
		if word.is_valid_float():
			beats.append(word.to_float())
	return beats


## A lane filled from a file; an absent file gives an empty lane.
static func load_lane(path: String) -> Lane:
	var lane: Lane = Lane.new()
	for beat: float in parse(FileAccess.get_file_as_string(path)):
		lane.add_note(beat)
	return lane
