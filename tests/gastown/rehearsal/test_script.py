"""Looking answers up by folder, file name and place in the file."""

from pathlib import Path

import pytest

from gastown.errors import ConfigError
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Cue


def test_role_is_the_folder_and_key_and_round_are_in_the_files_name(tmp_path: Path):
    (tmp_path / "polecat").mkdir()
    for name in ("combo.md", "combo.r2.md", "v1.5.md"):
        (tmp_path / "polecat" / name).write_text(f"# turn\n## {name}\n", encoding="utf-8")

    script = Script.load(tmp_path)

    assert sorted(script.sessions) == [
        ("polecat", "combo", 1),
        ("polecat", "combo", 2),
        ("polecat", "v1.5", 1),
    ]
    second = script.turn(Cue("polecat", "combo", 2))
    assert second is not None
    assert second.calls[0].name == "combo.r2.md"


@pytest.mark.parametrize(
    "cue", [Cue("polecat", "x"), Cue("polecat", "combo", 2), Cue("polecat", "combo", 1, 1)]
)
def test_what_was_not_written_has_no_answer(tmp_path: Path, cue: Cue):
    (tmp_path / "polecat").mkdir()
    (tmp_path / "polecat" / "combo.md").write_text("# turn\n", encoding="utf-8")

    assert Script.load(tmp_path).turn(cue) is None


def test_an_empty_folder_is_a_mistake_and_the_form_is_named(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"<role>/<key>"):
        Script.load(tmp_path)


def test_titles_beside_the_answers_say_which_key_a_bead_stands_for(tmp_path: Path):
    (tmp_path / "polecat").mkdir()
    (tmp_path / "polecat" / "combo.md").write_text("# turn\n", encoding="utf-8")
    (tmp_path / "titles.toml").write_text('"Reward streaks" = "combo"\n', encoding="utf-8")

    assert Script.load(tmp_path).titles == {"Reward streaks": "combo"}


@pytest.mark.parametrize("text", ['"Reward streaks" = 3', "Reward streaks = combo"])
def test_titles_that_make_no_sense_are_a_mistake_in_their_file(tmp_path: Path, text: str):
    (tmp_path / "polecat").mkdir()
    (tmp_path / "polecat" / "combo.md").write_text("# turn\n", encoding="utf-8")
    (tmp_path / "titles.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=r"titles\.toml"):
        Script.load(tmp_path)
