"""left: the note that a command-line agent leaves for the next session, read as a stranger's file.

It lies in the home that the agent writes as it likes, so nothing of it is followed or waited for.
"""

import os
import stat
from pathlib import Path

from gastown.agents.prose import clean

NAME = "HANDOFF.md"
MOST_CHARS = 4_000
_MOST_BYTES = 4 * MOST_CHARS  # of any characters


def note_in(home: Path) -> str:
    """The note, cleaned and cut; empty where there is none, or what is no file."""
    try:
        handle = os.open(home / NAME, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        plain = stat.S_ISREG(os.fstat(handle).st_mode)
        data = os.read(handle, _MOST_BYTES) if plain else b""
    finally:
        os.close(handle)
    return clean(data.decode("utf-8", errors="replace"))[:MOST_CHARS]
