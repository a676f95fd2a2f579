"""check: judge by code what code can judge; the same capture always gets the same verdicts."""

from collections.abc import Mapping

from gastown.rigs.truth.claims import LogClaim, PixelClaim, VisionClaim
from gastown.rigs.truth.model import Numbered, Scenario, Tolerance, Truth
from gastown.rigs.truth.pattern import TIMEOUT_S, PatternError, first_match
from gastown.rigs.truth.picture import Difference, PictureError, difference, is_blank, open_picture
from gastown.rigs.truth.sighting import Capture, Sighting, Verdict, passed
from gastown.rigs.truth.vitals import clean, vitals

QUOTE_CHARS = 200


def check(
    truth: Truth, captures: Mapping[str, Capture], *, pattern_s: float = TIMEOUT_S
) -> list[Sighting]:
    """A verdict for every capture, by scenario, and every claim, in order.

    Claims for the eye are `unsure` until one has looked. So is, for good, a claim on the log whose
    pattern takes longer than `pattern_s` seconds. A frame that is missing fails every claim on it,
    the eye's too.
    """
    found: list[Sighting] = []
    for scenario in truth.scenario:
        found += vitals(truth, scenario, captures[scenario.id])
        mine = [one for one in truth.claims if one.scenario.id == scenario.id]
        found += [_sighting(truth, one, captures[scenario.id], pattern_s) for one in mine]
    return found


def judged(
    sightings: list[Sighting], verdicts: Mapping[tuple[str, int], tuple[Verdict, str]]
) -> list[Sighting]:
    """The sightings with a model's verdicts, by scenario and number, on what was left for the eye.

    A verdict on anything that code judged is ignored; a claim without one stays `unsure`.
    """
    done: list[Sighting] = []
    for one in sightings:
        if one.kind == "vision" and one.verdict == "unsure" and one.key in verdicts:
            verdict, evidence = verdicts[one.key]
            one = one.model_copy(update={"verdict": verdict, "evidence": evidence})  # noqa: PLW2901
        done.append(one)
    return done


def explained(sightings: list[Sighting], why: str) -> list[Sighting]:
    """The sightings, where nobody has looked with the reason for that."""
    return [
        one.model_copy(update={"evidence": why})
        if one.kind == "vision" and one.verdict == "unsure"
        else one
        for one in sightings
    ]


def _sighting(truth: Truth, one: Numbered, capture: Capture, pattern_s: float) -> Sighting:
    claim, box, frame = one.claim, None, ""
    match claim:
        case LogClaim(clean=True):
            verdict, evidence = clean(one.scenario, capture)
        case LogClaim():
            verdict, evidence = _log(claim, capture.output, pattern_s)
        case PixelClaim():
            verdict, evidence, frame, box = _pixels(truth, one.scenario, claim, capture)
        case VisionClaim():
            frame = one.scenario.frame_of(claim)
            verdict, evidence = _vision(frame, capture)
    return Sighting(
        number=one.number,
        scenario=one.scenario.id,
        kind=claim.kind,
        claim=claim.text,
        verdict=verdict,
        evidence=evidence,
        frame=frame,
        box=box,
    )


def _log(claim: LogClaim, output: str, pattern_s: float) -> tuple[Verdict, str]:
    if claim.matches:
        try:
            found = first_match(claim.matches, output, pattern_s)
        except PatternError as error:
            return "unsure", f"not shown: {error}"
        return passed(found is not None), _said(claim.matches, found or "", found is not None)
    wanted = claim.contains or claim.absent
    there = wanted in output
    quote = next((line for line in output.splitlines() if wanted in line), wanted)
    return passed(there == bool(claim.contains)), _said(wanted, quote, there)


_Box = tuple[int, int, int, int] | None


def _pixels(
    truth: Truth, scenario: Scenario, claim: PixelClaim, capture: Capture
) -> tuple[Verdict, str, str, _Box]:
    """The verdict on all frames of a claim, with the first one that fails, if any does."""
    frames = scenario.frames_of(claim)
    each = {frame: _pixel(truth, scenario, frame, claim, capture) for frame in frames}
    failed = {frame: one for frame, one in each.items() if one[0] == "fail"} or each
    frame, (verdict, _, box) = next(iter(failed.items()))
    return verdict, "; ".join(evidence for _, evidence, _ in failed.values()), frame, box


def _pixel(
    truth: Truth, scenario: Scenario, frame: str, claim: PixelClaim, capture: Capture
) -> tuple[Verdict, str, _Box]:
    reference = open_picture(truth.pictures[scenario.reference_of(frame, claim)])
    masking = truth.mask(scenario, frame, claim)
    try:
        image = open_picture(capture.frame(frame))
    except PictureError as error:
        return "fail", f"{frame} {error}", None
    if image.size != reference.size:
        sizes = [f"{w} x {h}" for w, h in (image.size, reference.size)]
        return "fail", f"{frame} is {sizes[0]}, the reference {sizes[1]}", None
    if is_blank(image) and not is_blank(reference):
        return "fail", f"{frame} is blank", None
    may = truth.tolerance(scenario, frame, claim)
    mask = open_picture(masking) if masking else None
    found = difference(image, reference, may.threshold, mask)
    return passed(found.share <= may.share), _compared(frame, found, may), found.box


def _compared(frame: str, found: Difference, may: Tolerance) -> str:
    if found.box is None:
        return f"{frame}: no pixel differs by more than {may.threshold} of 255"
    left, top, right, bottom = found.box
    allowed = f"{may.share:.4%} may" if may.share else "none may"
    return (
        f"{frame}: {found.share:.4%} of its pixels differ by more than {may.threshold} of 255, in "
        f"{right - left} x {bottom - top} at {left}, {top}; {allowed}"
    )


def _vision(frame: str, capture: Capture) -> tuple[Verdict, str]:
    try:
        open_picture(capture.frame(frame))
    except PictureError as error:
        return "fail", f"{frame} {error}"
    return "unsure", f"nobody has looked at {frame} yet"


def _said(wanted: str, quote: str, there: bool) -> str:
    if there:
        return f"the output says {quote.strip()[:QUOTE_CHARS]!r}"
    return f"the output nowhere says {wanted[:QUOTE_CHARS]!r}"
