"""record: make references from a capture that a person will look at; and a first `.truth`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gastown.errors import ConfigError
from gastown.rigs.truth.criteria import NAME as CRITERIA
from gastown.rigs.truth.model import Scenario, Truth
from gastown.rigs.truth.parse import NAME, TOLERANCES
from gastown.rigs.truth.picture import PictureError, difference, is_blank, open_picture
from gastown.rigs.truth.sighting import Capture

Change = Literal["new", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """One reference: where it lies in the truth folder, and what became of it."""

    place: str
    change: Change


def record(truth: Truth, captures: Mapping[str, Capture], folder: Path) -> list[Recorded]:
    """Write every captured frame as its reference; nothing is written unless all of them can be.

    Masks and tolerances stay. A picture that is the same pixel for pixel is not written anew.

    Raises:
        ConfigError: A capture ended badly, or a frame is missing, blank or of the wrong size.
    """
    wanted = [scenario for scenario in truth.scenario if scenario.id in captures]
    found = [
        (scenario.reference_of(frame), _sound(scenario, captures[scenario.id], frame))
        for scenario in wanted
        for frame in scenario.names
    ]
    return [_written(folder, place, png) for place, png in found]


def _sound(scenario: Scenario, capture: Capture, frame: str) -> bytes:
    """A frame that can be a reference."""
    who = f"scenario {scenario.id}: {frame}"
    if capture.timed_out or capture.rc != scenario.exit:
        how = "timed out" if capture.timed_out else f"ended with {capture.rc}"
        tail = capture.output.strip()[-600:]
        raise ConfigError(f"scenario {scenario.id}: its capture {how}; it ends with:\n{tail}")
    try:
        png = capture.frame(frame)
        image = open_picture(png)
    except PictureError as error:
        raise ConfigError(f"{who} {error}") from None
    if scenario.fixed not in {None, image.size}:
        raise ConfigError(f"{who} is {image.width}x{image.height}, not {scenario.size}")
    if is_blank(image):
        raise ConfigError(f"{who} is blank; a blank reference would pass whatever draws nothing")
    return png


def _written(folder: Path, place: str, png: bytes) -> Recorded:
    path = folder / place
    if path.is_symlink() or not path.parent.resolve().is_relative_to(folder.resolve()):
        raise ConfigError(f"{path} leads through a link; remove it first")
    if path.is_file():
        old, new = open_picture(path.read_bytes()), open_picture(png)
        if old.size == new.size and difference(old, new, 0).box is None:
            return Recorded(place, "same")
    change: Change = "changed" if path.is_file() else "new"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png)
    return Recorded(place, change)


def starter(checkout: Path) -> dict[str, str]:
    """The files of a first `.truth` for a checkout, by name: guessed from what lies there."""
    kind, lines = _guessed(checkout)
    scenario = "start"
    toml = ["# What this build must show; docs/truth.md says what can be said here.", ""]
    toml += ["[[scenario]]", f'id = "{scenario}"', f'kind = "{kind}"', *lines, "timeout_s = 60"]
    return {
        NAME: "\n".join(toml) + "\n",
        f"{scenario}/{CRITERIA}": _CRITERIA,
        f"{scenario}/{TOLERANCES}": _TOLERANCE,
    }


_CRITERIA = """\
# What the start must show

Each claim says who can judge it: [pixel] the pictures, [log] the output, [vision] a model that
looks. Write what a player or user would notice, one thing a claim.

1. [pixel] It looks as agreed.
2. [log] Nothing goes wrong on the way.
3. [vision] Every text is whole and readable; nothing overlaps.
"""
_TOLERANCE = """\
# How much a frame may differ from its reference. mask.png beside this file leaves places out:
# where it is not black, nothing is compared.
threshold = 16    # a pixel differs when a channel does by more than this, of 255
share = 0.0       # so many of the pixels may differ; 0.001 is 0.1 %
"""


def _guessed(checkout: Path) -> tuple[str, list[str]]:
    projects = sorted(checkout.glob("project.godot")) or sorted(checkout.glob("*/project.godot"))
    if projects:
        size = _window(projects[0].read_text(encoding="utf-8", errors="replace"))
        return "godot", [
            "frames = 90                # drawn at 30 a second",
            "at = [30, 89]              # of which these are looked at, counted from 0",
            f'size = "{size}"',
        ]
    if (checkout / "package.json").is_file() or (checkout / "index.html").is_file():
        return "web", [
            "at = [0, 1000]             # milliseconds of the page's clock",
            'size = "1280x720"',
        ]
    return "command", [
        'command = ["{python}", "{build}/main.py", "{frames}"]    # writes its frames there',
        'frames = ["start.png"]',
    ]


def _window(project: str) -> str:
    """The window of a Godot project, which has the engine's default size unless it says."""
    found = {
        side: re.search(rf"^window/size/viewport_{side}=(\d+)", project, re.MULTILINE)
        for side in ("width", "height")
    }
    width = found["width"][1] if found["width"] else "1152"
    height = found["height"][1] if found["height"] else "648"
    return f"{width}x{height}"
