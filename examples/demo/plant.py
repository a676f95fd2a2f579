"""Plants a made-up AWS key in a copy of the demo's rig, so that the Watchdog has one to find.

The checkout holds no secret: `ACCESS_KEY` in scorekeeper/upload.py is a placeholder until the demo
fills it in, with another key each time::

    python examples/demo/plant.py FOLDER-OF-A-COPY
"""

import secrets
import string
import sys
from dataclasses import dataclass
from pathlib import Path

PLACEHOLDER = "@@PLANTED_KEY@@"
FILE = "scorekeeper/upload.py"


@dataclass(frozen=True, slots=True)
class Planted:
    """Where the key is; the line counts from 1."""

    file: str
    line: int
    key: str


def plant(rig: Path) -> Planted:
    """Fill the placeholder in. Raises ValueError when the folder has none."""
    path = rig / FILE
    text = path.read_text(encoding="utf-8")
    if text.count(PLACEHOLDER) != 1:
        raise ValueError(f"{path}: expected {PLACEHOLDER} once; is this a fresh copy of the rig?")
    key = "AKIA" + "".join(secrets.choice(string.ascii_uppercase + "234567") for _ in range(16))
    path.write_text(text.replace(PLACEHOLDER, key), encoding="utf-8")
    return Planted(FILE, text[: text.index(PLACEHOLDER)].count("\n") + 1, key)


if __name__ == "__main__":
    planted = plant(Path(sys.argv[1]))
    print(f"planted in {planted.file}:{planted.line}")
