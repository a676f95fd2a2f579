"""Script: every answer a rehearsal has, by role, key, round and turn.

Real beads have random ids, so `titles.toml` beside the answers may say which key a bead's title
stands for: `"Snap beats to a grid" = "beat-grid"`.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from gastown.errors import ConfigError
from gastown.rehearsal.answers import load_answer
from gastown.rehearsal.turn import Cue, Turn

TITLES = "titles.toml"
_FILE = re.compile(r"(?P<key>.+?)(\.r(?P<round>[1-9]\d*))?\.md")

Sessions = Mapping[tuple[str, str, int], tuple[Turn, ...]]
"""Turns by (role, key, round)."""


class Script:
    """Looks answers up; knows nothing of the wire."""

    def __init__(self, sessions: Sessions, titles: Mapping[str, str] | None = None) -> None:
        self.sessions = dict(sessions)
        self.titles = dict(titles or {})

    @classmethod
    def load(cls, folder: Path) -> "Script":
        """Read `folder/<role>/<key>[.rN].md`. Raises ConfigError that names file and line."""
        files = sorted(folder.glob("*/*.md"))
        if not files:
            raise ConfigError(f"{folder}: no answers; expected <role>/<key>[.rN].md")
        return cls({_session(file): load_answer(file) for file in files}, _titles(folder / TITLES))

    def turn(self, cue: Cue) -> Turn | None:
        """The answer, or None: the script has none."""
        turns = self.sessions.get((cue.role, cue.key, cue.round), ())
        return turns[cue.turn] if cue.turn < len(turns) else None


def _titles(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ConfigError(f"{file}: {error}") from None
    wrong = [title for title, key in found.items() if not isinstance(key, str)]
    if wrong:
        raise ConfigError(f'{file}: {wrong[0]}: expected "TITLE" = "key"')
    return found


def _session(file: Path) -> tuple[str, str, int]:
    found = _FILE.fullmatch(file.name)
    key, round_ = (found["key"], int(found["round"] or 1)) if found else (file.stem, 1)
    return file.parent.name, key, round_
