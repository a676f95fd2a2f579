"""vitals: what must hold of every capture before a claim means anything."""

from gastown.rigs.truth.mishaps import mishaps
from gastown.rigs.truth.model import Scenario, Truth
from gastown.rigs.truth.picture import PictureError, is_blank, open_picture
from gastown.rigs.truth.sighting import Capture, Sighting, Verdict, passed

TAIL = 600
SHOWN = 3


def vitals(truth: Truth, scenario: Scenario, capture: Capture) -> list[Sighting]:
    """That it ended as it should, drew what it should, and, for an engine, met no error."""
    found = [_sighting(scenario, "It ends by itself, as it should", *_ended(scenario, capture))]
    if scenario.names:
        said = f", {scenario.size}" if scenario.size else ""
        text = f"Every frame is there{said} and shows something"
        found.append(_sighting(scenario, text, *_drawn(truth, scenario, capture)))
    if scenario.kind != "command":
        found.append(_sighting(scenario, "Nothing it says is an error", *clean(scenario, capture)))
    return found


def clean(scenario: Scenario, capture: Capture) -> tuple[Verdict, str]:
    """Whether no line of the output is an error."""
    bad = mishaps(scenario.kind, capture.output, scenario.allow)
    more = f" and {len(bad) - SHOWN} more" if len(bad) > SHOWN else ""
    shown = "; ".join(line.strip()[:200] for line in bad[:SHOWN])
    return passed(not bad), f"{shown}{more}" if bad else "no error in its output"


def _ended(scenario: Scenario, capture: Capture) -> tuple[Verdict, str]:
    took = f"after {capture.seconds:.1f} s"
    if capture.timed_out:
        return "fail", f"stopped {took}; timeout_s = {scenario.timeout_s:g}"
    if capture.rc != scenario.exit:
        tail = capture.output.strip()[-TAIL:]
        return "fail", f"exit code {capture.rc} {took}, not {scenario.exit}; it ends with: {tail}"
    return "pass", f"exit code {capture.rc} {took}"


def _drawn(truth: Truth, scenario: Scenario, capture: Capture) -> tuple[Verdict, str]:
    wrong = [said for frame in scenario.names if (said := _flaw(truth, scenario, capture, frame))]
    count = len(scenario.names)
    return passed(not wrong), "; ".join(wrong) or f"{count} frame{'s' * (count > 1)}"


def _flaw(truth: Truth, scenario: Scenario, capture: Capture, frame: str) -> str:
    """What is wrong with a frame; blank is one that its reference is not, or that has none."""
    try:
        image = open_picture(capture.frame(frame))
    except PictureError as error:
        return f"{frame} {error}"
    if scenario.fixed not in {None, image.size}:
        return f"{frame} is {image.width}x{image.height}, not {scenario.size}"
    reference = truth.reference(scenario, frame)
    if is_blank(image) and (reference is None or not is_blank(open_picture(reference))):
        return f"{frame} is blank"
    return ""


def _sighting(scenario: Scenario, claim: str, verdict: Verdict, evidence: str) -> Sighting:
    return Sighting(
        number=0,
        scenario=scenario.id,
        kind="capture",
        claim=claim,
        verdict=verdict,
        evidence=evidence,
    )
