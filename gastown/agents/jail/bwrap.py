"""Bwrap: a jail of Linux namespaces, made by bubblewrap; needs no root where they are allowed."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gastown.agents.jail.caps import Caps
from gastown.agents.jail.jail import Ran, environment, require
from gastown.agents.jail.process import run_process
from gastown.agents.jail.system import ROOTS, SETTINGS, toolchain
from gastown.errors import JailError

HOME = "/tmp/home"  # noqa: S108 - inside the jail, where /tmp is the command's own
SHELL = (
    *("--die-with-parent", "--new-session", "--unshare-all", "--cap-drop", "ALL"),
    *("--proc", "/proc", "--dev", "/dev"),
)
HOSTS = Path(__file__).with_name("hosts")
"""The one name that the jail's own network has; the machine's names are its person's."""
MEMORY_BYTES = 1 << 30  # of each folder that is kept in memory
_SIZED = (0, 7)  # the first version that can bound one


@dataclass(frozen=True, slots=True)
class Bwrap:
    """Own mounts, processes, network and users: what is not bound is not there."""

    program: str
    version: str
    caps: Caps = field(default_factory=Caps)

    @property
    def name(self) -> str:
        """E.g. `bwrap 0.8.0`."""
        return f"bwrap {self.version}"

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        writable: Sequence[Path],
        readable: Sequence[Path] = (),
        env: Mapping[str, str] | None = None,
        timeout_s: float,
        log: Path | None = None,
    ) -> Ran:
        """As the protocol says."""
        variables = environment(HOME, env)
        require(argv, cwd, variables["PATH"], [*writable, *readable])
        limits = [f"--{name}={value}" for name, value in self.caps.limits(timeout_s).items()]
        command = [
            self.program,
            *SHELL,
            *_scratch(self.version),
            *_system(),
            *_binds(writable, readable),
            *("--chdir", str(cwd.absolute()), "--", "prlimit", *limits, "--", *argv),
        ]
        return run_process(command, cwd=cwd, env=variables, timeout_s=timeout_s, log=log)


def find_bwrap() -> Bwrap:
    """The bwrap of this machine, not yet tried. Raises JailError when there is none."""
    program = shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin")
    if program is None or shutil.which("prlimit", path="/usr/bin:/bin") is None:
        raise JailError("bwrap is not installed")
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return Bwrap(program, said.stdout.strip().rpartition(" ")[2] or "of unknown version")


def _scratch(version: str) -> Iterator[str]:
    """Folders that vanish with the command and lie in memory, each bounded where bwrap can."""
    numbers = tuple(int(part) for part in re.findall(r"\d+", version)[:2])
    for folder in ("/tmp", "/dev/shm"):  # noqa: S108 - inside the jail
        if numbers >= _SIZED:
            yield from ("--size", str(MEMORY_BYTES))
        yield from ("--tmpfs", folder)
    yield from ("--dir", HOME)


def _system() -> Iterator[str]:
    """Folders of programs as they are, and links (`/bin` to `usr/bin`) as links."""
    for root in map(Path, ROOTS):
        if root.is_symlink():
            yield from ("--symlink", str(root.readlink()), str(root))
        elif root.exists():
            yield from ("--ro-bind", str(root), str(root))
    for path in (*SETTINGS, *map(str, toolchain())):
        yield from ("--ro-bind-try", path, path)
    yield from ("--ro-bind", str(HOSTS), "/etc/hosts")


def _binds(writable: Sequence[Path], readable: Sequence[Path]) -> Iterator[str]:
    """Later mounts cover earlier ones: a writable folder in a readable one, then `.git`."""
    for path in _spots(readable):
        yield from ("--ro-bind", path, path)
    for path in _spots(writable):
        yield from ("--bind", path, path)
    for path in _spots([folder / ".git" for folder in writable]):
        yield from ("--ro-bind-try", path, path)


def _spots(paths: Sequence[Path]) -> list[str]:
    """Each path as it was given and as it is without links, parents before children."""
    return sorted({str(spot) for path in paths for spot in (path.absolute(), path.resolve())})
