class_name AeroBeatLane
extends RefCounted
## One lane of a track: notes wait on it in the order in which they are due.

signal note_struck(beat: float)

const REACH: float = 0.25

var _notes: Array[float] = []


## Put a note on the lane, at its place in time.
func add_note(beat: float) -> void:
	_notes.insert(_notes.bsearch(beat), beat)


## Notes that have not been struck yet.
func waiting() -> Array[float]:
	return _notes.duplicate()


## Strike at a time; the first note within reach is taken off the lane.
func strike(beat: float) -> bool:
	for note: float in _notes:
		if absf(note - beat) <= REACH:
			_notes.erase(note)
			note_struck.emit(note)
			return true
	return false
