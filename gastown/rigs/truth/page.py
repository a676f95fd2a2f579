"""page: the report as one HTML file, with its pictures inside and no script.

A picture grows to the whole window when it is clicked: a link to itself makes it the target.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files

from gastown.rigs.truth.exhibit import Exhibit
from gastown.rigs.truth.sighting import Sighting, Verdict

_WORDS: Mapping[Verdict, str] = {"pass": "Holds", "fail": "Fails", "unsure": "Not shown"}
_HEAD: Mapping[Verdict, str] = {
    "pass": "Every claim holds",
    "fail": "Not as promised",
    "unsure": "Not shown to hold",
}
_JUDGES = {
    "capture": "the capture itself",
    "log": "code, by the output",
    "pixel": "code, pixel by pixel",
    "vision": "a model that looks",
}
LOG_LINES = 200


def page(  # noqa: PLR0913 - the parts of one page
    *,
    title: str,
    verdict: Verdict,
    line: str,
    sightings: Sequence[Sighting],
    notes: Sequence[str],
    facts: Mapping[str, str],
    exhibits: Sequence[Exhibit],
    logs: Mapping[str, str],
) -> str:
    """The whole file. Every text is escaped: rigs, programs and models wrote them."""
    style = (files("gastown.rigs.truth") / "page.css").read_text(encoding="utf-8")
    scenarios = dict.fromkeys(one.scenario for one in sightings)
    body = [
        f'<header class="{verdict}"><p class="kicker">Spotter</p><h1>{escape(title)}</h1>',
        f'<p class="verdict"><b>{_HEAD[verdict]}</b> {escape(line)}</p>{_facts(facts)}</header>',
        *(f'<p class="note">{escape(note)}</p>' for note in notes),
        *(
            _scenario(
                name,
                [one for one in sightings if one.scenario == name],
                [one for one in exhibits if one.scenario == name],
                logs.get(name, ""),
            )
            for name in scenarios
        ),
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>{style}</style></head>\n"
        f"<body><main>{''.join(body)}</main></body></html>\n"
    )


def _facts(facts: Mapping[str, str]) -> str:
    told = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in facts.items()
        if value
    )
    return f"<dl>{told}</dl>" if told else ""


def _scenario(
    name: str, sightings: Sequence[Sighting], exhibits: Sequence[Exhibit], log: str
) -> str:
    rows = "".join(map(_row, sorted(sightings, key=lambda one: (not one.number, one.number))))
    return (
        f"<section><h2>{escape(name)}</h2>"
        "<table><thead><tr><th></th><th>Claim</th><th>Verdict</th><th>What shows it</th></tr>"
        f"</thead><tbody>{rows}</tbody></table>"
        f"{''.join(map(_frame, exhibits))}{_log(log)}</section>"
    )


def _row(one: Sighting) -> str:
    number = str(one.number or "")
    return (
        f'<tr class="{one.verdict}"><td class="number">{number}</td>'
        f'<td>{escape(one.claim)}<span class="judge">{_JUDGES[one.kind]}</span></td>'
        f'<td><span class="chip {one.verdict}">{_WORDS[one.verdict]}</span></td>'
        f'<td class="evidence">{escape(one.evidence)}</td></tr>'
    )


def _frame(one: Exhibit) -> str:
    state = "fail" if one.differs else "pass"
    pictures = [("Reference", one.reference), ("Captured", one.captured)]
    tint = ", blue is not compared" if one.masked else ""
    pictures += [(f"Difference{tint}", one.marked)] if one.marked and one.differs else []
    shown = "".join(_figure(one, caption, png) for caption, png in pictures)
    when = f' <span class="when">{escape(one.when)}</span>' if one.when else ""
    caption = "Where they differ, enlarged: left the reference, right what was captured"
    detail = _figure(one, caption, one.detail, "detail") if one.detail else ""
    return (
        f'<div class="frame"><h3>{escape(one.frame)}{when}'
        f'<span class="chip {state}">{_said(one)}</span></h3>'
        f'<div class="pictures">{shown}</div>{detail}</div>'
    )


def _said(one: Exhibit) -> str:
    if one.note:
        return escape(one.note)
    if one.share is None:
        return "no reference"
    if one.box is None:
        return "nothing differs"
    left, top, right, bottom = one.box
    return f"{one.share:.3%} differs, {right - left} × {bottom - top} pixels at {left}, {top}"  # noqa: RUF001 - a times sign


def _figure(one: Exhibit, caption: str, png: bytes | None, kind: str = "whole") -> str:
    if png is None:
        return f'<figure class="none"><figcaption>{caption}</figcaption><p>none</p></figure>'
    word = caption.split(",", maxsplit=1)[0].lower().replace(" ", "-")
    name = escape(f"{one.scenario}-{one.frame}-{word}", quote=True)
    data = b64encode(png).decode()
    return (
        f'<figure id="{name}" class="{kind}"><figcaption>{caption}</figcaption><a href="#{name}">'
        f'<img alt="{caption} of {escape(one.frame, quote=True)}" '
        f'src="data:image/png;base64,{data}"></a><a class="close" href="#">close</a></figure>'
    )


def _log(log: str) -> str:
    lines = log.splitlines()
    if not lines:
        return ""
    many = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
    shown = escape("\n".join(_tail(lines)))
    return f"<details><summary>Output, {many}</summary><pre>{shown}</pre></details>"


def _tail(lines: Sequence[str]) -> Iterable[str]:
    if len(lines) > LOG_LINES:
        yield f"… {len(lines) - LOG_LINES} lines before"
    yield from lines[-LOG_LINES:]
