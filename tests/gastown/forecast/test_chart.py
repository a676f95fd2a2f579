"""The picture shows every session once, and says in words what it shows."""

from io import BytesIO
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gastown.convoys.board import Board, StageRow
from gastown.drawing.layout import WIDTH
from gastown.drawing.png import SCALE, png
from gastown.drawing.save import save_picture
from gastown.drawing.svg import svg
from gastown.errors import ConfigError
from gastown.forecast.chart import CLOUD, TOOLS, Bar, Chart, planned_chart, real_chart
from gastown.forecast.forecast import planned
from gastown.forecast.layout import colour_of, lay_out
from gastown.formula.plan import Plan
from tests.gastown.forecast.towns import basis, step, terms

MOMENTS = st.lists(st.floats(0, 100), min_size=3, max_size=3).map(sorted)
BARS = st.lists(
    MOMENTS.map(lambda at: Bar("m", "k", "polecat", at[0], at[1], at[2])), max_size=8
).map(tuple)


def chart() -> Chart:
    return planned_chart("<plan> & more", planned(basis(), terms(stretch=3)))


def test_every_session_of_a_plan_is_a_bar_in_the_lane_of_where_it_runs():
    drawn = chart()
    lanes = {bar.label: bar.lane for bar in drawn.bars}
    assert lanes.keys() == {one.key for one in basis().sessions}
    assert lanes["spot"] == CLOUD
    assert lanes["work1"] == "qwen3-coder-7b"
    assert list(drawn.lanes())[-1] == CLOUD


@settings(max_examples=60)
@given(BARS)
def test_bars_in_one_row_never_overlap_and_none_is_lost(bars: tuple[Bar, ...]):
    rows = [row for rows in Chart("t", bars).lanes().values() for row in rows]
    assert sorted(bar for row in rows for bar in row) == sorted(bars)
    for row in rows:
        assert all(one.end <= other.ready for one, other in pairwise(row))


@settings(max_examples=30)
@given(BARS)
def test_nothing_is_drawn_beside_the_page(bars: tuple[Bar, ...]):
    drawn = lay_out(Chart("t", bars))
    assert all(box.x >= 0 and box.x + box.width <= WIDTH + 1 for box in drawn.boxes)
    assert all(0 <= word.y <= drawn.height for word in drawn.words)


def test_the_svg_is_well_formed_and_says_all_of_it_in_words():
    root = ET.fromstring(svg(lay_out(chart())))  # noqa: S314 - our own
    texts = [one.text or "" for one in root.iter()]
    assert "<plan> & more" in texts
    said = next(one.text or "" for one in root if one.tag.endswith("desc"))
    assert len(said.splitlines()) == len(basis().sessions)
    assert colour_of("polecat") in svg(lay_out(chart()))


def test_the_png_is_a_picture_of_the_same_size_with_the_roles_colours():
    drawn = lay_out(chart())
    picture = Image.open(BytesIO(png(drawn)))
    assert picture.size == (WIDTH * SCALE, round(drawn.height * SCALE))
    found = {colour for _, colour in picture.getcolors(1 << 20) or []}
    assert tuple(bytes.fromhex(colour_of("refinery")[1:])) in found


def test_a_file_of_another_kind_is_refused_and_not_made(tmp_path):
    with pytest.raises(ConfigError, match=r"\.svg or \.png"):
        save_picture(lay_out(chart()), tmp_path / "plan.gif")
    assert not list(tmp_path.iterdir())


def row(key: str, start: float, seconds: float, **facts: Any) -> StageRow:
    return StageRow(
        key=key, title=key, role=key, state="closed", start=start, seconds=seconds, **facts
    )


def test_what_ran_is_drawn_from_its_evidence_with_the_wait_since_its_needs_ended():
    stages = (
        row("defender", 1000.0, 10, where="local", model="m"),
        row("gauger", 1015.0, 5, where="local"),
        row("spotter", 1020.0, 5, where="cloud", model="k"),
        row("old", 0.0, 5),
    )
    board = Board(convoy="c", title="t", status="open", stages=stages, beads=())
    plan = Plan(
        formula="f",
        digest="d",
        steps=(
            step("defender", "defender"),
            step("gauger", "gauger", "defender"),
            step("spotter", "spotter", "gauger"),
            step("old", "old"),
        ),
    )
    bars = real_chart(board, plan).bars
    assert [bar.lane for bar in bars] == ["m", TOOLS, CLOUD]
    assert [(bar.ready, bar.start, bar.end) for bar in bars] == [
        (0, 0, 10),
        (10, 15, 20),
        (20, 20, 25),
    ]


def test_nothing_that_ran_is_an_empty_chart():
    board = Board(convoy="c", title="t", status="open", stages=(), beads=())
    assert lay_out(real_chart(board, Plan(formula="f", digest="d"))).says == ""
