"""A real Godot build: every planted defect is found, and the untouched build passes each time."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from gastown.errors import ConfigError
from gastown.rigs.truth.capture import Eyes
from gastown.rigs.truth.capture.find import need_display
from tests.gastown.rigs.truth.defects import (
    RUNS,
    Defect,
    copied,
    export,
    failed,
    jailed,
    looked_at,
    masked,
    pack_all,
    recorded,
)
from tests.godot.engine import need_engine

pytestmark = pytest.mark.slow

PIXEL, LOG = frozenset({"pixel"}), frozenset({"log", "capture"})
BOTH, ALL = PIXEL | {"capture"}, PIXEL | LOG
TITLE = 'title.text = "Beat Runner"'
READY = 'print("menu ready, 3 lanes")'
# fmt: off
DEFECTS = (
    Defect("swapped letters in a label", "menu.gd", "Beat Runner", "Baet Runner", PIXEL),
    Defect("other font size", "menu.tscn", "font_sizes/font_size = 48", "font_sizes/font_size = 46",
           PIXEL),
    Defect("wrong colour of a lane", "menu.tscn", "0.95, 0.77, 0.06", "0.95, 0.66, 0.06", PIXEL),
    Defect("missing button", "menu.tscn", 'text = "Start"', 'text = "Start"\nvisible = false',
           PIXEL),
    Defect("lane shifted by a pixel", "menu.tscn", "offset_left = 480.0", "offset_left = 481.0",
           PIXEL),
    Defect("lane hidden behind another", "menu.tscn", "offset_left = 270.0",
           "offset_left = 60.0", PIXEL),
    Defect("default label instead of the level", "menu.gd", "\tlevel.text", "\t#level.text", PIXEL),
    Defect("frozen marker", "menu.gd", "STEP := 6.0", "STEP := 0.0", PIXEL),
    Defect("blank frame", "menu.tscn", 'script = ExtResource("1")',
           'script = ExtResource("1")\nmodulate = Color(0, 0, 0, 0)', BOTH),
    Defect("wrong window size", "project.godot", "viewport_width=960", "viewport_width=952", BOTH),
    Defect("script error in the log", "menu.gd", READY, f'{READY}\n\tget_node("No").hide()', LOG),
    Defect("error told by the game", "menu.gd", READY, f'{READY}\n\tpush_error("no save")', LOG),
    Defect("broken script, labels as the editor left them", "menu.gd", TITLE, f"{TITLE} +", ALL),
    Defect("missing line in the log", "menu.gd", READY, "pass", frozenset({"log"})),
    Defect("ends too early", "menu.gd", READY, f"{READY}\n\tget_tree().quit(3)", BOTH),
    Defect("never ends", "menu.gd", READY, f"{READY}\n\twhile true:\n\t\tpass", ALL),
)
# fmt: on


@pytest.fixture(scope="module")
def eyes() -> Eyes:
    need_engine()
    try:
        need_display()
    except ConfigError as error:
        pytest.skip(str(error))
    return jailed()


@dataclass(frozen=True, slots=True)
class Game:
    """The untouched build, its recorded truth, and a build with each defect."""

    build: Path
    truth: Path
    broken: Mapping[str, Path]


@pytest.fixture(scope="module")
def game(tmp_path_factory, eyes):
    folder = tmp_path_factory.mktemp("game")
    rig, build, home = copied("beat_menu", folder / "rig"), folder / "build", folder / "home"
    masked(rig / ".truth" / "menu" / "mask.png", (960, 540), (840, 0, 959, 40))
    export(eyes.engine, rig, build / "menu.x86_64", home)
    recorded(rig / ".truth", build, folder / "out", eyes)
    broken = {one.name: folder / f"broken-{at}" for at, one in enumerate(DEFECTS)}
    for defect in DEFECTS:
        product = broken[defect.name]
        defect.plant(copied("beat_menu", product / "rig"))
        (product / "menu.x86_64").hardlink_to(build / "menu.x86_64")
    packs = {product / "menu.pck": product / "rig" for product in broken.values()}
    pack_all(eyes.engine, packs, home)
    return Game(build, rig / ".truth", broken)


def test_the_untouched_build_passes_each_time(tmp_path, game, eyes):
    for run in range(RUNS):
        sightings = looked_at(game.truth, game.build, tmp_path / str(run), eyes)

        assert {one.verdict for one in sightings if one.kind != "vision"} == {"pass"}, sightings


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.name)
def test_the_defect_is_found(tmp_path, game, eyes, defect):
    truth = game.truth
    if defect.name == "never ends":  # nobody waits a minute for it
        truth = Path(shutil.copytree(truth, tmp_path / "truth"))
        (truth / "truth.toml").write_text(
            (truth / "truth.toml").read_text().replace("_s = 60", "_s = 6")
        )

    sightings = looked_at(truth, game.broken[defect.name], tmp_path / "out", eyes)

    assert failed(sightings) - {"vision"} == defect.found_by, sightings
