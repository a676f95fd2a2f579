"""Grounds: towns with one small convoy each, which share one rehearsal."""

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from gastown.cli.demo.world import World, found, furnish
from gastown.convoys.convoy import create_convoy
from gastown.town.town import Town
from tests.landing.towns import rehearsed

ROOT = Path(__file__).parents[2]


class Ground:
    """A town whose convoy is one bead of beatlane: sent back once, then merged."""

    def __init__(self, world: World) -> None:
        ledger = world.town.ledger
        ledger.close(world.convoy, "split up")
        (self.bead,) = [one for one, slug in world.slugs.items() if slug == "beat-grid"]
        self.root = world.town.root
        self.convoy = create_convoy(ledger, world.town.config, "test", [self.bead]).id

    @property
    def town(self) -> Town:
        return Town.open(self.root)

    def argv(self, module: str, die_at: int) -> list[str]:
        """The command that walks the convoy, in the checkout."""
        return [sys.executable, "-m", module, str(self.root), self.convoy, str(die_at)]


G = TypeVar("G", bound=Ground)


@contextmanager
def grounds(folder: Path, kind: Callable[[World], G]) -> Generator[Callable[[str], G]]:
    """Makes one of a name below the folder, as long as the block runs."""
    with rehearsed(folder) as (url, names):
        slugs: dict[str, str] = {}

        def make(name: str) -> G:
            place = folder / name
            place.mkdir()
            world = furnish(found(place, "rehearsal", {"endpoint": url, "vision": True}), place)
            slugs.update(world.slugs)
            names.write_text(json.dumps(slugs), encoding="utf-8")
            return kind(world)

        yield make
