"""vigil: a worker whose town was deleted or moved away ends the town's processes, itself last.

Nobody could: `town down` finds no town there any more.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gastown.town.layout import TownLayout
from gastown.town.processes import MARK, end, marked

_LOOK_S = 2.0
_LOOKS = 3  # an editor that saves by deleting first must not end a town


def keep_vigil() -> None:
    """Watch beside for as long as this process, one that `spawn` started, lives."""
    layout = TownLayout(Path(os.environ[MARK]).parent)

    def watch() -> None:
        wait_for_loss(layout)
        sys.stderr.write(f"{layout.config} is gone: ending the town's processes\n")
        end(marked(layout), grace_s=_LOOK_S)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def wait_for_loss(layout: TownLayout, sleep: Callable[[float], None] = time.sleep) -> None:
    """Return when town.toml was missing three times in a row, seconds apart."""
    missing = 0
    while missing < _LOOKS:
        sleep(_LOOK_S)
        missing = 0 if layout.config.exists() else missing + 1
