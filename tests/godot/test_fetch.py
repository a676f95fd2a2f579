"""`make godot`: where it looks, what it leaves, and what it says where there is nothing."""

import os
from pathlib import Path

import pytest

from tests.godot.engine import found_engine, graphics, need_engine
from tests.godot.fetch import ENGINE, TEMPLATES, UnavailableError, mirror, provide, version

DEB822 = """Types: deb
# a comment
URIs: https://one.example/debian-security
Suites: stable-security

Types: deb
URIs: https://one.example/debian/ https://two.example/debian
"""
ONE_LINE = """# deb http://old.example/debian stable main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian stable main
"""


def sources(folder, name, text):
    (folder / "sources.list.d").mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("sources.list", ONE_LINE, "http://mirror.example/debian"),
        ("sources.list.d/a.list", ONE_LINE, "http://mirror.example/debian"),
        ("sources.list.d/debian.sources", DEB822, "https://one.example/debian/"),
    ],
)
def test_the_mirror_is_that_of_the_machine_in_either_format(tmp_path, name, text, found):
    assert mirror(sources(tmp_path, name, text)) == found


def test_another_distribution_has_no_mirror_of_debian(tmp_path):
    with pytest.raises(UnavailableError, match="names no Debian mirror"):
        mirror(sources(tmp_path, "sources.list", "deb http://archive.example/ubuntu noble main\n"))


def test_what_could_not_be_fetched_leaves_nothing(tmp_path):
    dead = sources(tmp_path, "sources.list", "deb http://127.0.0.1:9/debian stable main\n")

    with pytest.raises(UnavailableError, match=r"apt-get: .+"):
        provide(tmp_path / "engine", dead)

    assert not (tmp_path / "engine").exists()


def test_what_does_not_start_is_no_engine(tmp_path):
    assert version(tmp_path / "none") == ""
    assert version(tmp_path) == ""


def test_a_person_s_engine_wins(tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    mine.write_text("#!/bin/sh\n")
    mine.chmod(0o755)
    monkeypatch.setenv("GODOT_BIN", str(mine))

    assert found_engine() == mine
    assert graphics(mine) == {}


def test_the_fetched_engine_starts_without_settings_and_has_its_templates():
    engine = need_engine()
    if engine != ENGINE:
        pytest.skip("GODOT_BIN or PATH holds another engine")

    templates = TEMPLATES / version(engine)
    assert {file.name.partition(".")[0] for file in templates.iterdir()} == {
        "linux_debug",
        "linux_release",
    }
    assert all(os.access(file, os.X_OK) for file in templates.iterdir())
    assert all(Path(path).exists() for path in graphics(engine).values() if path != "1")
