"""A real page in Chromium: every planted defect is found, the untouched page passes each time."""

import shutil
from pathlib import Path

import pytest

from gastown.errors import ConfigError
from gastown.rigs.truth.capture.find import find_chromium
from tests.gastown.rigs.truth.defects import (
    RUNS,
    Defect,
    copied,
    failed,
    jailed,
    looked_at,
    recorded,
)

pytestmark = pytest.mark.slow

PIXEL, LOG = frozenset({"pixel"}), frozenset({"log", "capture"})
ALL = PIXEL | LOG
# fmt: off
DEFECTS = (
    Defect("swapped letters in a title", "lesson.json", "Beat Runner", "Baet Runner", PIXEL),
    Defect("other font size", "style.css", "font-size: 44px", "font-size: 43px", PIXEL),
    Defect("wrong colour of a lane", "lesson.json", "#f1c40f", "#f1a80f", PIXEL),
    Defect("missing button", "index.html", "<button>Start</button>", "", PIXEL),
    Defect("button shifted by a pixel", "style.css", "margin: 24px 0", "margin: 23px 0 25px",
           PIXEL),
    Defect("page grown below the window", "style.css", "padding: 32px 40px",
           "padding: 32px 40px 320px", PIXEL),
    Defect("dial turned too far", "lesson.json", "0.75", "0.80", PIXEL),
    Defect("frozen bar", "lesson.js", "if (share < 1)", "if (share > 1)", PIXEL),
    Defect("blank page", "style.css", "body {", "body { visibility: hidden;",
           PIXEL | {"capture"}),
    Defect("missing picture", "index.html", "badge.svg", "bagde.svg", ALL),
    Defect("missing style sheet", "index.html", "style.css", "styles.css", ALL),
    Defect("broken script, labels as the page has them", "lesson.js", "const at =", "const at ==",
           ALL),
    Defect("exception after all is drawn", "lesson.js", "const begin",
           'setTimeout(() => { throw new Error("late") }, 1500);\nconst begin', LOG),
    Defect("error told by the page", "lesson.js", "const begin",
           'console.error("no save");\nconst begin', LOG),
    Defect("data from another site", "lesson.js", "const begin",
           'fetch("https://example.org/x").catch(() => 0);\nconst begin', LOG),
)
# fmt: on


@pytest.fixture(scope="module")
def eyes():
    try:
        find_chromium()
    except ConfigError as error:
        pytest.skip(str(error))
    return jailed()


@pytest.fixture(scope="module")
def truth(tmp_path_factory, eyes):
    """References of the untouched page."""
    folder = tmp_path_factory.mktemp("page")
    rig = copied("lesson_page", folder / "rig")
    return recorded(rig / ".truth", rig, folder / "out", eyes)


def test_the_untouched_page_passes_each_time(tmp_path, truth, eyes):
    for run in range(RUNS):
        sightings = looked_at(truth, truth.parent, tmp_path / str(run), eyes)

        assert {one.verdict for one in sightings if one.kind != "vision"} == {"pass"}, sightings


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda one: one.name)
def test_the_defect_is_found(tmp_path, truth, eyes, defect):
    page = copied("lesson_page", tmp_path / "page")
    defect.plant(page)

    sightings = looked_at(truth, page, tmp_path / "out", eyes)

    assert failed(sightings) - {"vision"} == defect.found_by, sightings


def test_a_page_that_says_when_it_is_ready_is_waited_for(tmp_path, eyes):
    page = copied("lesson_page", tmp_path / "page")
    shutil.rmtree(page / ".truth" / "lesson")
    (page / "index.html").write_text(
        "<body style='background: navy'><h1>Wait</h1><script>setTimeout(() => {"
        "document.querySelector('h1').textContent = 'Done'; window.ready = true;"
        "console.log('ready') }, 400)</script>"
    )
    lines = ["[[scenario]]", 'id = "x"', 'kind = "web"', "at = [0]", 'until = "window.ready"']
    claim = '[[scenario.claims]]\nkind = "log"\ntext = "t"\ncontains = "ready"\n'
    (page / ".truth" / "truth.toml").write_text("\n".join(lines) + "\n" + claim)

    sightings = looked_at(page / ".truth", page, tmp_path / "out", eyes)

    assert {one.verdict for one in sightings} == {"pass"}, sightings
    assert Path(tmp_path / "out" / "x" / "frames" / "0000.png").is_file()
