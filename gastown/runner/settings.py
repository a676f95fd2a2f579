"""settings: what a model's server was started with, so that an edit of its row is noticed."""

import hashlib
import json
from dataclasses import dataclass, field

from gastown.errors import ConfigError, NotFoundError
from gastown.town.config import TownConfig, load_config
from gastown.town.layout import TownLayout


def settings_of(config: TownConfig, name: str) -> str:
    """A mark of all that town.toml says of a model's server; empty where it says nothing of one."""
    try:
        row = config.model(name)
    except (ConfigError, NotFoundError):
        return ""
    if row.local is None:
        return ""
    said = {
        "context": row.context,
        "file": row.local.model_dump(mode="json"),
        "runner": config.local.model_dump(mode="json"),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def change_of(loaded: str, now: str) -> str:
    """What became of a row since its model was loaded; empty: nothing did."""
    if loaded == now:
        return ""
    return "its row in town.toml was changed" if now else "its row is gone from town.toml"


@dataclass(slots=True)
class RowWatch:
    """Looks at a model's row whenever town.toml was written; `loaded` is what was started with."""

    layout: TownLayout
    name: str
    loaded: str
    now: str = field(init=False)
    _written: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self.now = self.loaded

    def look(self) -> str:
        """What became of it, as `change_of`; a file that cannot be read says what it said last."""
        try:
            stat = self.layout.config.stat()
            written = (stat.st_mtime_ns, stat.st_size)
            if written != self._written:
                self._written = written
                self.now = settings_of(load_config(self.layout.config), self.name)
        except (OSError, ConfigError):  # somebody is at it
            pass
        return change_of(self.loaded, self.now)

    def settle(self) -> None:
        """What it says now is what is served, or cannot be: no news until it is written again."""
        self.loaded = self.now
