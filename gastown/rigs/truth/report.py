"""The Spotter's report: every claim with its verdict and what shows it."""

import json
from collections.abc import Sequence

from gastown.rigs.truth.check import Sighting

_MARKS = {"pass": "holds", "fail": "FAILS", "unsure": "NOT SHOWN"}


def render(title: str, sightings: Sequence[Sighting], notes: Sequence[str] = ()) -> dict[str, str]:
    """The report's two files by name: `report.md` and `report.json`.

    Args:
        title: What was looked at: assembly, commit, convoy.
        sightings: A verdict per claim.
        notes: What else a reader must know, e.g. that the judge passed the control picture.
    """
    data = {
        "title": title,
        "line": line(sightings),
        "claims": [sighting.model_dump(mode="json") for sighting in sightings],
        "notes": list(notes),
    }
    return {
        "report.md": _markdown(title, sightings, notes),
        "report.json": json.dumps(data, indent=2, ensure_ascii=False) + "\n",
    }


def line(sightings: Sequence[Sighting]) -> str:
    """One line for the board: `3 of 4 claims hold; 1 fails`."""
    count = {verdict: sum(s.verdict == verdict for s in sightings) for verdict in _MARKS}
    parts = [f"{count['pass']} of {len(sightings)} claims hold"]
    parts += [f"{count['fail']} fail{'s' * (count['fail'] == 1)}"] * bool(count["fail"])
    parts += [f"{count['unsure']} not shown"] * bool(count["unsure"])
    return "; ".join(parts)


def _markdown(title: str, sightings: Sequence[Sighting], notes: Sequence[str]) -> str:
    lines = [f"# {title}", "", line(sightings), ""]
    lines += [*(f"> {note}" for note in notes), ""] if notes else []
    for scenario in dict.fromkeys(sighting.scenario for sighting in sightings):
        lines += [f"## {scenario}", ""]
        for one in sightings:
            if one.scenario == scenario:
                lines.append(f"{one.number}. **{_MARKS[one.verdict]}** ({one.kind}) {one.claim}")
                lines.append(f"   {one.evidence}")
        lines.append("")
    return "\n".join(lines)
