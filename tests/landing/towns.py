"""A real town for tests: rigs with origins, a rehearsal over the wire, a server and a worker."""

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gastown.cli.demo.world import INPUT, World, found, furnish
from gastown.cli.prefect import use_engine
from gastown.convoys.convoy import create_convoy
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.town.town import Town
from tests.landing.wait import until


def silent(_: str) -> None:
    """Progress that nobody reads."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """A demo town that is up, and the file that tells the rehearsal whose answers are wanted."""

    world: World
    names: Path

    @property
    def town(self) -> Town:
        """The town, its configuration read anew."""
        return Town.open(self.world.town.root)

    def convoy(self, *slugs: str) -> str:
        """A convoy of the demo's beads of these slugs."""
        wanted = [bead for bead, slug in self.world.slugs.items() if slug in slugs]
        return create_convoy(self.town.ledger, self.town.config, "test", wanted).id


@contextmanager
def rehearsed(folder: Path) -> Generator[tuple[str, Path]]:
    """A rehearsal server with the demo's answers: its address, and its file of names."""
    names = folder / "names.json"
    names.write_text("{}", encoding="utf-8")
    script = Script.load(INPUT / "answers")
    with RehearsalServer(script, pace=UNPACED, names=names) as server:
        yield server.url, names


@contextmanager
def grounds(folder: Path) -> Generator[Grounds]:
    """Found a demo town, bring it up, and end every process of it afterwards."""
    from deployments.down import down
    from deployments.up import up

    with rehearsed(folder) as (url, names):
        town = found(folder, "rehearsal", {"endpoint": url, "vision": True})
        world = furnish(town, folder)
        names.write_text(json.dumps(dict(world.slugs)), encoding="utf-8")
        try:
            use_engine(town)
            use_engine(town, up(world.town, silent).url)
            yield Grounds(world, names)
        finally:
            down(town.layout, silent)


def steps(town: Town, convoy: str, status: str) -> list[str]:
    """Keys of a convoy's steps of that status."""
    from gastown.convoys.molecule import find_molecule

    molecule = find_molecule(town.ledger, convoy)
    children = town.ledger.children(molecule.id) if molecule else []
    return [str(child.metadata["key"]) for child in children if child.status == status]


def wait_for(look: Callable[[], bool], seconds: float = 120) -> None:
    """Until `look` is true. Raises TimeoutError."""
    until(look, seconds)


def claims(town: Town, convoy: str, after: int = 0) -> Sequence[str]:
    """Keys of steps in the order in which they were claimed since event `after`."""
    from gastown.convoys.molecule import find_molecule

    molecule = find_molecule(town.ledger, convoy)
    assert molecule is not None
    keys = {bead: key for key, bead in molecule.beads.items()}
    events = town.ledger.events(after=after)
    return [keys[one.bead] for one in events if one.kind == "claimed" and one.bead in keys]
