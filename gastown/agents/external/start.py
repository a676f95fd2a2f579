"""Start: a preset made ready for one round of one session: arguments, environment, files."""

import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import gastown
from gastown.agents.external.preset import Preset, filled
from gastown.agents.jail.jail import environment
from gastown.agents.jail.system import ROOTS, toolchain
from gastown.errors import JailError

MAX_ARGUMENT = 100_000  # bytes; the kernel takes 131,071 in one argument
FILE_BYTES = 64 << 20  # of any file that the agent writes, its output too
BRIDGE = Path(__file__).with_name("bridge.py")
PACKAGE = Path(gastown.__file__).parent


@dataclass(frozen=True, slots=True)
class Start:
    """What the jail is given."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    readable: tuple[Path, ...]


def make_start(preset: Preset, model: str, home: Path, door: Path, prompt: str) -> Start:
    """Write the files and fill in the words.

    Raises:
        JailError: The agent is not installed, or lies where the jail does not show it.
    """
    home.mkdir(exist_ok=True)
    file = home / "task.md"
    file.write_text(prompt, encoding="utf-8")
    port = _free_port()
    words = _words(preset, model, home, port, file, prompt)
    for path, text in preset.files.items():
        made = home / path
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(filled(text, words), encoding="utf-8")
    command = [filled(text, words) for text in preset.command]
    program = locate(preset, command[0])
    stdin = str(file) if preset.prompt == "stdin" else ""
    bridge = [sys.executable, "-I", "-S", str(BRIDGE), str(door), str(port), stdin]
    env = {name: filled(text, words) for name, text in preset.env.items()}
    return Start(
        argv=(*bridge, str(FILE_BYTES), program, *command[1:]),
        env={**env, "HOME": str(home), "TMPDIR": str(home)},
        readable=tuple(map(Path, (*preset.readable, str(BRIDGE), *_ours(command)))),
    )


def locate(preset: Preset, program: str) -> str:
    """The program's path, in the jail as here.

    Raises:
        JailError: There is none, or it is installed where the jail does not show it.
    """
    path = environment("", None)["PATH"]
    found = shutil.which(filled(program, {"python": sys.executable}), path=path)
    if found is None:
        raise JailError(f"agent {preset.name}: no command {program!r} in {path}; {_hint(program)}")
    shown = [*map(Path, (*ROOTS, *preset.readable)), *toolchain()]
    real = Path(found).resolve()
    if not any(real.is_relative_to(root) or real.is_relative_to(root.resolve()) for root in shown):
        raise JailError(
            f"agent {preset.name}: {found} leads to {real}, which the jail does not show; name the "
            f'folder of its installation: readable = ["{real.parent}"] under '
            f"[agents.{preset.name}]"
        )
    return found


def _hint(program: str) -> str:
    aside = shutil.which(program)
    if aside:
        return f"it is at {aside}: give that path as first word of its command, and readable"
    return "install it, or give its path as the first word of its command in town.toml"


def words_of_version(preset: Preset) -> tuple[str, ...]:
    """The command that tells the agent's version."""
    words = {"python": sys.executable, "package": str(PACKAGE)}
    return tuple(filled(text, words) for text in preset.version)


def _words(
    preset: Preset, model: str, home: Path, port: int, file: Path, prompt: str
) -> dict[str, str]:
    base = f"http://127.0.0.1:{port}"
    long = len(prompt.encode()) > MAX_ARGUMENT
    return {
        "prompt": f"Your task is in the file {file}. Read it and do it." if long else prompt,
        "prompt_file": str(file),
        "model": model,
        "url": f"{base}/{'v1beta' if preset.wire == 'google' else 'v1'}",
        "base": base,
        "home": str(home),
        "python": sys.executable,
        "package": str(PACKAGE),
    }


def _ours(command: list[str]) -> list[str]:
    return [word for word in command if Path(word).is_relative_to(PACKAGE)]


def _free_port() -> int:
    """A port of loopback; in a jail with a network of its own every one is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
