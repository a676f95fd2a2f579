"""A small rig that can be asked about, with a GDScript, a Python and a Markdown file."""

from collections.abc import Mapping
from pathlib import Path

from gastown.retrieval.index import Index
from gastown.retrieval.indexing import index_of
from gastown.rigs.git import Repo

ANN = "Ann <ann@example.org>"

CLOCK = """extends Node
class_name BeatClock

## How many beats a minute holds.
const BPM := 120


func beat_at(seconds: float) -> float:
	return seconds * BPM / 60.0


func snap(beat: float, grid: int) -> float:
	# Half a grid is rounded up.
	return floor(beat * grid + 0.5) / grid


signal bar_started(number: int)


func _process(delta: float) -> void:
	pass
"""
SCORE = '''"""Scores: what a hit is worth."""

PERFECT_MS = 30


def grade(offset_ms: float) -> str:
    """Perfect within thirty milliseconds."""
    return "perfect" if abs(offset_ms) <= PERFECT_MS else "miss"


class Combo:
    """Counts hits in a row."""

    def hit(self) -> None:
        self.count += 1
'''
README = """# Garden

A rhythm game in which plants grow to the beat.

## Install

`pip install garden`
"""
FILES = {"src/beat_clock.gd": CLOCK, "score.py": SCORE, "README.md": README}


def plant(folder: Path, files: Mapping[str, str | bytes]) -> Repo:
    """A repository with one commit of these files."""
    folder.mkdir(parents=True, exist_ok=True)
    repo = Repo(folder)
    if not (folder / ".git").exists():
        repo.run("init", "--quiet", "-b", "main")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    repo.commit_all("Plant", ANN)
    return repo


def garden(folder: Path, files: Mapping[str, str | bytes] | None = None) -> Index:
    """The index of such a rig."""
    return index_of(folder / "cache", plant(folder / "garden", {**FILES, **(files or {})}))
