"""A town is made once; doing it again completes it and changes nothing that is there."""

import pytest

from gastown.errors import ConfigError
from gastown.founding.install import install
from gastown.town.layout import PRIVATE
from gastown.town.town import Town
from tests.gastown.founding.conftest import git


def test_an_empty_folder_becomes_a_town(tmp_path):
    made = install(tmp_path / "oak", "oak")

    root = tmp_path / "oak"
    assert made.config == Town.open(root).config
    assert git(root, "status", "--porcelain") == ""
    tracked = git(root, "ls-files").split()
    assert tracked == [".beads/.gitignore", ".beads/routes.jsonl", ".gitignore", "town.toml"]
    for name in PRIVATE:
        assert git(root / "private" / name, "log", "--oneline").count("\n") == 1


def test_what_a_running_town_writes_is_not_seen_by_its_git(tmp_path):
    root = tmp_path / "oak"
    install(root, "oak")
    Town.open(root)
    for stray in (".town/server.json", "builds/x/log", "garden/mayor/rig/code.py"):
        (root / stray).parent.mkdir(parents=True)
        (root / stray).write_text("x")

    assert (root / ".beads" / "beads.db").is_file()
    assert git(root, "status", "--porcelain") == ""


def test_installing_again_makes_only_what_is_missing(tmp_path):
    root = tmp_path / "oak"
    install(root, "oak")
    (root / "town.toml").write_text('# mine\n[town]\nname = "elm"\n')
    (root / ".beads" / "routes.jsonl").unlink()

    again = install(root, "oak")

    assert again.created == (".beads/routes.jsonl",)
    assert again.config.town.name == "elm"
    assert (root / "town.toml").read_text().startswith("# mine")
    assert install(root, "oak").created == ()


def test_every_commented_setting_of_a_new_town_toml_is_valid(tmp_path):
    root = tmp_path / "oak"
    install(root, "oak")
    lines = (root / "town.toml").read_text().splitlines()
    settings = [line.removeprefix("# ") for line in lines if line.startswith(("[", "# [", "name"))]
    opened = [line.removeprefix("# ") for line in lines if " = " in line]
    assert len(opened) > 15
    text = "\n".join(
        line.removeprefix("# ")
        for line in lines
        if not line.startswith("#") or " = " in line or line.startswith("# [")
    )
    (root / "town.toml").write_text(text)

    config = Town.open(root).config

    assert settings
    assert config.seats.default == "qwen"
    assert config.models["qwen"].context == 32_768


@pytest.mark.parametrize("name", ["x y", "", "../up", "9lives", 'a"b'])
def test_a_name_that_will_not_do_leaves_no_town(tmp_path, name):
    with pytest.raises(ConfigError):
        install(tmp_path / "oak", name)

    assert not (tmp_path / "oak" / "town.toml").exists()
    install(tmp_path / "oak", "oak")


def test_a_folder_with_something_else_in_it_is_refused_and_stays(tmp_path):
    (tmp_path / "novel.txt").write_text("It was a dark night")

    with pytest.raises(ConfigError, match="not empty and no town"):
        install(tmp_path, "oak")

    assert [path.name for path in tmp_path.iterdir()] == ["novel.txt"]


def test_a_file_is_no_folder_for_a_town(tmp_path):
    (tmp_path / "oak").write_text("")

    with pytest.raises(ConfigError, match="is a file"):
        install(tmp_path / "oak", "oak")
