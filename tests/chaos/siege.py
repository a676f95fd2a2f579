"""A siege: one town, several convoys, blows as planned, an operator who does what the README says.

The operator calls `town up` when the town's server or worker is gone, and launches a convoy again
whose run has failed: no more than that. What is still missing when the time is up, or was done
twice, or is left over, the checker says.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from prefect.exceptions import PrefectException

from deployments.down import down
from deployments.up import up
from flows.launch import launch
from gastown.errors import GasTownError
from gastown.runner.folder import RunnerFolder
from gastown.runner.record import all_served
from gastown.town.layout import TownLayout
from tests.chaos.afar import worker_afar
from tests.chaos.blows import Arms
from tests.chaos.check_ledger import rows
from tests.chaos.checker import check
from tests.chaos.outcome import Outcome
from tests.chaos.plan import Blow
from tests.chaos.stalled import standing
from tests.chaos.verdict import Fault
from tests.chaos.victims import victims
from tests.chaos.world import FORMULA, Model, Site

Tell = Callable[[str], None]

STALL_S = 300.0  # so long without a step closed, on a machine however busy, is for ever
_LOOK_S = 0.1
_OPERATOR_S = 10.0  # how often a person looks whether a run has failed
_QUIET_S = 120.0  # a run that has landed tidies up and ends, one that died over it does so again


@dataclass(slots=True)
class Siege:
    """One town under siege; `run` brings it up, through, and down again."""

    site: Site
    model: Model
    arms: Arms
    blows: Sequence[Blow]
    tell: Tell
    stall_s: float = STALL_S
    outcome: Outcome = field(default_factory=Outcome)
    _ports: set[int] = field(default_factory=set[int])
    _begin: float = field(default_factory=time.monotonic)
    _looked: float = 0.0
    _seen: tuple[int, float] = (-1, 0.0)

    def run(self) -> Outcome:
        """Carry it out; whatever happens, the town is down afterwards and has been judged."""
        try:
            with self._standing():
                self._through()
        except Exception as error:  # noqa: BLE001 - the next town has its turn; this one is kept
            said = f"{type(error).__name__}: {error}"
            self.outcome.faults.append(Fault("no-surprise", "lost", said))
        finally:
            self.outcome.landed = len(self._landed())
            self._count()
            down(self.site.town.layout, lambda _: None)
        self.outcome.seconds = time.monotonic() - self._begin
        ports = tuple(sorted(self._ports))
        self.outcome.faults += check(self.site.case(self.model.bills(), ports, self.model.unheard))
        return self.outcome

    @contextmanager
    def _standing(self) -> Generator[None]:
        """The town is up, and its worker elsewhere too if it bursts."""
        self._up()
        with ExitStack() as stack:
            if self.arms.place == "cloud":
                url = f"http://127.0.0.1:{max(self._ports)}/api"
                folder = self.site.root.parent / "afar"
                self.arms.afar = stack.enter_context(worker_afar(url, folder))
            yield

    def _through(self) -> None:
        for convoy in self.site.convoys:
            self._launch(convoy)
        for blow in self._falling():
            self._fall(blow)
        self._wait(self._over)
        self._come_to_rest()

    def _falling(self) -> Iterator[Blow]:
        """Each blow at its moment; what nobody lives to see is left out."""
        for blow in self.blows:
            if not self._wait(lambda blow=blow: self._closed() >= blow.after):
                return
            time.sleep(blow.delay_s)
            yield blow

    def _fall(self, blow: Blow) -> None:
        hit = self.arms.strike(blow, self._over)
        self.outcome.hits.append((blow, hit))
        self.tell(f"  {blow}: {hit} hit")
        self._tend()

    def _tend(self) -> None:
        """What a person sees at a glance: whether the town is up."""
        if not (victims(self.site.root, "server") and victims(self.site.root, "worker")):
            self._up()

    def _up(self) -> None:
        """`town up`, again and again as a person would who is told why it did not work."""
        for _ in range(5):
            self.outcome.ups += 1
            try:
                url = up(self.site.town, lambda _: None).url
            except (GasTownError, PrefectException, httpx.HTTPError, OSError) as error:
                self.tell(f"  town up: {type(error).__name__}: {str(error)[:200]}")
                time.sleep(1)
                continue
            self._ports.add(urlsplit(url).port or 0)
            return

    def _launch(self, convoy: str) -> bool:
        """`town convoy launch`: starts a run where none is at it; False when it does not work."""
        if convoy in self._landed():  # since somebody looked last
            return True
        try:
            started = launch(self.site.town, convoy, formula=FORMULA)
        except (GasTownError, PrefectException, httpx.HTTPError, OSError) as error:
            self.tell(f"  launch {convoy}: {type(error).__name__}: {str(error)[:200]}")
            return False
        if not started.again and self._closed_at_all(convoy):
            self.outcome.again.append(convoy)
            self.tell(f"  launched {convoy} again by hand")
        return True

    def _wait(self, done: Callable[[], bool]) -> bool:
        """Let the town work, and look at its runs now and then; False when nothing goes on."""
        while not done():
            if self._stalls():
                self.tell(f"  no step was closed for {self.stall_s:.0f} s")
                for said in standing(self.site.root):
                    self.tell(f"  {said}")
                return False
            if time.monotonic() - self._looked > _OPERATOR_S:
                self._tend()
                if not all(self._launch(one) for one in set(self.site.convoys) - self._landed()):
                    self._up()
                self._looked = time.monotonic()
            time.sleep(_LOOK_S)
        return True

    def _stalls(self) -> bool:
        closed, now = self._closed() + len(self._landed()), time.monotonic()
        if closed != self._seen[0]:
            self._seen = (closed, now)
        return now - self._seen[1] > self.stall_s

    def _come_to_rest(self) -> None:
        """Runs that have landed end by themselves; one that does not is a leak."""
        end = time.monotonic() + _QUIET_S
        while (self._unended() or victims(self.site.root, "run")) and time.monotonic() < end:
            time.sleep(_OPERATOR_S / 10)
        left = victims(self.site.root, "run")
        said = [f"{one.pid} still runs though all has landed" for one in left]
        self.outcome.faults += [Fault("runs-end", "leaked", one) for one in said]

    def _count(self) -> None:
        """Where the stages were carried out: one that travelled says by which worker."""
        query = """SELECT json_extract(body, '$.metadata.evidence.evidence.worker') FROM beads
        WHERE status = 'closed' AND id LIKE 'hq-mol-%.%'"""
        workers = [worker for (worker,) in self._ask(query)]
        self.outcome.stages, self.outcome.elsewhere = len(workers), sum(map(bool, workers))
        served = all_served(RunnerFolder(self.site.town.layout))
        self._ports |= {one.port for one in served if one.port}

    def _over(self) -> bool:
        return len(self._landed()) == len(self.site.convoys)

    def _landed(self) -> set[str]:
        query = "SELECT id FROM beads WHERE issue_type = 'convoy' AND status = 'closed'"
        return {str(one) for (one,) in self._ask(query)}

    def _closed(self) -> int:
        query = "SELECT COUNT(*) FROM beads WHERE status = 'closed' AND id LIKE 'hq-mol-%.%'"
        return int(next(iter(self._ask(query)), (0,))[0])

    def _unended(self) -> int:
        """Convoys' runs that Prefect holds to be at work, though their process may have died."""
        query = """SELECT COUNT(*) FROM flow_run WHERE name LIKE 'kill %'
        AND state_type NOT IN ('COMPLETED', 'FAILED', 'CANCELLED')"""
        with suppress(sqlite3.Error):
            return int(rows(TownLayout(self.site.root).prefect_home / "prefect.db", query)[0][0])
        return 0

    def _closed_at_all(self, convoy: str) -> bool:
        """Whether a convoy had been begun before."""
        bodies = self._ask("SELECT body FROM beads WHERE issue_type = 'molecule'")
        return any(json.loads(body)["metadata"].get("convoy") == convoy for (body,) in bodies)

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        with suppress(sqlite3.Error):  # a disk that is full, a file that is just made anew
            return rows(Path(self.site.root, ".beads", "beads.db"), query)
        return []
