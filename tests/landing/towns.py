"""A real town for tests: rigs with origins, a rehearsal over the wire, a server and a worker."""

import json
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from deployments.down import down
from deployments.up import Up, up
from gastown.beads.bead import CLOSED
from gastown.cli.demo.world import INPUT, World, found, furnish
from gastown.convoys.convoy import create_convoy
from gastown.convoys.molecule import find_molecule
from gastown.rehearsal.faults import parse_faults
from gastown.rehearsal.pace import UNPACED, Pace
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rigs.git import Repo
from gastown.town.processes import living, marked, read_record
from gastown.town.town import Town


def silent(_: str) -> None:
    """Progress that nobody reads."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """The demo's town, which is up; its model answers are rehearsed in this process."""

    world: World
    url: str

    @property
    def town(self) -> Town:
        """The town, its configuration read anew."""
        return Town.open(self.world.town.root)

    def convoy(self, *slugs: str) -> str:
        """A convoy of some of the demo's beads."""
        self.split_up()
        wanted = [bead for bead, slug in self.world.slugs.items() if slug in slugs]
        return create_convoy(self.town.ledger, self.town.config, "test", wanted).id

    def split_up(self) -> None:
        """Give up the demo's own convoy, so that its beads may travel otherwise."""
        if self.town.ledger.show(self.world.convoy).status != CLOSED:
            self.town.ledger.close(self.world.convoy, "split up")

    def bead(self, slug: str) -> str:
        """The bead of a slug."""
        return next(bead for bead, known in self.world.slugs.items() if known == slug)

    def main(self, rig: str) -> Repo:
        """A rig's canonical clone, fetched."""
        repo = Repo(self.town.layout.rig(rig).canonical)
        repo.fetch()
        return repo

    def up(self, tell: Callable[[str], None] = silent) -> Up:
        """`town up`."""
        return up(self.town, tell)

    def runs(self) -> list[psutil.Process]:
        """The processes of flow runs."""
        found = marked(self.town.layout).items()
        return [process for process, env in found if "PREFECT__FLOW_RUN_ID" in env]

    def kill_runs(self) -> int:
        """Kill -9 every flow run's process; how many there were."""
        return _kill(self.runs())

    def kill_worker_and_runs(self) -> None:
        """Kill -9 the worker first, so that it cannot report the runs' death, then the runs."""
        worker = living(read_record(self.town.layout.worker_record))
        assert worker is not None
        _kill([worker])
        self.kill_runs()


def _kill(victims: list[psutil.Process]) -> int:
    for victim in victims:
        with suppress(psutil.NoSuchProcess):  # a child that was just done
            victim.send_signal(signal.SIGKILL)
    psutil.wait_procs(victims, timeout=5)
    return len(victims)


@contextmanager
def rehearsed(
    folder: Path, pace: Pace = UNPACED, faults: str = "", script: Script | None = None
) -> Generator[tuple[str, Path]]:
    """A rehearsal server, with the demo's answers if not others: its address, its file of names."""
    names = folder / "names.json"
    names.write_text("{}", encoding="utf-8")
    script = script or Script.load(INPUT / "answers")
    with RehearsalServer(script, pace=pace, faults=parse_faults(faults), names=names) as server:
        yield server.url, names


@contextmanager
def grounds(folder: Path, pace: Pace = UNPACED, script: Script | None = None) -> Generator[Grounds]:
    """Found a demo town, bring it up, and end every process of it afterwards."""
    with rehearsed(folder, pace, script=script) as (url, names):
        town = found(folder, "rehearsal", {"endpoint": url, "vision": True})
        world = furnish(town, folder)
        names.write_text(json.dumps(dict(world.slugs)), encoding="utf-8")
        try:
            yield Grounds(world, up(world.town, silent).url)
        finally:
            down(town.layout, silent)


def steps(town: Town, convoy: str, status: str) -> set[str]:
    """Keys of a convoy's steps of that status."""
    molecule = find_molecule(town.ledger, convoy)
    children = town.ledger.children(molecule.id) if molecule else []
    return {str(child.metadata["key"]) for child in children if child.status == status}


def claims(town: Town, convoy: str, after: int = 0) -> list[str]:
    """Keys of steps in the order in which they were claimed since event `after`."""
    molecule = find_molecule(town.ledger, convoy)
    assert molecule is not None
    keys = {bead: key for key, bead in molecule.beads.items()}
    events = town.ledger.events(after=after)
    return [keys[one.bead] for one in events if one.kind == "claimed" and one.bead in keys]
