"""A display of its own for one command, inside the jail.

`python -I -S display.py SIZE COMMAND…`. A file for a bare interpreter, as the jail's launcher is.
Where the command ends, so does the screen; the exit code is the command's, 128 + n after signal n,
and 127 when there is no screen. xvfb-run is not used: it polls, guesses a free number, and needs
xauth.
"""

import os
import select
import subprocess
import sys
import tempfile
from contextlib import suppress

_STARTED_S = 20.0
_NO_SCREEN = 127
_SOCKETS = "/tmp/.X11-unix"  # noqa: S108 - the place that X itself prescribes


def main(size: str, *command: str) -> int:
    """Start the screen, run the command on it, end the screen."""
    with suppress(OSError):  # without root, X does not make the folder itself
        os.mkdir(_SOCKETS)  # noqa: PTH102 - pathlib costs 8 ms
        os.chmod(_SOCKETS, 0o1777)  # noqa: PTH101, S103 - the rights that X asks for
    with tempfile.TemporaryFile() as said:
        reader, writer = os.pipe()
        screen = _screen(size, writer, said.fileno())
        os.close(writer)
        try:
            number = _number(reader)
            if not number:
                said.seek(0)
                told = said.read().decode(errors="replace").strip()[-500:]
                print(f"display: Xvfb did not start: {told}", flush=True)  # noqa: T201 - its voice
                return _NO_SCREEN
            rc = subprocess.run(command, env={**os.environ, "DISPLAY": f":{number}"}, check=False)
            return rc.returncode if rc.returncode >= 0 else 128 - rc.returncode
        finally:
            screen.terminate()
            screen.wait()


def _screen(size: str, writer: int, said: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
        pass_fds=[writer],
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=said,
    )


def _number(reader: int) -> str:
    """What Xvfb says when it is ready: the number of its display; nothing if it never is."""
    with os.fdopen(reader) as told:
        ready, _, _ = select.select([told], [], [], _STARTED_S)
        return told.readline().strip() if ready else ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
