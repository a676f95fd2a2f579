"""The Watchdog's report: Markdown for a person, JSON for a program, SARIF for tools; no secrets."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, cast

from gastown.agents.prose import as_markdown, clean
from gastown.rigs.scan.finding import Finding, ScannerRun
from gastown.rigs.scan.redact import lasting, redact
from gastown.security.follow import Standing, Tracked
from gastown.security.health import health
from gastown.security.history import Entry, trend
from gastown.security.sarif import sarif

_DAY = "%Y-%m-%d"
_SHOWN = 200  # of one section: a page is read by a person, and stored at each scan


def render(
    title: str,
    standing: Standing,
    history: Sequence[Entry] = (),
    summary: str = "",
    secrets: Sequence[str] = (),
) -> dict[str, str]:
    """The report's files by name: `report.md`, `report.json` and `report.sarif`.

    Args:
        title: What was scanned: rig, commit, convoy.
        standing: Its findings after the scan.
        history: All scans so far, this one the last.
        summary: The model's words on the whole, if it was asked.
        secrets: In clear; none of them is in what comes back.
    """
    title, summary = redact(title, secrets), redact(summary, secrets)
    return {
        "report.md": as_page(title, standing, history, summary, secrets),
        "report.json": _json(as_data(title, standing, history, summary), secrets),
        "report.sarif": _json(sarif(standing), secrets),
    }


def as_data(
    title: str, standing: Standing, history: Sequence[Entry] = (), summary: str = ""
) -> dict[str, Any]:
    """Everything, machine-readable."""
    return {
        "title": title,
        "line": standing.line,
        "health": health(standing).model_dump(mode="json"),
        "summary": summary,
        **standing.model_dump(mode="json"),
        "history": [entry.model_dump(mode="json") for entry in history],
    }


def as_page(
    title: str,
    standing: Standing,
    history: Sequence[Entry] = (),
    summary: str = "",
    secrets: Sequence[str] = (),
) -> str:
    """New findings first, then known, fixed and accepted ones, then who ran and who did not."""
    course = trend(history)
    lines = [f"# {as_markdown(title)}", "", f"{standing.line}.", ""]
    lines += [f"Health {health(standing)} of 100{f' ({course})' if course else ''}.", ""]
    lines += _section("What the model makes of it", [], as_markdown(summary))
    lines += _section("New", map(_found, standing.of("new")))
    lines += _section("Known", map(_found, standing.of("known")))
    lines += _section("Fixed since the last scan", map(_found, standing.just_fixed))
    lines += _section("Accepted by a person", map(_accepted, standing.of("accepted")))
    lines += _section("Scanners", map(_ran, standing.ran))
    lines += _section("Not read by any scanner", (f"- `{_code(n)}`" for n in standing.unread))
    return redact("\n".join(lines).rstrip() + "\n", lasting(secrets))


def _section(title: str, items: Iterable[str], intro: str = "") -> list[str]:
    listed = list(items)
    if not listed and not intro:
        return []
    if len(listed) > _SHOWN:
        listed[_SHOWN:] = [f"- … and {len(listed) - _SHOWN} more, in report.json"]
    return [f"## {title}", "", *([intro, ""] if intro else []), *listed, *([""] if listed else [])]


def _found(one: Tracked) -> str:
    finding = one.finding
    by = f"{finding.scanner}, {as_markdown(finding.rule)}, {finding.fingerprint}"
    seen = f", since {one.since.strftime(_DAY)}" if one.status == "known" else ""
    seen += ", in this change" if one.status == "new" and finding.introduced else ""
    unsure = "; nobody could look for it this time" if not one.checked else ""
    head = f"- **{finding.severity}** `{_code(place(finding))}` {as_markdown(finding.title)}"
    lines = [f"{head} ({by}{seen}{unsure})"]
    lines += [f"  `{_code(finding.excerpt)}`"] * bool(finding.excerpt)
    lines += [f"  {as_markdown(finding.reason)}"] * bool(finding.reason)
    return "\n".join(lines)


def _accepted(one: Tracked) -> str:
    word = one.acceptance
    if word is None:
        return _found(one)
    until = f", until {word.until.isoformat()}" if word.until else ""
    said = f"{as_markdown(word.by)}, {word.at.strftime(_DAY)}{until}: {as_markdown(word.why)}"
    return f"{_found(one)}\n  {said}"


def place(finding: Finding) -> str:
    """`file:line`, or the file alone where no line is meant."""
    return f"{finding.file}:{finding.line}" if finding.line else finding.file


def _ran(run: ScannerRun) -> str:
    files = f"{run.files} file{'s' * (run.files != 1)}"
    if not run.ran:
        return f"- **{run.name} did not run** over {files}: {as_markdown(run.why_not)}"
    said = f"- {run.name} {run.version}: ran over {files}".replace(" :", ":")
    return "".join([said, *(f"\n  - not looked at: {as_markdown(why)}" for why in run.missed)])


def _code(text: str) -> str:
    return clean(text).replace("`", "'").replace("\n", " ")


def _json(data: Any, secrets: Sequence[str]) -> str:
    """Value by value: once escaped, a secret with a quote in it would not be found any more.

    Every text lost its secrets before. This is a second look, and not for short ones, which would
    blot out dates and fingerprints that a program reads.
    """
    return json.dumps(_clean(data, lasting(secrets)), indent=2, ensure_ascii=False) + "\n"


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
