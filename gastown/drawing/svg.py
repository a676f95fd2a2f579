"""svg: a layout as one SVG file that needs nothing beside itself; follows a dark page's colours."""

from collections.abc import Iterator
from html import escape

from gastown.drawing.layout import FONT, Box, Layout, Word

_STYLE = """
svg { background: #ffffff; font-family: system-ui, sans-serif; }
.page { fill: #ffffff; } .text { fill: #1b1f24; } .faint { fill: #57606a; }
.grid { fill: #d0d7de; } .dark { fill: #000000; } .light { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
  svg { background: #0d1117; } .page { fill: #0d1117; } .text { fill: #f0f3f6; }
  .faint { fill: #9ea7b3; } .grid { fill: #30363d; }
}
"""


def svg(layout: Layout) -> str:
    """The picture as text. Each bar says on its own what it is (title), the whole in `desc`."""
    size = f'width="{layout.width:g}" height="{layout.height:g}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d"'
    view = f'viewBox="0 0 {layout.width:g} {layout.height:g}" font-size="{FONT}"'
    body = "\n".join([*_hatches(layout), *map(_box, layout.boxes), *map(_word, layout.words)])
    return (
        f'{head} {view}>\n<title id="t">{_safe(layout.title)}</title>\n'
        f'<desc id="d">{_safe(layout.says)}</desc>\n<style>{_STYLE}</style>\n'
        f'<rect class="page" {size}/>\n{body}\n</svg>\n'
    )


def _hatches(layout: Layout) -> Iterator[str]:
    """A pattern for each colour that somebody waits in."""
    colours = dict.fromkeys(box.colour for box in layout.boxes if box.kind == "wait")
    for colour in colours:
        yield (
            f'<pattern id="h{colour[1:]}" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="2" height="6" fill="{colour}"/></pattern>'
        )


def _box(box: Box) -> str:
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}"'
    if box.kind == "grid":
        return f'<rect class="grid" {place}/>'
    tip = f"<title>{_safe(box.tip)}</title>"
    if box.kind == "wait":
        fill = f'fill="url(#h{box.colour[1:]})" stroke="{box.colour}" stroke-width="0.5"'
        return f"<rect {place} {fill}>{tip}</rect>"
    return f'<rect {place} rx="2" fill="{box.colour}">{tip}</rect>'


def _word(word: Word) -> str:
    place = f'x="{word.x:.1f}" y="{word.y:.1f}" text-anchor="{word.anchor}"'
    return f'<text class="{word.ink}" {place} font-size="{word.size}">{_safe(word.text)}</text>'


def _safe(text: str) -> str:
    """No markup, and no character that XML does not know."""
    return escape("".join(one if one.isprintable() or one == "\n" else "�" for one in text))
