"""The Spotter's report: every claim with its verdict and what shows it; for people and programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PIL import Image

from gastown.rigs.truth.exhibit import Exhibit
from gastown.rigs.truth.page import page
from gastown.rigs.truth.picture import encoded, open_picture, shrunk
from gastown.rigs.truth.sighting import Sighting, Verdict

MARKS: Mapping[Verdict, str] = {"pass": "holds", "fail": "FAILS", "unsure": "NOT SHOWN"}
STRIP = 1024  # pixels: the width of the picture that is shown beside the report
GAP = 6


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at and what was seen.

    `facts` are told at the head, by name; `logs` are each scenario's output.
    """

    title: str
    sightings: Sequence[Sighting]
    notes: Sequence[str] = ()
    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    exhibits: Sequence[Exhibit] = ()
    logs: Mapping[str, str] = field(default_factory=dict[str, str])


def render(report: Report) -> dict[str, str]:
    """Its files by name: `report.html` stands alone, with every picture in it."""
    said = line(report.sightings)
    return {
        "report.md": markdown(report),
        "report.json": json.dumps(_data(report), indent=2, ensure_ascii=False) + "\n",
        "report.html": page(
            title=report.title,
            verdict=verdict(report.sightings),
            line=said,
            sightings=report.sightings,
            notes=report.notes,
            facts=report.facts,
            exhibits=report.exhibits,
            logs=report.logs,
        ),
    }


def verdict(sightings: Sequence[Sighting]) -> Verdict:
    """Of the whole: one claim that fails makes it fail, one that is not shown makes it unsure."""
    found = {one.verdict for one in sightings}
    return "fail" if "fail" in found else "unsure" if "unsure" in found else "pass"


def line(sightings: Sequence[Sighting]) -> str:
    """One line for the board: `3 of 4 claims hold; 1 fails`."""
    claims = [one for one in sightings if one.number]
    count = {verdict: sum(one.verdict == verdict for one in claims) for verdict in MARKS}
    parts = [f"{count['pass']} of {len(claims)} claims hold"]
    parts += [f"{count['fail']} fail{'s' * (count['fail'] == 1)}"] * bool(count["fail"])
    parts += [f"{count['unsure']} not shown"] * bool(count["unsure"])
    bad = [one for one in sightings if not one.number and one.verdict != "pass"]
    parts += [f"{one.scenario}: {one.evidence.splitlines()[0][:200]}" for one in bad[:1]]
    return "; ".join(parts)


def strip(exhibits: Sequence[Exhibit]) -> bytes | None:
    """Reference, capture and difference of the frame that matters most, in one picture."""
    shown = next((one for one in exhibits if one.differs), next(iter(exhibits), None))
    if shown is None:
        return None
    three = (shown.reference, shown.captured, shown.marked if shown.differs else None)
    images = [open_picture(one).convert("RGB") for one in three if one is not None]
    if not images:
        return None
    side = (STRIP - GAP * (len(images) - 1)) // len(images)
    small = [shrunk(image, side) for image in images]
    whole = Image.new("RGB", (STRIP, max(image.height for image in small)), (255, 255, 255))
    for at, image in enumerate(small):
        whole.paste(image, (at * (side + GAP), 0))
    return encoded(whole)


def markdown(report: Report) -> str:
    """The report without its pictures."""
    lines = [f"# {report.title}", "", line(report.sightings), ""]
    lines += [*(f"> {note}" for note in report.notes), ""] if report.notes else []
    for scenario in dict.fromkeys(sighting.scenario for sighting in report.sightings):
        lines += [f"## {scenario}", ""]
        for one in report.sightings:
            if one.scenario == scenario:
                lines += _told(one)
        lines.append("")
    return "\n".join(lines)


def _told(one: Sighting) -> list[str]:
    head = f"{one.number}. **{MARKS[one.verdict]}** ({one.kind}) {one.claim}"
    evidence = " ".join(one.evidence.split())
    if one.number:
        return [head, f"   {evidence}"]
    return (
        [] if one.verdict == "pass" else [f"**{MARKS[one.verdict]}** {one.claim}: {evidence}", ""]
    )


def _data(report: Report) -> dict[str, object]:
    claims = [one.model_dump(mode="json") for one in report.sightings]
    frames = [
        {"scenario": one.scenario, "frame": one.frame, "share": one.share, "box": one.box}
        | ({"note": one.note} if one.note else {})
        for one in report.exhibits
    ]
    return {
        "title": report.title,
        "verdict": verdict(report.sightings),
        "line": line(report.sightings),
        "facts": dict(report.facts),
        "captures": [one for one in claims if not one["number"]],
        "claims": [one for one in claims if one["number"]],
        "frames": frames,
        "notes": list(report.notes),
    }
