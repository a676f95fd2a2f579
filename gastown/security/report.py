"""The Watchdog's report, as Markdown for a person and JSON for a program; no secret in either."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from gastown.rigs.scan.finding import Finding, Scanned, ScannerRun, Severity
from gastown.rigs.scan.redact import redact
from gastown.stage import Frozen


class Reading(Frozen):
    """A weakness that the model reported; `line` 0 means the file as a whole."""

    severity: Severity
    file: str
    line: int = 0
    title: str
    reason: str


def render(
    title: str, scanned: Scanned, summary: str = "", readings: Sequence[Reading] = ()
) -> dict[str, str]:
    """The report's two files by name: `report.md` and `report.json`.

    Args:
        title: What was scanned: rig, commit, convoy.
        scanned: What the scanners found.
        summary: The model's words on the whole, if it was asked.
        readings: What the model found.
    """
    return {
        "report.md": as_markdown(title, scanned, summary, readings),
        "report.json": as_json(title, scanned, summary, readings),
    }


def as_json(title: str, scanned: Scanned, summary: str, readings: Sequence[Reading]) -> str:
    """Everything, machine-readable."""
    data = {
        "title": title,
        "summary": summary,
        **scanned.model_dump(mode="json"),
        "readings": [reading.model_dump(mode="json") for reading in readings],
    }
    # value by value: once escaped, a secret with a quote in it would not be found any more
    return json.dumps(_clean(data, scanned.secrets), indent=2, ensure_ascii=False) + "\n"


def as_markdown(title: str, scanned: Scanned, summary: str, readings: Sequence[Reading]) -> str:
    """Findings new with the change first, then the rest, then the model's, then who ran."""
    new = [finding for finding in scanned.findings if finding.introduced]
    old = [finding for finding in scanned.findings if not finding.introduced]
    lines = [f"# {title}", "", scanned.line, ""]
    lines += _section("New with this change", [_found(finding) for finding in new])
    lines += _section("In the tree before", [_found(finding) for finding in old])
    lines += _section("Read by the model", [_read(reading) for reading in readings], summary)
    lines += _section("Scanners", [_ran(run) for run in scanned.ran])
    lines += _section("Not read by any scanner", [f"- `{name}`" for name in scanned.unread])
    return redact("\n".join(lines).rstrip() + "\n", scanned.secrets)


def _section(title: str, items: Iterable[str], intro: str = "") -> list[str]:
    listed = list(items)
    if not listed and not intro:
        return []
    return [f"## {title}", "", *([intro, ""] if intro else []), *listed, *([""] if listed else [])]


def _found(finding: Finding) -> str:
    return (
        f"- **{finding.severity}** `{finding.file}:{finding.line}` {finding.title} "
        f"({finding.scanner}, {finding.rule}, {finding.fingerprint})\n  `{_code(finding.excerpt)}`"
    )


def _read(reading: Reading) -> str:
    place = f"{reading.file}:{reading.line}" if reading.line else reading.file
    return f"- **{reading.severity}** `{place}` {reading.title}\n  {reading.reason}"


def _ran(run: ScannerRun) -> str:
    files = f"{run.files} file{'s' * (run.files != 1)}"
    if run.ran:
        return f"- {run.name} {run.version}: ran over {files}"
    return f"- **{run.name} did not run** over {files}: {run.why_not}"


def _code(text: str) -> str:
    return text.replace("`", "'")


def _clean(value: Any, secrets: Sequence[str]) -> Any:
    match value:
        case str():
            return redact(value, secrets)
        case dict():
            items = cast("dict[str, Any]", value).items()
            return {key: _clean(one, secrets) for key, one in items}
        case list():
            return [_clean(one, secrets) for one in cast("list[Any]", value)]
        case _:
            return value
