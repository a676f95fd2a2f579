"""find: the programs that captures need, or which package has them."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from gastown.errors import ConfigError

# Debian's `chromium` is a script that reads settings which no jail has; this is what it starts.
_CHROMIUMS = ("/usr/lib/chromium/chromium", "chromium", "chromium-browser", "google-chrome")


def find_chromium(environ: Mapping[str, str] = os.environ) -> Path:
    """The browser: $CHROMIUM_BIN, else what is installed.

    Raises:
        ConfigError: There is none, or the variable names no program.
    """
    path, named = environ.get("PATH", ""), environ.get("CHROMIUM_BIN", "")
    for name in (named,) if named else _CHROMIUMS:
        found = shutil.which(name, path=path)
        if found:
            return Path(found)
    if named:
        raise ConfigError(f"$CHROMIUM_BIN: {named} is no program; unset it to use what is there")
    raise ConfigError("no Chromium, which captures web builds: install the package `chromium`")


def need_display(environ: Mapping[str, str] = os.environ) -> None:
    """Raises ConfigError when there is no virtual display."""
    if shutil.which("Xvfb", path=environ.get("PATH", "")) is None:
        raise ConfigError("no Xvfb, on which Godot builds are captured: install the package `xvfb`")
