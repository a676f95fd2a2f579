extends Control
## A menu as a rhythm game has it: what a script writes, what moves, and a clock nobody compares.

const STEP := 6.0

@onready var title: Label = $Title
@onready var level: Label = $Level
@onready var clock: Label = $Clock
@onready var marker: ColorRect = $Marker


func _ready() -> void:
	title.text = "Beat Runner"
	level.text = "Level 3: Morning Jog"
	print("menu ready, 3 lanes")


func _process(_delta: float) -> void:
	clock.text = "%d" % Time.get_ticks_usec()
	marker.position.x += STEP
