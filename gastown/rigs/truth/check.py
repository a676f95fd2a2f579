"""check: judge by code what code can judge; the same capture always gets the same verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gastown.rigs.truth.model import LogClaim, Numbered, PixelClaim, Scenario, Truth, VisionClaim
from gastown.rigs.truth.pattern import TIMEOUT_S, PatternError, first_match
from gastown.rigs.truth.picture import PictureError, difference, is_blank, open_picture
from gastown.stage import Frozen

Verdict = Literal["pass", "fail", "unsure"]
MAX_BYTES = 64_000_000
QUOTE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Capture:
    """What was captured: everything the program printed, and the folder of its frames."""

    output: str
    frames: Path

    def frame(self, name: str) -> bytes:
        """A frame's PNG. Raises PictureError when there is none."""
        path = self.frames / name
        if path.is_symlink() or not path.is_file():
            raise PictureError("was not captured")
        if path.stat().st_size > MAX_BYTES:
            raise PictureError(f"is larger than {MAX_BYTES} bytes")
        return path.read_bytes()


class Sighting(Frozen):
    """The verdict on one claim. Whatever is not `pass` is not shown to be true."""

    number: int
    scenario: str
    kind: str
    claim: str
    verdict: Verdict
    evidence: str
    box: tuple[int, int, int, int] | None = None


def check(truth: Truth, capture: Capture, *, pattern_s: float = TIMEOUT_S) -> list[Sighting]:
    """A verdict for every claim, in order; claims for the eye are `unsure` until one has looked.

    So is, for good, a claim on the log whose pattern takes longer than `pattern_s` seconds.
    A scenario whose frame is missing fails every claim on that frame, the eye's too.
    """
    return [_sighting(truth, one, capture, pattern_s) for one in truth.claims]


def judged(
    sightings: list[Sighting], verdicts: Mapping[int, tuple[Verdict, str]]
) -> list[Sighting]:
    """The sightings with a model's verdicts, by number, on what was left for the eye.

    A verdict on anything that code judged is ignored; a claim without one stays `unsure`.
    """
    done: list[Sighting] = []
    for one in sightings:
        if one.kind == "vision" and one.verdict == "unsure" and one.number in verdicts:
            verdict, evidence = verdicts[one.number]
            one = one.model_copy(update={"verdict": verdict, "evidence": evidence})  # noqa: PLW2901
        done.append(one)
    return done


def _sighting(truth: Truth, one: Numbered, capture: Capture, pattern_s: float) -> Sighting:
    claim, box = one.claim, None
    match claim:
        case LogClaim():
            verdict, evidence = _log(claim, capture.output, pattern_s)
        case PixelClaim():
            verdict, evidence, box = _pixel(truth, one.scenario, claim, capture)
        case VisionClaim():
            verdict, evidence = _vision(one.scenario.frame_of(claim), capture)
    return Sighting(
        number=one.number,
        scenario=one.scenario.id,
        kind=claim.kind,
        claim=claim.text,
        verdict=verdict,
        evidence=evidence,
        box=box,
    )


def _log(claim: LogClaim, output: str, pattern_s: float) -> tuple[Verdict, str]:
    if claim.matches:
        try:
            found = first_match(claim.matches, output, pattern_s)
        except PatternError as error:
            return "unsure", f"not shown: {error}"
        return _pass(found is not None), _said(claim.matches, found or "", found is not None)
    wanted = claim.contains or claim.absent
    there = wanted in output
    quote = next((line for line in output.splitlines() if wanted in line), wanted)
    return _pass(there == bool(claim.contains)), _said(wanted, quote, there)


def _pixel(
    truth: Truth, scenario: Scenario, claim: PixelClaim, capture: Capture
) -> tuple[Verdict, str, tuple[int, int, int, int] | None]:
    reference = open_picture(truth.pictures[scenario.reference_of(claim)])
    mask = open_picture(truth.pictures[claim.mask]) if claim.mask else None
    try:
        image = open_picture(capture.frame(claim.frame))
    except PictureError as error:
        return "fail", f"{claim.frame} {error}", None
    if image.size != reference.size:
        sizes = [f"{w} x {h}" for w, h in (image.size, reference.size)]
        return "fail", f"{claim.frame} is {sizes[0]}, the reference {sizes[1]}", None
    if is_blank(image) and not is_blank(reference):
        return "fail", f"{claim.frame} is blank", None
    found = difference(image, reference, claim.threshold, mask)
    evidence = (
        f"{found.share:.4%} of {claim.frame} differs by more than {claim.threshold}"
        f"{f' in box {found.box}' if found.box else ''}; {claim.share:.4%} may"
    )
    return _pass(found.share <= claim.share), evidence, found.box


def _vision(frame: str, capture: Capture) -> tuple[Verdict, str]:
    try:
        open_picture(capture.frame(frame))
    except PictureError as error:
        return "fail", f"{frame} {error}"
    return "unsure", f"nobody has looked at {frame} yet"


def _pass(holds: bool) -> Verdict:
    return "pass" if holds else "fail"


def _said(wanted: str, quote: str, there: bool) -> str:
    if there:
        return f"the output says {quote.strip()[:QUOTE_CHARS]!r}"
    return f"the output nowhere says {wanted[:QUOTE_CHARS]!r}"
