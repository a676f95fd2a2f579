"""Record: what auditions showed, kept in the town as JSON lines, so that seats may be chosen by it.

A line is written when a trial ends. So what was interrupted keeps what it had, and a process killed
in mid-line loses that trial alone.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from gastown.auditions.score import Score, score
from gastown.auditions.trial import Trial
from gastown.town.layout import TownLayout


def record_of(layout: TownLayout) -> Path:
    """The file."""
    return layout.root / "auditions.jsonl"


def keep(path: Path, trial: Trial) -> None:
    """Add a trial, in one write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = trial.model_dump_json() + "\n"
    with path.open("ab") as file:
        if file.tell() and not _ends_whole(path):
            line = "\n" + line  # another was killed in mid-line
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def kept(path: Path) -> tuple[Trial, ...]:
    """All trials that were written whole."""
    if not path.is_file():
        return ()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return tuple(trial for line in lines if (trial := _read(line)) is not None)


def standing(path: Path) -> Mapping[tuple[str, str], Score]:
    """What is known of each model in each role, by (role, model)."""
    found: dict[tuple[str, str], list[Trial]] = {}
    for trial in kept(path):
        found.setdefault((trial.role, trial.model), []).append(trial)
    return {key: score(key[1], trials) for key, trials in found.items()}


def _read(line: str) -> Trial | None:
    try:
        return Trial.model_validate_json(line)
    except ValidationError:
        return None


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"
