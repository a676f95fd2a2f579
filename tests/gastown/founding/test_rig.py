"""A rig is a clone and a table: a failed add leaves nothing, a remove loses no work unasked."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from gastown.beads.bead import Draft
from gastown.errors import ConfigError, GasTownError, GitError, JsonlError, NotFoundError
from gastown.founding.crew import add_crew
from gastown.founding.rig import MARK, add_rig, list_rigs, remove_rig
from gastown.town.config import load_config
from gastown.town.town import Town
from tests.gastown.founding.conftest import git


def routes(town):
    lines = (town.layout.beads / "routes.jsonl").read_text().splitlines()
    return {line["prefix"]: line["path"] for line in map(json.loads, lines)}


def snapshot(town):
    """Everything of the town that a failed command might have changed."""
    names = sorted(path.name for path in town.root.iterdir() if path.name != ".town")
    return names, town.layout.config.read_text(), routes(town)


def test_an_added_rig_is_cloned_registered_routed_and_committed(town, make_origin):
    origin = make_origin("space-garden")

    table = add_rig(town, "space-garden", str(origin))

    assert (table.prefix, table.branch, table.gauge.kind) == ("sg", "main", "pytest")
    clone = town.layout.rig("space-garden").canonical
    assert git(clone, "remote", "get-url", "origin").strip() == str(origin)
    assert routes(town) == {"hq-": ".", "sg-": "space-garden/mayor/rig"}
    assert git(town.root, "log", "-1", "--format=%s").strip() == "Add the rig space-garden"
    assert git(town.root, "status", "--porcelain") == ""
    assert [rig.name for rig in list_rigs(Town.open(town.root))] == ["space-garden"]


def test_a_relative_origin_is_kept_as_an_absolute_one(town, make_origin, monkeypatch):
    origin = make_origin()
    monkeypatch.chdir(origin.parent)

    assert add_rig(town, "garden", "garden.git").origin == str(origin)


def test_the_branch_that_is_asked_for_is_checked_out(town, make_origin):
    origin = make_origin()
    git(origin, "branch", "next")

    assert add_rig(town, "garden", str(origin), {"branch": "next"}).branch == "next"

    clone = town.layout.rig("garden").canonical
    assert git(clone, "branch", "--show-current").strip() == "next"


@pytest.mark.parametrize(
    ("files", "kind", "project"),
    [
        ({"pyproject.toml": ""}, "pytest", "."),
        ({"project.godot": "", "tests/run_tests.gd": ""}, "godot-script", "."),
        ({"game/project.godot": "", "pyproject.toml": ""}, "godot-script", "game"),
    ],
)
def test_how_tests_run_is_guessed_from_the_files(town, make_origin, files, kind, project):
    table = add_rig(town, "garden", str(make_origin(files=files)))

    assert (table.gauge.kind, table.gauge.project) == (kind, project)


@pytest.mark.parametrize(
    ("files", "tests"),
    [
        (["pyproject.toml", "tests/test_a.py", "src/tests/b.py"], ["tests/**"]),
        (["pyproject.toml", "a/test_a.py"], ["**/test_*.py"]),
        (["pyproject.toml"], ["tests/**"]),
        ([".testbed/project.godot", ".testbed/tests/unit/test_a.gd"], [".testbed/tests/**"]),
        ([".testbed/project.godot", "src/a.gd"], [".testbed/tests/**"]),
        (["project.godot", "test/a_test.gd"], ["test/**"]),
        (["package.json", "src/a.test.js", "src/b.spec.ts"], ["**/*.test.*", "**/*.spec.*"]),
        (["package.json", "tests/a.test.js", "test/b.js"], ["tests/**", "test/**"]),
    ],
)
def test_where_tests_lie_is_told_by_the_files(town, make_origin, files, tests):
    texts = {
        "package.json": '{"scripts": {"test": "node --test"}}',
        "test/a_test.gd": "extends GdUnitTestSuite\n",
    }
    origin = make_origin(files={name: texts.get(name, "") for name in files})

    assert list(add_rig(town, "garden", str(origin)).tests) == tests


def test_what_is_said_of_a_rig_goes_before_what_is_guessed(town, make_origin):
    table = {
        "prefix": "gd",
        "docs": ["manual/**"],
        "gauge": {"kind": "pytest", "min_tests": 3},
        "assemblies": {"web": {"build": ["make"], "capture": ["shoot"]}},
    }

    rig = add_rig(town, "garden", str(make_origin(files={"a.txt": ""})), table)

    assert (rig.prefix, rig.docs, rig.gauge.min_tests) == ("gd", ("manual/**",), 3)
    assert list(rig.assemblies) == ["web"]


def refused(town, error, match, *args: Any, **kwargs: str):
    before = snapshot(town)
    with pytest.raises(error, match=match):
        add_rig(town, *args, **kwargs)
    assert snapshot(town) == before


def test_a_rig_that_cannot_be_added_leaves_nothing_behind(town, make_origin, tmp_path):
    good, bare = str(make_origin()), str(make_origin("bare", {"a.txt": ""}))
    empty = tmp_path / "empty.git"
    git(tmp_path, "init", "-q", "--bare", str(empty))

    refused(town, GitError, "does not exist|not found", "garden", str(tmp_path / "nowhere"))
    refused(town, GitError, "no commit yet", "garden", str(empty))
    refused(town, GitError, "nope", "garden", good, {"branch": "nope"})
    refused(town, ConfigError, "--gauge", "garden", bare)
    refused(town, ConfigError, "colour", "garden", good, {"colour": "red"})
    refused(town, ConfigError, "choose one of", "garden", good, gauge="guess")
    refused(town, ConfigError, "up to 8 lower case", "garden", good, {"prefix": "Garden"})
    refused(town, ConfigError, "taken", "garden", good, {"prefix": "hq"})
    refused(town, ConfigError, "begin with a letter", "../garden", good)
    refused(town, ConfigError, "folder of that name", "private", good)
    refused(town, GitError, "git clone", "garden", "--upload-pack=touch x")


def bead_line(ident, **fields: str):
    moment = "2026-01-29T09:00:00Z"
    bead = {"id": ident, "title": "Old work", "created_at": moment, "updated_at": moment}
    return json.dumps(bead | fields) + "\n"


def test_a_working_copy_that_would_refuse_the_finished_work_is_no_origin(town, make_origin):
    make_origin()  # its working copy lies beside it
    copy = town.root.parent / "garden.work"

    with pytest.raises(GitError, match=f"git clone --bare {copy}"):
        add_rig(town, "garden", str(copy))

    assert list_rigs(Town.open(town.root)) == []
    assert not town.layout.rig("garden").root.exists()


def test_a_rig_brings_its_beads_and_their_prefix_along(town, make_origin):
    beads = bead_line("sg-a1b") + bead_line("sg-c2d", status="in_progress", design="kept")
    origin = make_origin(files={"pyproject.toml": "", ".beads/issues.jsonl": beads})

    table = add_rig(town, "garden", str(origin))

    assert table.prefix == "sg"
    assert [bead.id for bead in town.ledger.find(prefix="sg")] == ["sg-a1b", "sg-c2d"]
    assert town.ledger.show("sg-c2d").design == "kept"


def test_a_rig_whose_beads_cannot_be_read_is_not_added(town, make_origin):
    beads = bead_line("sg-a1b") + '{"id": "sg-c2d", "titl'
    origin = make_origin(files={"pyproject.toml": "", ".beads/issues.jsonl": beads})

    refused(town, JsonlError, r"issues.jsonl:2", "garden", str(origin))

    assert town.ledger.find() == []


def test_a_name_or_prefix_is_given_once(town, make_origin):
    origin = str(make_origin())
    add_rig(town, "garden", origin)

    refused(town, ConfigError, "is a rig garden already", "garden", origin)
    refused(town, ConfigError, "'ga' is taken", "gate", origin, {"prefix": "ga"})
    assert add_rig(town, "gate", origin).prefix == "gat"


def test_a_folder_in_the_way_is_not_touched(town, make_origin):
    (town.root / "garden").mkdir()
    (town.root / "garden" / "notes").write_text("mine")

    refused(town, ConfigError, "exists and is no rig", "garden", str(make_origin()))

    assert (town.root / "garden" / "notes").read_text() == "mine"


def test_a_removed_rig_is_gone_and_its_origin_is_as_it_was(town, make_origin):
    origin = make_origin()
    add_rig(town, "garden", str(origin))
    tip = git(origin, "rev-parse", "main")

    remove_rig(town, "garden")

    assert not (town.root / "garden").exists()
    assert load_config(town.layout.config).rigs == {}
    assert routes(town) == {"hq-": "."}
    assert git(origin, "rev-parse", "main") == tip
    with pytest.raises(NotFoundError):
        remove_rig(town, "garden")


def test_open_beads_keep_a_rig_until_they_close_or_force_is_used(town, make_origin):
    add_rig(town, "garden", str(make_origin()))
    bead = town.ledger.create(Draft(title="Water the roses", prefix="ga"))

    with pytest.raises(GasTownError, match=rf"{bead.id} Water the roses(.|\n)*--force"):
        remove_rig(town, "garden")
    assert (town.root / "garden").is_dir()

    town.ledger.close(bead.id, "done")
    remove_rig(town, "garden")


def leave_work(clone: Path, how):
    if how == "uncommitted":
        (clone / "new.py").write_text("x")
    if how == "committed":
        git(clone, "commit", "-q", "--allow-empty", "-m", "Rescue me")
    if how == "worktree":
        git(clone, "worktree", "add", "-q", "-b", "side", str(clone.parent / "side"))
        (clone.parent / "side" / "new.py").write_text("x")


@pytest.mark.parametrize("how", ["uncommitted", "committed", "worktree"])
@pytest.mark.parametrize("whose", ["canonical", "crew"])
def test_work_that_is_not_merged_keeps_a_rig(town, make_origin, how, whose):
    add_rig(town, "garden", str(make_origin()))
    town = Town.open(town.root)
    crew = add_crew(town, "garden", "ann")
    leave_work(crew if whose == "crew" else town.layout.rig("garden").canonical, how)

    with pytest.raises(GasTownError, match=r"not committed|Rescue me"):
        remove_rig(town, "garden")

    remove_rig(town, "garden", force=True)
    assert not (town.root / "garden").exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from gastown.founding import rig
from gastown.town.town import Town

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

root, place, call, *rest = sys.argv[1:]
setattr(rig, place, die)
getattr(rig, call)(Town.open(Path(root)), *rest)
"""


def killed_at(town, place, call, *args: str):
    """Run a call of founding.rig in a process that is killed where it gets to `place`."""
    command = [sys.executable, "-c", KILLED, str(town.root), place, call, *args]
    done = subprocess.run(command, check=False)
    assert done.returncode == -signal.SIGKILL


def is_whole(town):
    folder = town.layout.rig("garden")
    assert [bead.id for bead in town.ledger.find(prefix="sg")] == ["sg-a1b"]
    assert routes(town) == {"hq-": ".", "sg-": "garden/mayor/rig"}
    assert list(load_config(town.layout.config).rigs) == ["garden"]
    assert git(folder.canonical, "status", "--porcelain") == ""
    assert not (folder.root / MARK).exists()
    assert git(town.root, "status", "--porcelain") == ""


PLACES = ["clone", "gauge_of", "edit", "_import_beads", "add_route", "_commit", "clear_stale_locks"]


@pytest.mark.parametrize("place", PLACES)
def test_a_rig_that_was_being_added_when_the_town_was_killed_is_added_by_the_next_call(
    town, make_origin, place
):
    files = {"pyproject.toml": "", ".beads/issues.jsonl": bead_line("sg-a1b")}
    origin = str(make_origin(files=files))
    killed_at(town, place, "add_rig", "garden", origin)

    assert add_rig(town, "garden", origin).prefix == "sg"

    is_whole(town)
    with pytest.raises(ConfigError, match="is a rig garden already"):
        add_rig(town, "garden", origin)


def test_a_half_added_rig_is_not_completed_from_another_origin(town, make_origin):
    killed_at(town, "add_route", "add_rig", "garden", str(make_origin()))

    with pytest.raises(ConfigError, match="is a rig garden already"):
        add_rig(town, "garden", str(make_origin("other")))


@pytest.mark.parametrize("place", ["edit", "remove_route", "_commit"])
def test_a_rig_that_was_being_removed_when_the_town_was_killed_can_be_added_again(
    town, make_origin, place
):
    files = {"pyproject.toml": "", ".beads/issues.jsonl": bead_line("sg-a1b", status="open")}
    origin = str(make_origin(files=files))
    add_rig(town, "garden", origin)
    town.ledger.close("sg-a1b", "done")
    killed_at(town, place, "remove_rig", "garden")

    add_rig(town, "garden", origin)

    is_whole(town)


def test_of_many_who_add_one_rig_at_once_one_does_and_the_others_spoil_nothing(town, make_origin):
    files = {"pyproject.toml": "", ".beads/issues.jsonl": bead_line("sg-a1b")}
    origin = str(make_origin(files=files))

    def add(_: int) -> str:
        try:
            return add_rig(Town.open(town.root), "garden", origin).prefix
        except ConfigError as error:
            return str(error)

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(add, range(4)))

    assert told == ["sg", *[f"there is a rig garden already, of {origin}"] * 3]
    is_whole(town)


def test_a_lock_that_a_killed_git_left_in_the_town_is_no_hindrance(town, make_origin):
    lock = town.root / ".git" / "index.lock"
    lock.touch()
    os.utime(lock, (0, 0))

    add_rig(town, "garden", str(make_origin()))

    assert git(town.root, "log", "-1", "--format=%s").strip() == "Add the rig garden"
