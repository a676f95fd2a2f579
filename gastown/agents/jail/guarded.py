"""Guarded: the jail of Landlock rules, for machines that forbid user namespaces."""

import os
import platform
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from gastown.agents.jail.caps import Caps
from gastown.agents.jail.jail import Ran, environment, require
from gastown.agents.jail.landlock import (
    DEVICE,
    READ,
    READ_DIR,
    all_rights,
    landlock_abi,
    make_ruleset,
)
from gastown.agents.jail.launch import launch, private_home
from gastown.agents.jail.process import run_process
from gastown.agents.jail.seccomp import seccomp_filter
from gastown.agents.jail.system import ROOTS, SETTINGS, toolchain
from gastown.errors import JailError

DEVICES = ("null", "zero", "full", "random", "urandom")
FACTS = ("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")
_TRUNCATES, _CONNECTS = 3, 4  # the ABIs from which truncate(2) and TCP are governed


@dataclass(frozen=True, slots=True)
class Guarded:
    """Landlock for files, TCP and signals, and a seccomp filter for the sockets it leaves open.

    Two things that a jail of namespaces does better: `.git` of a worktree is put back after the
    run instead of being read-only, and a clone (its `.git` is a folder) gets no new entries at its
    top, for that right would reach into `.git`.
    """

    abi: int
    machine: str
    caps: Caps = field(default_factory=Caps)

    @property
    def name(self) -> str:
        """E.g. `Landlock 7`."""
        return f"Landlock {self.abi}"

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
        with ExitStack() as stack:
            home = Path(stack.enter_context(private_home()))
            variables = environment(str(home), env)
            require(argv, cwd, variables["PATH"], [*writable, *readable])
            for folder in writable:
                stack.enter_context(_git_file_kept(folder / ".git"))
            ruleset = make_ruleset(self.abi, self._rules([*writable, home], readable))
            stack.callback(os.close, ruleset)
            program = (seccomp_filter(self.machine) or b"").hex()
            command = launch(argv, self.caps, timeout_s, ruleset, program)
            return run_process(
                command, cwd=cwd, env=variables, timeout_s=timeout_s, log=log, pass_fds=[ruleset]
            )

    def _rules(
        self, writable: Sequence[Path], readable: Sequence[Path]
    ) -> Generator[tuple[Path, int]]:
        for path in (*map(Path, (*ROOTS, *SETTINGS, *FACTS)), *toolchain(), *readable):
            yield path, READ
        yield Path("/dev"), READ_DIR  # names only: Godot's editor crashes where it cannot list them
        for device in DEVICES:
            yield Path("/dev", device), DEVICE
        for folder in writable:
            if (folder / ".git").is_dir():
                yield folder, READ
                yield from (
                    (path, all_rights(self.abi))
                    for path in folder.iterdir()
                    if path.name != ".git" and not path.is_symlink()
                )
            else:
                yield folder, all_rights(self.abi)


def find_landlock() -> Guarded:
    """Landlock as this kernel has it, not yet tried. Raises JailError when it holds too little."""
    abi, machine = landlock_abi(), platform.machine()
    if abi == 0:
        raise JailError("the kernel has no Landlock, or it is switched off")
    least = _TRUNCATES if seccomp_filter(machine) else _CONNECTS
    if abi < least:
        raise JailError(f"the kernel's Landlock is version {abi}, too old to hold ({least} does)")
    return Guarded(abi, machine)


@contextmanager
def _git_file_kept(git: Path) -> Generator[None]:
    """Put a worktree's `.git` file back if the command changed it: it says where git's data is."""
    before = git.read_bytes() if git.is_file() else None
    try:
        yield
    finally:
        if before is not None:
            _put_back(git, before)


def _put_back(git: Path, content: bytes) -> None:
    if git.is_file() and not git.is_symlink() and git.read_bytes() == content:
        return
    if git.is_dir() and not git.is_symlink():
        git.rename(git.with_name(f".git-planted-{os.getpid()}"))
    else:
        git.unlink(missing_ok=True)
    git.write_bytes(content)
