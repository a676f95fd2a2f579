"""The Spotter alone: code judges first, no judge is believed untested, doubt is no pass."""

import json
import shutil
from contextlib import contextmanager

import pytest

from gastown.errors import ConfigError, NotFoundError
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.server import RehearsalServer
from gastown.rigs.clone import clone, new_origin
from gastown.town.town import Town
from tasks.spotting import Aim, record_truth, spot
from tests.tasks.sightseeing import DRAW, TRUTH, make_build, make_town, script

SOUND = {0: "pass", 3: "pass"}
SEEING = {0: "fail", 3: "fail"}


@pytest.fixture
def build(tmp_path):
    """A build with its reference recorded."""
    folder = make_build(tmp_path / "build")
    record_truth(None, Aim(str(folder)))
    return folder


@contextmanager
def judge(tmp_path, build, sound, control):
    reference = (build / ".truth" / "card" / "card.png").read_bytes()
    with RehearsalServer(script(reference, sound, control), pace=UNPACED) as server:
        yield make_town(tmp_path, server.url), server


def test_a_build_as_promised_passes_and_its_report_is_kept(tmp_path, build):
    with judge(tmp_path, build, SOUND, SEEING) as (town, server):
        seen = spot(town, Aim(str(build)))

        assert (seen.verdict, seen.line) == ("pass", "3 of 3 claims hold")
        assert len(server.served) == 2  # one question, and the same one of the control
        folder = town.layout.private("spotter") / "elsewhere" / "build"
        assert seen.folder == folder
        said = json.loads((folder / "report.json").read_text())
        assert [one["verdict"] for one in said["claims"]] == ["pass"] * 3
        assert (said["verdict"], said["facts"]["Judge"]) == ("pass", "near")
        page = (folder / "report.html").read_text()
        assert page.count("data:image/png;base64,") == 2
        assert "http" not in page


@pytest.mark.parametrize(
    ("sound", "control", "verdict", "line"),
    [
        (SOUND, SOUND, "unsure", "did not fail a picture with a planted defect"),
        (SOUND, {0: "unsure", 3: "fail"}, "unsure", "did not fail a picture with a planted"),
        ({0: "pass", 3: "unsure"}, SEEING, "unsure", "2 of 3 claims hold; 1 not shown"),
        ({0: "pass", 3: "fail"}, SEEING, "fail", "2 of 3 claims hold; 1 fails"),
        ({0: "pass"}, SEEING, "unsure", "no answer that can be used"),
        ({0: "pass", 3: "pass", 7: "pass"}, SEEING, "unsure", "no answer that can be used"),
    ],
)
def test_only_a_judge_that_sees_can_pass_a_claim(tmp_path, build, sound, control, verdict, line):
    with judge(tmp_path, build, sound, control) as (town, _):
        seen = spot(town, Aim(str(build)))

    assert (seen.verdict, line in seen.line) == (verdict, True), seen.line


def test_where_code_finds_a_defect_nobody_is_paid_to_look(tmp_path, build):
    (build / "draw.py").write_text(DRAW.replace("(10, 10, 50, 40)", "(10, 11, 50, 41)"))
    with judge(tmp_path, build, SOUND, SEEING) as (town, server):
        seen = spot(town, Aim(str(build)))

        assert (seen.verdict, server.served) == ("fail", [])
    (shown,) = seen.report.exhibits
    assert (shown.box, shown.marked is not None) == ((10, 10, 51, 42), True)


def test_without_a_model_what_needs_eyes_is_not_shown(tmp_path, build):
    town = make_town(tmp_path)

    seen = spot(town, Aim(str(build)))
    blind = spot(town, Aim(str(build)), blind=True)

    assert (seen.verdict, "no model looked: " in seen.line) == ("unsure", True)
    assert (blind.verdict, blind.line) == ("unsure", "2 of 3 claims hold; 1 not shown")


def test_a_reference_is_recorded_once_and_again_when_the_picture_changes(tmp_path):
    folder = make_build(tmp_path / "build")

    runs = [record_truth(None, Aim(str(folder))) for _ in range(2)]
    (folder / "draw.py").write_text(DRAW.replace("200, 40, 40", "40, 40, 200"))
    runs.append(record_truth(None, Aim(str(folder))))

    assert [[(one.place, one.change) for one in run] for run in runs] == [
        [("card/card.png", "new")],
        [("card/card.png", "same")],
        [("card/card.png", "changed")],
    ]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('print("drawn")', "raise SystemExit(3)", "its capture ended with 3"),
        ("card.save", "(lambda path: 0)", "card.png was not captured"),
        ("(120, 80)", "(100, 80)", "card.png is 100x80, not 120x80"),
        ("pen = ImageDraw.Draw(card)", "pen = ImageDraw.Draw(card.copy())", "card.png is blank"),
    ],
)
def test_what_can_be_no_reference_is_not_recorded(tmp_path, old, new, why):
    folder = make_build(tmp_path / "build", DRAW.replace(old, new))

    with pytest.raises(ConfigError, match=why):
        record_truth(None, Aim(str(folder)))
    assert not (folder / ".truth" / "card" / "card.png").exists()


def test_a_build_may_lie_elsewhere_and_only_some_scenarios_be_looked_at(tmp_path, build):
    (tmp_path / "product").mkdir()
    (build / "draw.py").rename(tmp_path / "product" / "draw.py")
    more = TRUTH.replace('"card"', '"other"') + '[[scenario.claims]]\nkind = "log"\ntext = "x"\n'
    with (build / ".truth" / "truth.toml").open("a") as file:
        file.write(more + 'absent = "drawn"\n')
    aim = Aim(str(build), build=tmp_path / "product", scenarios=("card",))
    town = make_town(tmp_path)

    assert spot(town, aim, blind=True).line == "2 of 3 claims hold; 1 not shown"
    assert spot(town, Aim(str(build), tmp_path / "product"), blind=True).verdict == "fail"
    with pytest.raises(NotFoundError, match="no scenario 'menu'; scenarios: card, other"):
        spot(town, Aim(str(build), tmp_path / "product", scenarios=("menu",)))


def test_what_is_not_there_is_named(tmp_path):
    town = make_town(tmp_path)

    with pytest.raises(NotFoundError, match="neither a folder nor a rig of the town; rigs: none"):
        spot(town, Aim("nowhere"))
    with pytest.raises(ConfigError, match=r"truth\.toml: no such file; docs/truth\.md"):
        spot(town, Aim(str(tmp_path)))


RIG = """
[rigs.game]
prefix = "ga"
origin = "{origin}"
[rigs.game.gauge]
kind = "generic"
test = ["true"]
[rigs.game.assemblies.card]
build = ["true"]
"""


@pytest.fixture
def rig(tmp_path, build):
    """A town with a rig that holds the truth, and a build of its one assembly."""
    (tmp_path / "source").mkdir()
    shutil.move(build / ".truth", tmp_path / "source" / ".truth")
    origin = new_origin(tmp_path / "source", tmp_path / "origin.git")
    town = make_town(tmp_path)
    with town.layout.config.open("a") as file:
        file.write(RIG.format(origin=origin))
    clone(str(origin), town.layout.rig("game").canonical)
    product = town.layout.build("hq-cv-1", "card") / "product"
    shutil.copytree(build, product)
    return Town.open(town.root)


def test_of_a_rig_the_newest_build_is_held_against_what_is_merged(rig):
    seen = spot(rig, Aim("game"), blind=True)

    assert seen.line == "2 of 3 claims hold; 1 not shown"
    assert seen.report.title.startswith("game-card at ")
    assert seen.folder == rig.layout.private("spotter") / "game"


def test_what_a_rig_does_not_have_is_named(rig):
    with pytest.raises(NotFoundError, match="give --assembly; it has: card"):
        spot(rig, Aim("game", assembly="menu"))
    shutil.rmtree(rig.root / "builds")
    with pytest.raises(ConfigError, match="no build of card yet: let the Gauger build it"):
        spot(rig, Aim("game"))


def test_references_of_a_rig_go_where_a_person_says(rig, tmp_path):
    with pytest.raises(ConfigError, match=r"game is a rig: say into which \.truth"):
        record_truth(rig, Aim("game"))

    (one,) = record_truth(rig, Aim("game"), tmp_path / "mine")

    assert (one.place, one.change) == ("card/card.png", "new")
    assert (tmp_path / "mine" / "card" / "card.png").is_file()
