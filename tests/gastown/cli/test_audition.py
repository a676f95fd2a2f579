"""`town audition`: models tried and compared, as a table and as a picture; what is known so far."""

import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from gastown.auditions.record import keep, record_of
from gastown.auditions.task import load_tasks
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Turn
from gastown.town.layout import TownLayout
from tests.gastown.auditions.given import trial

TASK = next(one for one in load_tasks("spotter") if one.key == "missing-button")
SCRIPT = Script(
    {("spotter", "spotter missing-button 1", 1): (Turn(text=TASK.solution["answer"]),) * 2}
)
ASKED = ("audition", "spotter", "--task", TASK.key, "--repeat", "1")


@pytest.fixture
def served():
    with RehearsalServer(SCRIPT, pace=UNPACED) as server:
        yield ("--endpoint", server.url)


@pytest.fixture
def tried(oak):
    """Two models were tried before."""
    for one in (trial("q7"), trial("q3", passed=False)):
        keep(record_of(TownLayout(oak)), one)
    return oak


def test_models_are_compared_as_a_table_and_as_a_picture(cli, oak, served):
    answer = cli(*ASKED, "--model", "a", "--model", "b", "--compare", *served)

    assert answer.code == 0, answer.err
    assert "drawn: audition-spotter.svg" in answer.out
    assert answer.out.count("1 of 1") == 4  # each model, and each of its tasks
    said = "".join(ET.parse(oak / "audition-spotter.svg").getroot().itertext())  # noqa: S314 - our own
    assert "a: 1 of 1 passed" in said
    assert "b: 1 of 1 passed" in said


def test_what_was_tried_before_is_compared_without_trying_it_again(cli, tried):
    answer = cli("audition", "polecat", "--compare", "--plot", "fit.png", "--json")

    assert [(one["model"], one["passed"]) for one in answer.json["auditions"]] == [
        ("q3", "0 of 1"),
        ("q7", "1 of 1"),
    ]
    with Image.open(tried / "fit.png") as picture:
        assert picture.width > 0


def test_each_task_tells_all_that_its_models_row_tells(cli, oak, served):
    (row,) = cli(*ASKED, "--model", "a", *served, "--json").json["tasks"]

    assert (row["task"], row["difficulty"], row["95 %"]) == (
        TASK.key,
        TASK.difficulty,
        "21% to 100%",
    )
    assert {
        "bad answers",
        "tokens in/out",
        "tok/s",
        "VRAM/RAM",
        "money",
        "last fault",
    } <= row.keys()


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("audition", "spotter", "--compare", "--model", "a"), "name several models"),
        (("audition", "--compare"), "town audition ROLE"),
        (("audition", "spotter", "--plot", "fit.gif", "--model", "a"), ".svg or .png"),
    ],
)
def test_what_cannot_be_compared_or_drawn_is_refused_before_anything_is_tried(
    cli, oak, tokens, said
):
    answer = cli(*tokens)

    assert (answer.code, said in answer.err) == (2, True)
    assert not list(oak.glob("audition*"))
