"""lay_out: a chart as boxes and words with their places. Units are pixels."""

from collections.abc import Iterator, Mapping
from math import ceil, log10
from types import MappingProxyType
from typing import Literal

from gastown.drawing.layout import FONT, GLYPH, TITLE, WIDTH, Box, Ink, Layout, Word
from gastown.forecast.chart import Bar, Chart

MARGIN, LABELS = 24, 190
ROW, GAP, BAR = 26, 10, 20
_TOP, _LEGEND, _AXIS = 44, 28, 30
_TICKS = 8
_STEPS = (1, 2, 5, 10, 15, 30)
_MINUTE, _HOUR = 60, 3600
_OTHER = "#8f8f8f"
# Told apart by people who do not see all colours, too; the words on the bars say it as well.
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "defender": "#0072b2",
        "polecat": "#e69f00",
        "refinery": "#009e73",
        "watchdog": "#d55e00",
        "librarian": "#cc79a7",
        "gauger": "#56b4e9",
        "spotter": "#f0e442",
    }
)
_SHORTEST = 1.0  # seconds that the page stands for, at least


def lay_out(chart: Chart) -> Layout:
    """Places for all of a chart."""
    scale = (WIDTH - LABELS - 2 * MARGIN) / max(chart.end, _SHORTEST)
    rows = sum(len(rows) for rows in chart.lanes().values())
    bottom = _TOP + _LEGEND + rows * ROW + len(chart.lanes()) * GAP
    boxes, words = list(_grid(chart, bottom, scale)), list(_times(chart, bottom, scale))
    words.append(Word(MARGIN, MARGIN + TITLE / 2, _clip(chart.title, WIDTH), size=TITLE))
    for box, word in _legend(chart):
        boxes.append(box)
        words.append(word)
    y = float(_TOP + _LEGEND)
    for lane, packed in chart.lanes().items():
        words.append(Word(MARGIN, y + BAR - 6, _clip(lane, LABELS - GAP)))
        for row in packed:
            for bar in row:
                boxes += _boxes(bar, y, scale)
                words += _name(bar, y, scale)
            y += ROW
        y += GAP
    return Layout(chart.title, says(chart), bottom + _AXIS, tuple(boxes), tuple(words))


def says(chart: Chart) -> str:
    """The chart in words, a line for each bar in the order in which they begin."""
    return "\n".join(_tip(bar) for bar in sorted(chart.bars, key=lambda bar: bar.start))


def moment(seconds: float) -> str:
    """0:05:00 after the start."""
    whole = round(seconds)
    return f"{whole // _HOUR}:{whole // _MINUTE % _MINUTE:02d}:{whole % _MINUTE:02d}"


def colour_of(role: str) -> str:
    """The colour of a role's bars."""
    return COLOURS.get(role, _OTHER)


def _grid(chart: Chart, bottom: float, scale: float) -> Iterator[Box]:
    top = _TOP + _LEGEND - GAP
    for at in _ticks(chart.end):
        yield Box(MARGIN + LABELS + at * scale, top, 1, bottom - top, "", "grid")


def _times(chart: Chart, bottom: float, scale: float) -> Iterator[Word]:
    for at in _ticks(chart.end):
        x = MARGIN + LABELS + at * scale
        yield Word(x, bottom + FONT + 4, moment(at), "faint", "middle")


def _legend(chart: Chart) -> Iterator[tuple[Box, Word]]:
    x = float(MARGIN + LABELS)
    for role in (*chart.roles, "waits"):
        kind: Literal["bar", "wait"] = "wait" if role == "waits" else "bar"
        name = role or "no role"
        yield (
            Box(x, _TOP - 6, FONT, FONT, colour_of(role), kind, name),
            Word(x + 18, _TOP + 4, name),
        )
        x += 18 + len(name) * FONT * GLYPH + 16


def _boxes(bar: Bar, y: float, scale: float) -> Iterator[Box]:
    left = MARGIN + LABELS
    colour, tip = colour_of(bar.role), _tip(bar)
    if bar.start - bar.ready >= 1:
        width = (bar.start - bar.ready) * scale
        yield Box(left + bar.ready * scale, y, width, BAR, colour, "wait", tip)
    width = max(1.0, (bar.end - bar.start) * scale)
    yield Box(left + bar.start * scale, y, width, BAR, colour, "bar", tip)


def _name(bar: Bar, y: float, scale: float) -> Iterator[Word]:
    room = (bar.end - bar.start) * scale - 8
    text = _clip(bar.label, room)
    if text:
        ink: Ink = "light" if _is_deep(colour_of(bar.role)) else "dark"
        yield Word(MARGIN + LABELS + bar.start * scale + 4, y + BAR - 6, text, ink)


def _clip(text: str, room: float) -> str:
    """As much as there is room for; nothing rather than a letter or two."""
    most = int(room / (FONT * GLYPH))
    if len(text) <= most:
        return text
    return f"{text[: most - 1]}…" if most > 3 else ""  # noqa: PLR2004 - letters that say something


def _tip(bar: Bar) -> str:
    waited = f", waited {moment(bar.start - bar.ready)}" if bar.start - bar.ready >= 1 else ""
    because = f": {bar.why}" if bar.why else ""
    return f"{bar.label}, {bar.lane}, {moment(bar.start)} to {moment(bar.end)}{waited}{because}"


def _ticks(end: float) -> list[float]:
    """About eight round moments."""
    step = _step(end / _TICKS)
    return [place * step for place in range(int(end / step) + 1)]


def _step(least: float) -> float:
    """The next round number of seconds, minutes or hours."""
    for unit in (1, _MINUTE, _HOUR):
        for one in _STEPS:
            if one * unit >= least:
                return float(one * unit)
    return 10.0 ** ceil(log10(least / _HOUR)) * _HOUR


def _is_deep(colour: str) -> bool:
    """Whether white is read more easily on it than black (relative luminance, WCAG 2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part**2.2 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179  # noqa: PLR2004 - equal contrast
