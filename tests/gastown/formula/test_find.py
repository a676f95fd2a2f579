"""Formula files by name, in the town's folders and among the built-in ones."""

from pathlib import Path

import pytest

from gastown.errors import FormulaError, NotFoundError
from gastown.formula.find import find_formula, list_formulas

TEXT = 'formula = "{name}"\nsteps = [{{id = "a"}}]\n'


def folder(root: Path, name: str, *files: str) -> Path:
    made = root / name
    made.mkdir()
    for file in files:
        formula = file.split(".")[0]
        text = TEXT.format(name=formula)
        if file.endswith(".json"):
            text = f'{{"formula": "{formula}", "steps": [{{"id": "a"}}]}}'
        (made / file).write_text(text, encoding="utf-8")
    return made


def test_the_first_folder_that_has_it_wins_and_ours_come_last(tmp_path: Path):
    town = folder(tmp_path, "town", "ship.formula.toml")
    rig = folder(tmp_path, "rig", "ship.formula.toml", "convoy.formula.toml")

    assert find_formula("ship", [town, rig]).source == str(town / "ship.formula.toml")
    assert find_formula("convoy", [town, rig]).source == str(rig / "convoy.formula.toml")
    assert find_formula("convoy", [town]).load().name == "convoy"


def test_toml_comes_before_json_in_one_folder(tmp_path: Path):
    both = folder(tmp_path, "both", "ship.formula.json", "ship.formula.toml", "only.formula.json")

    assert find_formula("ship", [both]).source.endswith(".toml")
    assert find_formula("only", [both]).load().name == "only"


def test_a_path_is_taken_as_one(tmp_path: Path):
    file = folder(tmp_path, "here", "ship.formula.toml") / "ship.formula.toml"

    found = find_formula(str(file), [])

    assert (found.name, found.load().name) == ("ship", "ship")


def test_what_is_not_there_is_said_with_the_nearest_name(tmp_path: Path):
    town = folder(tmp_path, "town", "ship.formula.toml")

    with pytest.raises(NotFoundError, match=r"no formula 'shop' in .*town, .* did you mean ship"):
        find_formula("shop", [town, tmp_path / "missing"])
    with pytest.raises(NotFoundError, match=r"no formula file .*x\.toml"):
        find_formula(str(tmp_path / "x.toml"), [])
    with pytest.raises(NotFoundError, match=r"no formula '\.\.'"):
        find_formula("..", [town])


def test_the_list_has_each_name_once_and_the_file_that_wins(tmp_path: Path):
    town = folder(tmp_path, "town", "ship.formula.toml", "notes.txt", ".formula.toml")
    rig = folder(tmp_path, "rig", "ship.formula.json", "bug.formula.json")

    found = {one.name: one.source for one in list_formulas([town, rig])}

    assert list(found) == sorted(found)
    assert "convoy" in found
    assert found["ship"] == str(town / "ship.formula.toml")
    assert found["bug"] == str(rig / "bug.formula.json")


def test_a_broken_file_is_listed_and_refused_only_when_it_is_read(tmp_path: Path):
    town = folder(tmp_path, "town")
    (town / "bad.formula.toml").write_bytes(b"formula = '\xff'")
    [bad] = [one for one in list_formulas([town]) if one.name == "bad"]

    with pytest.raises(FormulaError, match=r"bad\.formula\.toml: .*utf-8"):
        bad.load()
