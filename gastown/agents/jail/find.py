"""find_jail: the strongest jail that really starts on this machine, or a refusal."""

import sys
import tempfile
from pathlib import Path
from typing import Literal

from gastown.agents.jail.bwrap import find_bwrap
from gastown.agents.jail.guarded import find_landlock
from gastown.agents.jail.jail import Jail
from gastown.agents.jail.unjailed import Unjailed
from gastown.errors import JailError

Setting = Literal["auto", "bwrap", "landlock", "off"]

_FINDERS = {"bwrap": find_bwrap, "landlock": find_landlock}
_PROBE = "import sys\ntry: open(sys.argv[1])\nexcept OSError: print('held')"


def find_jail(setting: Setting = "auto") -> Jail:
    """The jail of `machine.jail` in town.toml, after it has held a probe.

    Raises:
        JailError: None holds here; says why each one failed and what to do.
    """
    if setting == "off":
        return Unjailed()
    failures: list[str] = []
    for name, finder in _FINDERS.items():
        if setting in {"auto", name}:
            try:
                return _tried(finder())
            except JailError as error:
                failures.append(f"{name}: {error}")
    raise JailError(
        f"agents' commands cannot be confined on this machine ({'; '.join(failures)}). Install "
        f"bubblewrap (package `bubblewrap`) and allow user namespaces, use Linux 6.2 or later with "
        f'Landlock, or accept the risk: jail = "off" under [machine] in town.toml'
    )


def _tried(jail: Jail) -> Jail:
    """The jail, once Python has run in it and could not read a file beside its folder."""
    with tempfile.TemporaryDirectory(prefix="gastown-probe-") as folder:
        inside, outside = Path(folder, "inside"), Path(folder, "outside")
        inside.mkdir()
        outside.write_text("not to be read", encoding="utf-8")
        argv = [sys.executable, "-I", "-S", "-c", _PROBE, str(outside)]
        ran = jail.run(argv, cwd=inside, writable=[inside], timeout_s=20)
    if ran.output.strip() != "held":
        raise JailError(f"{jail.name} does not hold here: {ran.output.strip() or 'no output'}")
    return jail
