"""Eyes: what a capture needs of this machine, and the jail for windows."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from gastown.agents.jail import Jail
from gastown.agents.jail.bwrap import Bwrap
from gastown.agents.jail.guarded import Guarded
from gastown.agents.jail.unjailed import Unjailed
from gastown.errors import JailError
from gastown.rigs.gauge.godot_engine import find_engine

GRAPHICS = "graphics.env"
ROOM = 1 << 46  # addresses that a browser reserves and never uses


@dataclass(frozen=True, slots=True)
class Eyes:
    """The jail, and the engine whose libraries a Godot build may need.

    `command` captures a scenario of kind `command` that has none of its own.
    """

    jail: Jail
    engine: Path | None = None
    command: tuple[str, ...] = field(default=())

    @property
    def windows(self) -> Jail:
        """The jail for a program with a window, which needs sockets and much room for addresses.

        Raises JailError in one that has no sockets of its own, and so can have no display.
        """
        if isinstance(self.jail, Guarded):
            raise JailError(
                f"{self.jail.name} lets a program open no socket, so it can have no display and no "
                f"browser: install bubblewrap (package `bubblewrap`) and allow user namespaces, or "
                f'accept the risk of running builds unconfined: jail = "off" under [machine]'
            )
        if isinstance(self.jail, Bwrap | Unjailed):
            return replace(self.jail, caps=replace(self.jail.caps, address_bytes=ROOM))
        return self.jail

    @property
    def engine_home(self) -> Path | None:
        """The private folder of an engine that brings its own libraries (`make godot`)."""
        home = self.engine.parent.parent if self.engine else None
        return home if home and (home / GRAPHICS).is_file() else None

    def graphics(self) -> dict[str, str]:
        """What such an engine's games need in their environment to draw without a GPU."""
        home = self.engine_home
        if home is None:
            return {}
        lines = (home / GRAPHICS).read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines if "=" in line)


def engine_of(configured: str) -> Path | None:
    """The engine of a rig's gauge, of $GODOT_BIN, or of PATH. Raises ConfigError."""
    return find_engine(configured)
