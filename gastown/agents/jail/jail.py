"""Jail and Ran: the protocol of a place to run a command in, and what running one showed."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gastown.errors import JailError


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended.

    `rc` is 128 + n after signal n, and 124 after the timeout. `output` is stdout and stderr in
    order, its middle left out when it is long; the log has all of it.
    """

    rc: int
    output: str
    timed_out: bool
    seconds: float


class Jail(Protocol):
    """Runs commands that cannot leave the folders they were given, nor reach a network."""

    @property
    def name(self) -> str:
        """What holds the command, for the board: `bwrap 0.8.0`, `Landlock 7`, `off`."""
        ...

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
        """Run `argv` to its end, or kill it and all its children after `timeout_s` seconds.

        The command sees the system's programs, the interpreter that runs us, `readable` and
        `writable`, and a private home and temporary folder that vanish with it. What lies below a
        writable folder is writable, except that folder's own `.git`. Its environment is PATH,
        HOME, TMPDIR and LANG, and what `env` adds.

        Raises:
            JailError: The command or a folder does not exist, so nothing was started.
        """
        ...


def environment(home: str, extra: Mapping[str, str] | None) -> dict[str, str]:
    """A jailed command's whole environment: nothing of ours is inherited, keys least of all."""
    return {
        "PATH": ":".join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": home,
        "TMPDIR": home,
        "LANG": "C.UTF-8",
        **(extra or {}),
    }


def require(argv: Sequence[str], cwd: Path, path: str, folders: Sequence[Path]) -> None:
    """Refuse what cannot start. Raises JailError naming the command or the folder."""
    for folder in (cwd, *folders):
        if not folder.exists():
            raise JailError(f"{folder}: no such file or folder, so {argv[0]} was not started")
        if (folder / ".git").is_symlink():
            raise JailError(f"{folder / '.git'} is a link, which git never makes: look who did")
    program = str(cwd / argv[0]) if os.sep in argv[0] else argv[0]
    if shutil.which(program, path=path) is None:
        raise JailError(f"{argv[0]}: no such command (looked in {path})")
