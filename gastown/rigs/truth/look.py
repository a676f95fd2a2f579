"""look: what a model with eyes is shown of one scenario, and what it is asked.

For each frame: the reference, what was captured, and, where they differ, the place where they do,
enlarged. The same question is asked of a control, whose frame has a defect planted in it: claim 0
says that frame and reference show the same, and whoever passes that of the control sees nothing.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gastown.agents.brief import material
from gastown.agents.prose import one_line
from gastown.rigs.truth.control import seeded_defect
from gastown.rigs.truth.model import Looked, Scenario, Truth
from gastown.rigs.truth.picture import difference, encoded, open_picture, shrunk, side_by_side
from gastown.rigs.truth.sighting import Capture, Verdict

CONTROL = 0
CONTROL_CLAIM = (
    "What was captured shows what the reference shows: nothing missing, moved, recoloured, garbled."
)
SIDE = 1024
THRESHOLD = 16


@dataclass(frozen=True, slots=True)
class Look:
    """One question to a model: text, pictures, and the numbers it must give a verdict on."""

    task: str
    images: tuple[bytes, ...]
    numbers: frozenset[int]


def make_look(
    truth: Truth, scenario: Scenario, capture: Capture, numbers: Collection[int], *, control: bool
) -> Look:
    """The question about a scenario's claims of these numbers, or its control.

    Raises PictureError when a frame that must be looked at is none.
    """
    asked = [
        one for one in truth.for_the_eye if one.scenario.id == scenario.id and one.number in numbers
    ]
    images: list[bytes] = []
    legend: list[str] = []
    for frame in dict.fromkeys(one.frame for one in asked):
        captured = capture.frame(frame)
        shown = seeded_defect(captured) if control else captured
        for text, image in _pictures(truth, scenario, frame, captured, shown):
            images.append(image)
            legend.append(f"{len(images)}. {text}")
    return Look(_task(asked, legend), tuple(images), frozenset({*numbers, CONTROL}))


def sees(verdicts: Mapping[int, tuple[Verdict, str]]) -> bool:
    """Whether a judge can be believed, by what it said of the control: only a plain `fail`."""
    return verdicts.get(CONTROL, ("unsure", ""))[0] == "fail"


def _pictures(
    truth: Truth, scenario: Scenario, frame: str, captured: bytes, shown: bytes
) -> Iterator[tuple[str, bytes]]:
    reference = truth.reference(scenario, frame) or captured
    yield f"The reference of {frame}: how it should look.", fitting(reference)
    yield f"{frame} as it was captured: judge this one.", fitting(shown)
    there, wanted, masking = open_picture(shown), open_picture(reference), None
    if there.size != wanted.size:
        return
    masking = truth.mask(scenario, frame)
    mask = open_picture(masking) if masking else None
    fits = mask is not None and mask.size == there.size
    box = difference(there, wanted, THRESHOLD, mask if fits else None).box
    if box is not None:
        text = f"Where they differ, {box}: left the reference, right what was captured."
        yield text, encoded(shrunk(side_by_side(wanted, there, box), SIDE))


def fitting(png: bytes) -> bytes:
    """A picture of at most SIDE pixels a side; one that is small enough stays as it is."""
    image = open_picture(png)
    return png if max(image.size) <= SIDE else encoded(shrunk(image, SIDE))


def _task(claims: Sequence[Looked], legend: Sequence[str]) -> str:
    several = len({one.frame for one in claims}) > 1
    listed = [f"{CONTROL}. {CONTROL_CLAIM}"]
    listed += [
        f"{one.number}. {one_line(one.text)}{f' (in {one.frame})' if several else ''}"
        for one in claims
    ]
    shown = "\n".join(legend)
    claimed = material("claims", "\n".join(listed))
    return (
        f"# Pictures, in this order\n{shown}\n\n{claimed}\n\n"
        "Judge every claim, 0 too, by what the captured pictures show: pass, fail or unsure."
    )
