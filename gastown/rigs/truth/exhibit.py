"""Exhibit: one frame as evidence: its reference, what was captured, and where the two differ."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, ImageFilter

from gastown.rigs.truth.claims import PixelClaim
from gastown.rigs.truth.model import Scenario, Tolerance, Truth
from gastown.rigs.truth.picture import (
    MARK,
    Difference,
    PictureError,
    difference,
    encoded,
    mapped,
    open_picture,
    shrunk,
    side_by_side,
)
from gastown.rigs.truth.sighting import Capture

HIDDEN = (90, 130, 255)
FADE = 0.3  # how much of the picture is left behind the marks
SMALL = 0.6  # of a side: what is larger is seen well enough in the whole picture
TIMES = 4
WIDE = 1_000
FRINGE = 5  # pixels by which a mark is made larger, so that one pixel can be seen


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Pictures as PNG, each None where there is none. `share` is of the pixels compared.

    `detail` shows a small place that differs enlarged: left the reference, right what was captured.
    """

    scenario: str
    frame: str
    reference: bytes | None
    captured: bytes | None
    marked: bytes | None
    share: float | None
    box: tuple[int, int, int, int] | None
    detail: bytes | None = None
    masked: bool = False
    note: str = ""
    when: str = ""

    @property
    def differs(self) -> bool:
        """Whether there is anything to see in `marked`."""
        return self.captured is None or bool(self.share) or bool(self.note)


def exhibits(truth: Truth, captures: Mapping[str, Capture]) -> list[Exhibit]:
    """Every frame of every scenario, in order."""
    return [
        _exhibit(truth, scenario, frame, captures[scenario.id])
        for scenario in truth.scenario
        for frame in scenario.names
    ]


def _exhibit(truth: Truth, scenario: Scenario, frame: str, capture: Capture) -> Exhibit:
    reference = truth.reference(scenario, frame)
    plain = Exhibit(
        scenario.id, frame, reference, None, None, None, None, when=_when(scenario, frame)
    )
    try:
        captured = capture.frame(frame)
        image = open_picture(captured)
    except PictureError as error:
        return replace(plain, note=f"{frame} {error}")
    plain = replace(plain, captured=captured)
    if reference is None:
        return plain
    wanted = open_picture(reference)
    if wanted.size != image.size:
        note = f"{image.width} x {image.height}; the reference is {wanted.width} x {wanted.height}"
        return replace(plain, note=note)
    found, mask = _compared(truth, scenario, frame, image, wanted)
    return replace(
        plain,
        marked=encoded(_overlay(image, found, mask)),
        share=found.share,
        masked=mask is not None,
        box=found.box,
        detail=_detail(wanted, image, found.box) if found.box else None,
    )


def _when(scenario: Scenario, frame: str) -> str:
    """The moment of a frame, for people."""
    moment = dict(zip(scenario.names, sorted(scenario.at), strict=False)).get(frame)
    if moment is None:
        return ""
    return f"frame {moment}" if scenario.kind == "godot" else f"after {moment} ms"


def _detail(
    wanted: Image.Image, image: Image.Image, box: tuple[int, int, int, int]
) -> bytes | None:
    """A place that is small in its picture, enlarged to the width of the page."""
    if box[2] - box[0] > image.width * SMALL or box[3] - box[1] > image.height * SMALL:
        return None
    pair = side_by_side(wanted, image, box)
    times = max(1, min(TIMES, WIDE // pair.width))
    large = pair.resize((pair.width * times, pair.height * times), Image.Resampling.NEAREST)  # pyright: ignore[reportUnknownMemberType]  # Pillow knows NumPy, we do not
    return encoded(shrunk(large, WIDE))


def _compared(
    truth: Truth, scenario: Scenario, frame: str, image: Image.Image, wanted: Image.Image
) -> tuple[Difference, Image.Image | None]:
    """The difference as the first claim on this frame counts it."""
    claims = [one for one in scenario.claims if isinstance(one, PixelClaim)]
    claim = next((one for one in claims if frame in scenario.frames_of(one)), None)
    may = truth.tolerance(scenario, frame, claim) if claim else Tolerance()
    data = truth.mask(scenario, frame, claim)
    mask = open_picture(data) if data else None
    if mask is not None and mask.size != image.size:
        mask = None
    return difference(image, wanted, may.threshold, mask), mask


def _overlay(image: Image.Image, found: Difference, mask: Image.Image | None) -> Image.Image:
    """The picture, faded, with what differs marked, framed, and what was left out tinted."""
    grey = image.convert("L").convert("RGB")
    shown = Image.blend(Image.new("RGB", image.size, (255, 255, 255)), grey, FADE)
    if mask is not None:
        left_out = mapped(mask.convert("RGB").convert("L"), [0] + [90] * 255)
        shown.paste(HIDDEN, (0, 0), left_out)
    shown.paste(MARK, (0, 0), found.marked.filter(ImageFilter.MaxFilter(FRINGE)))
    if found.box is not None:
        left, top, right, bottom = found.box
        edge = (max(0, left - 8), max(0, top - 8), right + 7, bottom + 7)
        ImageDraw.Draw(shown).rectangle(edge, outline=MARK, width=2)
    return shown
