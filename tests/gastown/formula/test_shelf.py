"""The formulas of a town and of a rig, as they are run there."""

from pathlib import Path

import pytest

from gastown.errors import FormulaError, NotFoundError
from gastown.formula.shelf import Shelf


def folder(root: Path, name: str, **files: str) -> Path:
    made = root / name
    made.mkdir()
    for file, text in files.items():
        (made / f"{file}.toml").write_text(text, encoding="utf-8")
    return made


SHIP = 'formula = "ship"\n[[steps]]\nid = "{step}"\ndescription = "Old."\n'
SAID = '[[step-overrides]]\nstep_id = "town"\ndescription = "{text}"\n'


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    found: list[Path] = []
    for name in ("town", "rig"):
        made = folder(tmp_path, name)
        (made / "ship.formula.toml").write_text(SHIP.format(step=name), encoding="utf-8")
        found.append(made)
    return found[0], found[1]


def test_the_town_goes_before_the_rig_and_the_rig_before_ours(places: tuple[Path, Path]):
    town, rig = places
    (rig / "convoy.formula.toml").write_text('formula = "convoy"\nsteps = [{id = "own"}]')
    shelf = Shelf((town, rig))

    assert [step.id for step in shelf.take("ship").steps] == ["town"]
    assert [step.id for step in shelf.take("convoy").steps] == ["own"]
    assert "convoy" in [file.name for file in shelf.list()]
    assert shelf.library.load("ship").steps[0].id == "town"


def test_the_first_overlay_hides_the_others(tmp_path: Path, places: tuple[Path, Path]):
    ours = folder(tmp_path, "town-overlays", ship=SAID.format(text="Town's."))
    theirs = folder(tmp_path, "rig-overlays", ship=SAID.format(text="Rig's."))
    none = folder(tmp_path, "none")

    assert Shelf(places[:1], (theirs, ours)).take("ship").steps[0].description == "Rig's."
    assert Shelf(places[:1], (none, ours)).take("ship").steps[0].description == "Town's."
    assert Shelf(places[:1], (none,)).take("ship").steps[0].description == "Old."


def test_a_path_is_taken_as_one_and_its_overlay_goes_by_the_files_name(
    tmp_path: Path, places: tuple[Path, Path]
):
    overlays = folder(tmp_path, "overlays", ship=SAID.format(text="New."))
    file = places[0] / "ship.formula.toml"

    assert Shelf((), (overlays,)).take(str(file)).steps[0].description == "New."


def test_what_is_wrong_with_an_overlay_is_said_of_the_formula_it_is_for(
    tmp_path: Path, places: tuple[Path, Path]
):
    overlays = folder(tmp_path, "overlays", ship=SAID.format(text="New.").replace("town", "twon"))
    shelf = Shelf(places[:1], (overlays,))
    (ship,) = [file for file in shelf.list() if file.name == "ship"]
    (convoy,) = [file for file in shelf.list() if file.name == "convoy"]

    assert shelf.overlay_problems(ship) == (
        f"{overlays / 'ship.toml'}: no step 'twon' in ship; did you mean town?",
    )
    assert shelf.overlay_problems(convoy) == ()
    with pytest.raises(FormulaError, match="no step 'twon'"):
        shelf.take("ship")


def test_what_is_not_there_is_said_with_the_folders(tmp_path: Path):
    with pytest.raises(NotFoundError, match=r"no formula 'shp' in .*town"):
        Shelf((tmp_path / "town",)).take("shp")
