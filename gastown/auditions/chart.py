"""chart: the share of tasks that models carried out, as bars with what is sure of them."""

from collections.abc import Iterator, Sequence

from gastown.auditions.score import FIT, Fitness, Score
from gastown.drawing.layout import FONT, TITLE, WIDTH, Box, Layout, Word

_LEFT, _RIGHT, _TOP, _ROW, _BAR = 260, 330, 64, 34, 20
_SPAN = WIDTH - _LEFT - _RIGHT
_COLOURS: dict[Fitness, str] = {"fit": "#009e73", "undecided": "#e69f00", "unfit": "#d55e00"}
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def audition_chart(title: str, scores: Sequence[Score]) -> Layout:
    """A bar a model, the best first; a thin line is where its share lies with 95 %."""
    ranked = sorted(scores, key=lambda one: (-one.rate, one.model))
    bottom = _TOP + _ROW * len(ranked)
    boxes, words = list(_grid(bottom)), [Word(24, 28, title, size=TITLE)]
    words += _axis(bottom)
    for row, one in enumerate(ranked):
        y = _TOP + row * _ROW
        boxes += _bar(one, y)
        words += _names(one, y)
    said = "\n".join(says(one) for one in ranked)
    return Layout(title, said, bottom + 44, tuple(boxes), tuple(words))


def says(score: Score) -> str:
    """One model's result in words."""
    low, high = score.interval
    return (
        f"{score.model}: {score.passed} of {score.trials} passed, "
        f"{score.rate:.0%} ({low:.0%} to {high:.0%}), {score.fitness}"
    )


def _bar(score: Score, y: float) -> Iterator[Box]:
    low, high = score.interval
    colour, tip = _COLOURS[score.fitness], says(score)
    yield Box(_LEFT, y, max(2.0, score.rate * _SPAN), _BAR, colour, "bar", tip)
    yield Box(_LEFT + low * _SPAN, y + _BAR / 2 - 1, (high - low) * _SPAN, 2, "#57606a", "bar", tip)
    for end in (low, high):
        yield Box(_LEFT + end * _SPAN - 1, y + 4, 2, _BAR - 8, "#57606a", "bar", tip)


def _names(score: Score, y: float) -> Iterator[Word]:
    low, high = score.interval
    base = y + _BAR - 6
    share = f"{score.rate:.0%} ({low:.0%} to {high:.0%})"
    facts = f"{score.tokens_per_s:,.0f} tok/s · ${score.micro_usd / 1e6:.4f} · {score.fitness}"
    yield Word(_LEFT - 12, base, score.model[:36], anchor="end")
    yield Word(_LEFT + _SPAN + 16, base, share)
    yield Word(_LEFT + _SPAN + 130, base, facts, "faint")


def _grid(bottom: float) -> Iterator[Box]:
    for tick in _TICKS:
        width = 2 if tick == FIT else 1
        yield Box(_LEFT + tick * _SPAN, _TOP - 8, width, bottom - _TOP + 8, "", "grid")


def _axis(bottom: float) -> Iterator[Word]:
    for tick in _TICKS:
        yield Word(_LEFT + tick * _SPAN, bottom + FONT + 6, f"{tick:.0%}", "faint", "middle")
