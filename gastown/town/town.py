"""Town: a folder opened, its configuration read and its ledger at hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gastown.beads.ledger import Ledger
from gastown.beads.sqlite import SqliteLedger
from gastown.errors import NotFoundError
from gastown.formula.shelf import Shelf
from gastown.town.config import TownConfig, load_config
from gastown.town.layout import TownLayout
from gastown.town.store import make_store

ROOT_VARIABLE = "TOWN_ROOT"


@dataclass(frozen=True, slots=True)
class Town:
    """One town. `config` is as it was when the town was opened."""

    layout: TownLayout
    config: TownConfig
    ledger: Ledger

    @property
    def root(self) -> Path:
        """Its folder."""
        return self.layout.root

    @property
    def formula_folders(self) -> tuple[Path, ...]:
        """Where its formulas are looked for, before those that we ship."""
        return self.layout.formulas, self.layout.beads / "formulas"

    def shelf(self, rig: str | None = None) -> Shelf:
        """Its formulas as they run: the town's, a rig's, then ours, with the overlays on them.

        Raises NotFoundError for a rig that the town has not.
        """
        if rig is None:
            return Shelf(self.formula_folders, (self.layout.overlays,))
        self.config.rig(rig)
        there = self.layout.rig(rig)
        overlays = (there.overlays, self.layout.overlays)
        return Shelf((*self.formula_folders, *there.formulas), overlays)

    def directives(self, rig: str | None = None) -> tuple[Path, ...]:
        """Folders of what roles are told beside their cards, the town's first."""
        town = (self.layout.directives,)
        return (*town, self.layout.rig(rig).directives) if rig else town

    def cards(self, rig: str | None = None) -> tuple[Path, ...]:
        """Folders of role cards that stand before ours, the rig's before the town's."""
        town = (self.layout.cards,)
        return (self.layout.rig(rig).cards, *town) if rig else town

    @classmethod
    def open(cls, root: Path) -> "Town":
        """Open the town in a folder, also one that came by git, with its beads as JSONL only.

        Raises:
            ConfigError: Its town.toml is missing or wrong.
            JsonlError: Its beads have to be read, and a line cannot be.
        """
        layout = TownLayout(root.resolve())
        config = load_config(layout.config)
        if not layout.store.exists():
            rigs = [layout.rig(name).shared for name in config.rigs]
            make_store(layout.store, [layout.shared, *rigs])
        return cls(layout, config, SqliteLedger(layout.store))


def find_root(start: Path, environ: Mapping[str, str]) -> Path:
    """The town a person means: TOWN_ROOT if set, else the nearest folder above with a town.toml.

    Raises NotFoundError with the ways to name one.
    """
    if environ.get(ROOT_VARIABLE):
        return Path(environ[ROOT_VARIABLE])
    for folder in (start, *start.parents):
        if (folder / "town.toml").is_file():
            return folder
    raise NotFoundError(
        f"no town.toml in {start} or above it; go into a town, give --town DIR, set "
        f"{ROOT_VARIABLE}, or make one: town install DIR"
    )
