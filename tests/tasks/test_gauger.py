"""The Gauger's stage: main is tested, what is green is built, and each build stays with its log."""

import pytest

from gastown.errors import StageFailedError
from gastown.rehearsal.script import Script
from gastown.town.edit import edit, put_rig
from gastown.town.town import Town
from tasks.gauger import gauger
from tests.tasks.scanned import commit, desk_of, town_of

FILES = {"tests/test_a.py": "def test_a(): pass\n", "page.html": "beat\n"}
COPY = ["cp", "{worktree}/page.html", "{out}"]


@pytest.fixture
def town(tmp_path):
    with town_of(tmp_path, Script({}), FILES) as town:
        yield town


def built_by(town, **assemblies: list[str]):
    """The town, with assemblies of these commands."""
    table = town.config.rig("garden").model_dump(mode="json", exclude_unset=True)
    made = {name: {"build": command, "capture": ["true"]} for name, command in assemblies.items()}
    edit(town.layout.config, put_rig("garden", {**table, "assemblies": made}))
    return Town.open(town.root)


def test_what_is_green_is_built_and_kept_by_convoy_and_assembly(town):
    desk = desk_of(built_by(town, page=COPY, copy=COPY), "gauger", "Grow")
    result = gauger(desk)

    folder = f"builds/{desk.request.convoy}"
    assert result.evidence["builds"] == {
        "page": f"{folder}/page/product",
        "copy": f"{folder}/copy/product",
    }
    assert (town.root / folder / "page/product/page.html").read_text() == "beat\n"
    assert (town.root / folder / "page/build.log").is_file()
    assert result.summary.startswith("1 passed (pytest ")
    assert result.summary.endswith("; built page, copy")


def test_a_red_test_stops_it_before_anything_is_built(town):
    desk = desk_of(built_by(town, page=COPY), "gauger", "Grow")
    commit(town, {"tests/test_b.py": "def test_b():\n    assert 1 == 2\n"})

    with pytest.raises(StageFailedError, match=r"garden at \w{10}: Not green: 1 passed, 1 failed"):
        gauger(desk)
    assert not (town.root / "builds" / desk.request.convoy).exists()


@pytest.mark.parametrize(
    ("command", "why"),
    [(["false"], "exit 1"), (["true"], "left no product")],
)
def test_a_build_that_fails_or_leaves_nothing_fails_the_stage_with_its_log(town, command, why):
    desk = desk_of(built_by(town, page=command), "gauger", "Grow")

    with pytest.raises(StageFailedError, match=rf"building page: {why}; .*build\.log ends with"):
        gauger(desk)
