"""Defects planted in a rig, and the builds in which the Spotter must find them."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from gastown.agents.jail import find_jail
from gastown.errors import JailError
from gastown.rigs.gauge.godot_engine import find_engine
from gastown.rigs.truth.capture import Eyes, capture
from gastown.rigs.truth.check import check
from gastown.rigs.truth.parse import load_truth
from gastown.rigs.truth.record import record
from gastown.rigs.truth.sighting import Sighting
from tests.godot.fetch import ENGINE, TEMPLATES, version

RIGS = Path(__file__).parent / "rigs"
GAME = {".godot", ".gd", ".tscn"}  # what a pack of the game must hold
RUNS = int(os.environ.get("TRUTH_RUNS", "3"))  # of the untouched build; 20 when it is measured


@dataclass(frozen=True, slots=True)
class Defect:
    """One change of one file, and which kinds of claims must fail of it; no others may."""

    name: str
    file: str
    old: str
    new: str
    found_by: frozenset[str]

    def plant(self, rig: Path) -> None:
        """Change the rig; the text must be there once."""
        path = rig / self.file
        text = path.read_text("utf-8")
        assert text.count(self.old) == 1, f"{self.name}: {text.count(self.old)} times in {path}"
        path.write_text(text.replace(self.old, self.new), "utf-8")


def copied(rig: str, folder: Path) -> Path:
    """A copy of a rig to change."""
    return Path(shutil.copytree(RIGS / rig, folder))


def jailed() -> Eyes:
    """Eyes of this machine; the test is skipped, and says so, where its jail holds no window."""
    engine = ENGINE if ENGINE.is_file() and not os.environ.get("GODOT_BIN") else find_engine("")
    try:
        eyes = Eyes(find_jail("auto"), engine)
        assert eyes.windows
    except JailError as error:
        pytest.skip(str(error))
    return eyes


def looked_at(truth: Path, build: Path, out: Path, eyes: Eyes) -> list[Sighting]:
    """What code sees of a build."""
    known = load_truth(truth)
    return check(known, {one.id: capture(one, build, out / one.id, eyes) for one in known.scenario})


def recorded(truth: Path, build: Path, out: Path, eyes: Eyes) -> Path:
    """The truth with references of a build."""
    known = load_truth(truth, recording=True)
    captures = {one.id: capture(one, build, out / one.id, eyes) for one in known.scenario}
    assert record(known, captures, truth)
    return truth


def failed(sightings: list[Sighting]) -> frozenset[str]:
    """The kinds of claims that fail."""
    return frozenset(one.kind for one in sightings if one.verdict == "fail")


def masked(path: Path, size: tuple[int, int], *boxes: tuple[int, int, int, int]) -> None:
    """A mask that leaves boxes out."""
    mask = Image.new("L", size)
    for box in boxes:
        ImageDraw.Draw(mask).rectangle(box, fill=255)
    mask.save(path)


def need_templates(engine: Path) -> Path:
    """Where export templates of an engine lie; the test is skipped where there are none."""
    users = Path.home() / ".local" / "share" / "godot" / "export_templates"
    folder = TEMPLATES if engine == ENGINE else users
    if not (folder / version(engine) / "linux_release.x86_64").exists():
        pytest.skip(f"no export templates of {engine} in {folder}: `make godot` fetches some")
    return folder


def export(engine: Path, rig: Path, out: Path, home: Path) -> None:
    """Export the preset Linux."""
    share = home / ".local" / "share" / "godot"
    share.mkdir(parents=True)
    (share / "export_templates").symlink_to(need_templates(engine))
    out.parent.mkdir(parents=True)
    said = _godot(engine, home, "--path", str(rig), "--export-release", "Linux", str(out))
    assert out.is_file(), said


PACK = """
extends SceneTree


func _init() -> void:
	var order: Dictionary = JSON.parse_string(FileAccess.get_file_as_string("{order}"))
	for pack: String in order:
		var packer := PCKPacker.new()
		assert(packer.pck_start(pack) == OK)
		for file: String in order[pack]:
			assert(packer.add_file("res://" + file, order[pack][file]) == OK)
		assert(packer.flush() == OK)
	quit()
"""


def pack_all(engine: Path, rigs: Mapping[Path, Path], home: Path) -> None:
    """Pack the data of many rigs at once, for an export each takes seconds: pack → its rig."""
    (home / "classes.cfg").write_text("list=[]\n")
    classes = {".godot/global_script_class_cache.cfg": str(home / "classes.cfg")}
    order = {
        str(pack): classes | {one.name: str(one) for one in rig.iterdir() if one.suffix in GAME}
        for pack, rig in rigs.items()
    }
    (home / "order.json").write_text(json.dumps(order))
    (home / "pack.gd").write_text(PACK.replace("{order}", str(home / "order.json")))
    said = _godot(engine, home, "--script", str(home / "pack.gd"))
    assert all(pack.is_file() for pack in rigs), said


def _godot(engine: Path, home: Path, *args: str) -> str:
    return subprocess.run(
        [engine, "--headless", *args],
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    ).stdout
