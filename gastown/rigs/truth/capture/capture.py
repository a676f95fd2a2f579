"""capture: run a build as a scenario says, in the jail, and keep what it shows and says."""

import json
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gastown.agents.jail import Jail, Ran
from gastown.errors import ConfigError
from gastown.rigs.truth.capture.eyes import Eyes
from gastown.rigs.truth.capture.find import find_chromium, need_display
from gastown.rigs.truth.capture.place import inside, page, program
from gastown.rigs.truth.model import Kind, Scenario
from gastown.rigs.truth.sighting import Capture
from gastown.spans import span

HERE = Path(__file__).parent
SCREEN = (1280, 720)
MAX_LOG = 4 << 20  # bytes of output that claims are held against
_GODOT = (
    *("--rendering-method", "gl_compatibility", "--rendering-driver", "opengl3"),
    *("--audio-driver", "Dummy", "--disable-vsync"),
)


@dataclass(frozen=True, slots=True)
class _Shot:
    """One capture: the scenario, the build, and the folder of ours where frames go."""

    scenario: Scenario
    build: Path
    frames: Path
    log: Path
    eyes: Eyes

    def run(
        self,
        jail: Jail,
        argv: Sequence[str],
        *readable: Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run the command under the scenario's timeout, in a home of its own."""
        return jail.run(
            argv,
            cwd=cwd,
            writable=[self.frames],
            readable=[self.build, *readable],
            env={"NO_COLOR": "1", **(env or {})},
            timeout_s=self.scenario.timeout_s,
            log=self.log,
        )


def capture(scenario: Scenario, build: Path, out: Path, eyes: Eyes) -> Capture:
    """What a build shows in a scenario; frames and log lie in `out`, which is made anew.

    Args:
        scenario: How it is captured.
        build: The folder of the product, which it can read and not write.
        out: A folder of ours.
        eyes: Jail, engine, and the command of an assembly.

    Raises:
        ConfigError: The build lacks what the scenario names, or no command is known.
        JailError: No display can be had in this jail, or a program that captures is missing.
    """
    shutil.rmtree(out, ignore_errors=True)
    frames = out / "frames"
    frames.mkdir(parents=True)
    shot = _Shot(scenario, build.resolve(), frames.resolve(), out / "capture.log", eyes)
    with span("build"):
        ran = _KINDS[scenario.kind](shot)
    said = _log(shot.log)
    return Capture(said, shot.frames, ran.rc, timed_out=ran.timed_out, seconds=ran.seconds)


def _command(shot: _Shot) -> Ran:
    """A program that writes its frames itself, to `{frames}`."""
    command = shot.scenario.command or shot.eyes.command
    if not command:
        raise ConfigError(
            f"scenario {shot.scenario.id}: command: is missing, and its assembly has no capture"
        )
    spot = inside(shot.build, shot.scenario)
    places = {
        "{python}": sys.executable,
        "{frames}": str(shot.frames),
        "{out}": str(spot),
        "{build}": str(spot),
    }
    argv = [_filled(word, places) for word in (*command, *shot.scenario.args)]
    return shot.run(shot.eyes.jail, argv, cwd=shot.build)


def _godot(shot: _Shot) -> Ran:
    """A Godot build in movie mode, which draws every frame of a fixed clock into a file."""
    scenario, eyes = shot.scenario, shot.eyes
    need_display()
    size = scenario.measures or SCREEN
    screen = "x".join(str(max(pair)) for pair in zip(size, SCREEN, strict=True))
    movie = ["--fixed-fps", str(scenario.fps), "--quit-after", str(scenario.drawn)]
    argv = [
        *(sys.executable, "-I", "-S", str(HERE / "display.py"), screen),
        *(str(program(shot.build, scenario)), *_GODOT, *movie),
        *("--write-movie", str(shot.frames / "movie.png")),
        *scenario.args,
    ]
    home = [eyes.engine_home] if eyes.engine_home else []
    ran = shot.run(eyes.windows, argv, HERE, *home, cwd=shot.frames, env=eyes.graphics())
    for moment, name in zip(sorted(scenario.at), scenario.names, strict=True):
        with suppress(FileNotFoundError):
            (shot.frames / f"movie{moment:08d}.png").rename(shot.frames / name)
    for rest in shot.frames.glob("movie*"):
        rest.unlink()
    return ran


def _web(shot: _Shot) -> Ran:
    """A page in headless Chromium."""
    scenario = shot.scenario
    at = dict(zip(scenario.names, sorted(scenario.at), strict=True))
    spot, site = inside(shot.build, scenario), page(shot.build, scenario)
    root = spot if spot.is_dir() else shot.build
    query = f"?{'&'.join(scenario.args)}" if scenario.args else ""
    chromium = find_chromium()
    order = {
        "chromium": str(chromium),
        "root": str(root),
        "page": site.relative_to(root).as_posix() + query,
        "size": scenario.measures or SCREEN,
        "at": {str(shot.frames / name): moment for name, moment in at.items()},
        "until": scenario.until,
        "full": scenario.full,
    }
    argv = [sys.executable, "-I", "-S", str(HERE / "browser.py"), json.dumps(order)]
    return shot.run(shot.eyes.windows, argv, HERE, chromium.resolve().parent, cwd=shot.frames)


def _log(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - MAX_LOG))
        return file.read().decode(errors="replace")


def _filled(word: str, places: Mapping[str, str]) -> str:
    for name, value in places.items():
        word = word.replace(name, value)
    return word


_KINDS: Mapping[Kind, Callable[[_Shot], Ran]] = {
    "command": _command,
    "godot": _godot,
    "web": _web,
}
