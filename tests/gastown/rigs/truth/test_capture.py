"""Capturing: in the jail, in a home of its own, under a limit; what cannot be done is refused."""

from pathlib import Path
from typing import Any

import pytest

from gastown.agents.jail import find_jail
from gastown.agents.jail.guarded import Guarded
from gastown.errors import ConfigError, JailError
from gastown.rigs.truth.capture import Eyes, capture
from gastown.rigs.truth.capture.find import find_chromium, need_display
from gastown.rigs.truth.capture.place import about, inside, page, program
from gastown.rigs.truth.model import Scenario, Truth
from tests.gastown.rigs.truth.given import put

ELF = b"\x7fELF and so on"


def _scenario(**more: Any):
    return Scenario.model_validate({"id": "s", **more})


def _capture(tmp_path, code, of_assembly=(), **more: Any):
    build = put(tmp_path / "build", {"main.py": code})
    scenario = _scenario(**more)
    return capture(scenario, build, tmp_path / "out", Eyes(find_jail("auto"), None, of_assembly))


MAIN = ["{python}", "{build}/main.py", "{frames}"]
WRITE = "import sys; open(sys.argv[1] + '/a.txt', 'w').write('x'); print('done', *sys.argv[2:])"


def test_a_command_writes_its_frames_and_is_heard(tmp_path):
    done = _capture(tmp_path, WRITE, command=MAIN, args=["--fast"])

    assert (done.output, done.rc, done.timed_out) == ("done --fast\n", 0, False)
    assert (done.frames / "a.txt").read_text() == "x"


def test_the_scenarios_own_command_goes_before_the_assemblys(tmp_path):
    done = _capture(tmp_path, "", tuple(MAIN), command=["{python}", "-c", "print('own')"])

    assert done.output == "own\n"


def test_the_build_cannot_be_changed_nor_the_persons_home_be_read(tmp_path):
    code = (
        "import os, sys\n"
        "print(os.environ['HOME'])\n"
        "try: open(sys.argv[0], 'a')\nexcept OSError: print('refused')\n"
    )
    home, refused = _capture(tmp_path, code, command=MAIN).output.splitlines()

    assert refused == "refused"
    assert home != str(Path.home())


def test_one_that_never_ends_is_stopped_with_its_children(tmp_path):
    code = (
        "import subprocess, sys\nprint('begun', flush=True)\n"
        "subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
    )
    done = _capture(tmp_path, code, command=MAIN, timeout_s=2)

    assert (done.timed_out, done.output) == (True, "begun\n")


def test_frames_of_an_earlier_capture_do_not_count(tmp_path):
    _capture(tmp_path, WRITE, command=MAIN)

    done = _capture(tmp_path, "print('nothing')", command=MAIN)

    assert list(done.frames.iterdir()) == []


def test_without_a_command_it_says_what_is_missing(tmp_path):
    with pytest.raises(ConfigError, match="scenario s: command: is missing"):
        _capture(tmp_path, "")


@pytest.mark.parametrize("kind", ["godot", "web"])
def test_a_jail_without_sockets_refuses_what_needs_a_window_and_says_the_way_out(tmp_path, kind):
    build = put(tmp_path / "build", {"index.html": "<p>", "game": ELF})
    (build / "game").chmod(0o755)
    scenario = _scenario(kind=kind, at=[0])

    with pytest.raises(JailError, match=r"install bubblewrap .*jail = \"off\""):
        capture(scenario, build, tmp_path / "out", Eyes(Guarded(4, "x86_64")))


def test_what_captures_is_found_or_its_package_named(tmp_path):
    put(tmp_path, {"chromium": "", "mine": ""})
    for name in ("chromium", "mine"):
        (tmp_path / name).chmod(0o755)
    here = {"PATH": str(tmp_path)}

    assert find_chromium({**here, "CHROMIUM_BIN": "mine"}) == tmp_path / "mine"
    with pytest.raises(ConfigError, match=r"CHROMIUM_BIN: no is no program"):
        find_chromium({**here, "CHROMIUM_BIN": "no"})
    with pytest.raises(ConfigError, match="install the package `xvfb`"):
        need_display(here)


def test_an_engine_that_brings_its_libraries_tells_its_games_of_them(tmp_path):
    put(tmp_path, {"bin/godot": "x", "graphics.env": "LIBGL_DRIVERS_PATH=/a/dri\n\nX=1=2\n"})
    own = Eyes(find_jail("off"), tmp_path / "bin" / "godot")
    systems = Eyes(find_jail("off"), tmp_path / "godot")

    assert own.graphics() == {"LIBGL_DRIVERS_PATH": "/a/dri", "X": "1=2"}
    assert (own.engine_home, systems.engine_home, systems.graphics()) == (tmp_path, None, {})


def test_what_a_scenario_means_is_found_in_the_build(tmp_path):
    names = ("game.x86_64", "libgame.so", "linux-proof/product/game", "dist/menu.html")
    build = put(tmp_path, dict.fromkeys(names, ELF) | {"dist/index.html": "", "game.pck": ""})
    for name in names:
        (build / name).chmod(0o755)

    assert program(build, _scenario()).name == "game.x86_64"
    assert program(build, _scenario(build="Linux Proof")).parent.name == "product"
    assert page(build, _scenario(build="dist")).name == "index.html"
    assert page(build, _scenario(build="dist/menu.html")).name == "menu.html"
    product = build / "linux-proof" / "product"
    assert inside(product, _scenario(build="Linux Proof")) == product


def test_what_is_not_in_the_build_is_named(tmp_path):
    build = put(tmp_path, {"one": ELF, "two": ELF})
    for name in ("one", "two"):
        (build / name).chmod(0o755)

    with pytest.raises(ConfigError, match="should hold one program, it has: one, two; name it"):
        program(build, _scenario())
    with pytest.raises(ConfigError, match="should hold one page, it has: none"):
        page(build, _scenario())
    with pytest.raises(ConfigError, match="build: no 'dist' in"):
        page(build, _scenario(build="dist"))


def test_a_scenario_about_another_build_is_left_out():
    scenarios = [{"id": "a", "build": "Linux Proof"}, {"id": "b", "build": "Web"}, {"id": "c"}]
    truth = Truth.model_validate({"scenario": scenarios})
    names = ("linux-proof", "web")

    assert [one.id for one in about(truth, "web", names).scenario] == ["b", "c"]
    assert about(truth, "card", ("card",)) == truth
    only = truth.model_copy(update={"scenario": truth.scenario[:1]})
    with pytest.raises(ConfigError, match="no scenario is about the build web"):
        about(only, "web", names)


def test_a_link_out_of_the_build_leads_nowhere(tmp_path):
    put(tmp_path, {"secret/index.html": "x", "build/a": "x"})
    (tmp_path / "build" / "dist").symlink_to(tmp_path / "secret")

    with pytest.raises(ConfigError, match="build: no 'dist'"):
        page(tmp_path / "build", _scenario(build="dist"))
