"""What an audition shows people: tables, and a picture of the shares."""

import xml.etree.ElementTree as ET

from gastown.auditions.chart import audition_chart, says
from gastown.auditions.report import cells, report, scores, task_rows
from gastown.drawing.layout import WIDTH
from gastown.drawing.svg import svg
from tests.gastown.auditions.given import trial

TRIALS = [trial(), trial(passed=False, why="red | **bold** <b>"), trial("q3", passed=False)]


def test_each_model_is_a_row_with_its_share_and_interval():
    q7, q3 = scores(TRIALS)
    assert cells(q7)[:4] == ("q7", "1 of 2", "50%", "9% to 91%")
    assert cells(q3)[1] == "0 of 1"


def test_a_task_tells_its_last_fault():
    rows = list(task_rows(TRIALS))
    assert [(row[2], row[3], row[-1]) for row in rows] == [
        ("q7", "1 of 2", "red | **bold** <b>"),
        ("q3", "0 of 1", "red"),
    ]


def test_what_a_model_said_is_no_markup_in_the_page():
    page = report("polecat", TRIALS, ["no Godot"])
    assert r"red \| \*\*bold\*\* \<b\>" in page
    assert "> no Godot" in page


def test_the_picture_holds_a_bar_a_model_within_the_page_and_says_it_in_words():
    found = scores(TRIALS)
    drawn = audition_chart("Polecat", found)
    assert all(box.x >= 0 and box.x + box.width <= WIDTH for box in drawn.boxes)
    assert drawn.says.splitlines()[0] == says(found[0])
    ET.fromstring(svg(drawn))  # noqa: S314 - our own
