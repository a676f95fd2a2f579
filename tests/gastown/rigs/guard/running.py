"""What a real engine says of scripts."""

import json
import os
import subprocess
from pathlib import Path

_LOAD = """extends SceneTree
func _initialize() -> void:
	var good: Array[String] = []
	for path: String in JSON.parse_string(FileAccess.get_file_as_string("res://paths.json")):
		var script: Script = load("res://" + path) as Script
		if script != null and (script.can_instantiate() or script.is_abstract()):
			good.append(path)
	print("good: ", JSON.stringify(good))
	quit()
"""


def compiles(engine: Path, folder: Path, files: dict[str, str]) -> set[str]:
    """Those of the scripts among these files that the engine can use."""
    project = folder / "project"
    project.mkdir()
    (folder / "home").mkdir()
    paths = [name for name in files if name.endswith(".gd")]
    settings = 'config_version=5\n[application]\nconfig/features=PackedStringArray("4.6")\n'
    extra = {"project.godot": settings, "paths.json": json.dumps(paths), "load_all.gd": _LOAD}
    for name, text in {**files, **extra}.items():
        (project / name).write_text(text, encoding="utf-8")
    argv = [str(engine), "--headless", "--path", str(project), "--script", "load_all.gd"]
    done = subprocess.run(
        argv,
        env={**os.environ, "HOME": str(folder / "home")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    told = [line for line in done.stdout.splitlines() if line.startswith("good: ")]
    assert told, done.stdout + done.stderr
    return set(json.loads(told[-1].removeprefix("good: ")))
