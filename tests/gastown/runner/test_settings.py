"""An edit of a model's row is noticed, whatever else is written, and nonsense changes nothing."""

import os
from pathlib import Path

import pytest

from gastown.runner.settings import RowWatch, change_of, settings_of
from gastown.town.config import load_config
from gastown.town.layout import TownLayout

TOWN = '[town]\nname = "oak"\n'
ROW = '[models.q7]\ncontext = 4096\n[models.q7.local]\nfile = "q7.gguf"\n'


def written(root: Path, text: str) -> Path:
    path = root / "town.toml"
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(TOWN + text)
    os.utime(path, ns=(before + 10**9, before + 10**9))  # the clock may be coarse
    return path


def mark(root: Path, text: str) -> str:
    return settings_of(load_config(written(root, text)), "q7")


@pytest.mark.parametrize(
    "edited",
    [
        ROW.replace("4096", "8192"),
        ROW + "slots = 2\n",
        ROW.replace("q7.gguf", "q8.gguf"),
        ROW + '[local]\nrunner = "embedded"\n',
    ],
)
def test_whatever_a_server_is_started_with_changes_the_mark(tmp_path, edited):
    assert mark(tmp_path, ROW) != mark(tmp_path, edited)


def test_what_is_no_affair_of_the_server_leaves_the_mark(tmp_path):
    other = ROW + '[models.q8.local]\nfile = "q8.gguf"\n[budget]\nday_usd = 1\n'

    assert mark(tmp_path, ROW) == mark(tmp_path, other)


def test_a_row_that_is_gone_or_served_elsewhere_has_none(tmp_path):
    assert mark(tmp_path, "") == ""
    assert mark(tmp_path, '[models.q7]\nendpoint = "http://10.0.0.9/v1"\n') == ""
    assert change_of("a", "") == "its row is gone from town.toml"
    assert change_of("a", "b") == "its row in town.toml was changed"
    assert change_of("a", "a") == ""


def test_a_watch_tells_of_an_edit_until_it_is_settled_and_of_nothing_while_somebody_writes(
    tmp_path,
):
    watch = RowWatch(TownLayout(tmp_path), "q7", mark(tmp_path, ROW))
    assert watch.look() == ""

    written(tmp_path, "[models.q7")
    assert watch.look() == ""
    written(tmp_path, ROW + "slots = 2\n")
    assert watch.look() == watch.look() == "its row in town.toml was changed"
    watch.settle()
    assert watch.look() == ""

    (tmp_path / "town.toml").unlink()
    assert watch.look() == ""
    written(tmp_path, "")
    assert watch.look() == "its row is gone from town.toml"
