"""secret: something that must not be on a command line, from a terminal or the environment."""

import os
import sys
from getpass import getpass

from gastown.errors import ConfigError


def secret(what: str, env: str) -> str:
    """Its value. Raises ConfigError where nothing is given.

    Args:
        what: As a person calls it, e.g. key.
        env: The environment variable that holds it; without one it is asked for on the terminal.
    """
    if env:
        if not os.environ.get(env):
            raise ConfigError(f"--env {env}: no such environment variable, or it is empty")
        return os.environ[env]
    if not sys.stdin.isatty():
        raise ConfigError(f"the {what} is asked for on a terminal; here, give --env VARIABLE")
    said = getpass(f"{what} (nothing is shown): ").strip()
    if not said:
        raise ConfigError(f"no {what} was given; nothing is saved")
    return said
