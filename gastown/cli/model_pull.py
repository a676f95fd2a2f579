"""`town model pull`: fetch a model's file from a hub, with progress, resume and checksum."""

import os
import sys
import time

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, tell
from gastown.errors import ConfigError
from gastown.machine.footprint import MIB
from gastown.runner.files import pulled
from gastown.runner.folder import RunnerFolder
from gastown.runner.hub import HUB
from gastown.runner.hub import wanted as wanted_

_TOLD_S = 5.0  # between two lines where there is no terminal to write over


def pull(
    source: str,
    /,
    *,
    sha256: str = "",
    hub: str = HUB,
    token_env: str = "",
    options: Options = PLAIN,
) -> None:
    """Fetch a model's file into the town's folder for them; called again, it goes on.

    Args:
        source: OWNER/REPO/FILE.gguf of a hub, or an https address.
        sha256: What its checksum must be. [default: what the hub tells]
        hub: Which hub.
        token_env: Environment variable with the hub's token; none is sent unless it is named.
    """
    from blocks.hub import pull as pull_

    town = options.open()
    wanted = wanted_(source, sha256, hub)
    if token_env and not os.environ.get(token_env):
        raise ConfigError(f"--token-env {token_env}: no such environment variable, or it is empty")
    token = os.environ[token_env] if token_env else ""
    told = _Progress(wanted.name)
    with RunnerFolder(town.layout).lock(f"pull-{wanted.name}", wait_s=0):
        path = pull_(wanted, pulled(town.layout, town.config.local), told, token=token)
    told.end()
    data = {"file": path.name, "path": str(path), "bytes": path.stat().st_size}
    how = f'serve it: [models.NAME.local] file = "{path.name}"'
    show(options, data, f"{path}: {path.stat().st_size / MIB:,.0f} MiB, whole; {how}")


class _Progress:
    """One line on a terminal, else one every few seconds."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._begin = self._said = time.monotonic()
        self._first: int | None = None
        self._live = sys.stderr.isatty()

    def __call__(self, have: int, whole: int) -> None:
        self._first = have if self._first is None else self._first
        now = time.monotonic()
        if now - self._said < (0.2 if self._live else _TOLD_S) and have != whole:
            return
        self._said = now
        rate = (have - self._first) / MIB / max(0.001, now - self._begin)
        of = f" of {whole / MIB:,.0f}" if whole else ""
        line = f"{self._name}: {have / MIB:,.0f}{of} MiB, {rate:,.1f} MiB/s"
        if self._live:
            sys.stderr.write(f"\r{line}\x1b[K")
            sys.stderr.flush()
        else:
            tell(line)

    def end(self) -> None:
        """Leave the line."""
        if self._live and self._first is not None:
            sys.stderr.write("\n")
