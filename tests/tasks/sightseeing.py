"""A build that draws a card, and a town whose Spotter is a rehearsal that says what it is told."""

import json
from pathlib import Path

from gastown.rehearsal.images import pixels
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Case, Turn
from gastown.town.town import Town
from tests.tasks.oak import make_oak, rows

DRAW = """
import sys
from pathlib import Path
from PIL import Image, ImageDraw
card = Image.new("RGB", (120, 80), (20, 20, 60))
pen = ImageDraw.Draw(card)
pen.rectangle((10, 10, 50, 40), fill=(200, 40, 40))
pen.rectangle((60, 20, 110, 60), fill=(40, 200, 40))
card.save(Path(sys.argv[1], "card.png"))
print("drawn")
"""
TRUTH = """
[[scenario]]
id = "card"
command = ["{python}", "{build}/draw.py", "{frames}"]
frames = ["card.png"]
size = "120x80"
timeout_s = 60
"""
CRITERIA = """
# The card

1. [pixel] It is the one we agreed on.
2. [log contains "drawn"] It says so.
3. [vision] The red box is left of the green one.
"""
TITLE = "look at build"


def make_build(folder: Path, draw: str = DRAW) -> Path:
    """A folder with a program and its `.truth`, without references."""
    (folder / ".truth" / "card").mkdir(parents=True)
    (folder / "draw.py").write_text(draw)
    (folder / ".truth" / "truth.toml").write_text(TRUTH)
    (folder / ".truth" / "card" / "criteria.md").write_text(CRITERIA)
    return folder


def make_town(folder: Path, url: str = "", sandboxes: int = 2) -> Town:
    """Without an address, one without models."""
    seeing = rows(url, near=["spotter"], is_near="vision = true", sandboxes=sandboxes)
    return make_oak(folder, seeing if url else "")


def said(verdicts: dict[int, str]) -> str:
    """An answer with these verdicts."""
    claims = [
        {"claim": number, "verdict": verdict, "evidence": "seen"}
        for number, verdict in verdicts.items()
    ]
    return json.dumps({"claims": claims})


def script(reference: bytes, sound: dict[int, str], control: dict[int, str]) -> Script:
    """A judge that says one thing of the card as it should be and another of anything else."""
    as_it_should = Case(image=2, pixels=pixels(reference), text=said(sound))
    return Script({("spotter", TITLE, 1): (Turn(text=said(control), cases=(as_it_should,)),) * 4})
