"""camp: a stage's place of work on a machine that knows nothing of the town but its parcel.

It is a town in small, in a folder of its own: one rig, whose origin is a bare repository beside it.
So a stage runs here as it is, and whatever it pushes or merges stays in the folder. One branch goes
out of it: the work.
"""

import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from gastown.beads.bead import OPEN, TRACKS, Bead
from gastown.beads.ledger import Ledger, utc_now
from gastown.beads.memory import MemoryLedger
from gastown.burst.parcel import Parcel, Spot, start_branch, work_branch
from gastown.burst.report import BurstReport
from gastown.errors import CapacityError, CapacityKind, GasTownError, GitError, OutageError
from gastown.rigs.clone import clone
from gastown.rigs.git import Repo
from gastown.rigs.remote import fetched, send
from gastown.rigs.slots import take
from gastown.rigs.traces import convoy_branch, librarian_branch
from gastown.stage import StageRequest, StageResult, Usage
from gastown.town.config import TownConfig
from gastown.town.layout import TownLayout
from gastown.town.tables.town import TownTable
from gastown.town.town import Town
from tasks.baggage import brought_back
from tasks.desk import Desk, open_desk
from tasks.trips.table import TRIPS

_FOR_LONG = timedelta(days=2)  # the camp's own claim; the town's is what counts


def carry_out(
    folder: Path, request: StageRequest, parcel: Parcel, tell: Callable[[str], None]
) -> BurstReport:
    """Do a stage in an empty folder and push its work to the rig's remote.

    Never raises for what a stage, a provider or the remote does: it is in the report.
    """
    begin = time.time()
    try:
        desk = open_camp(folder, request, parcel)
    except GitError as error:
        return _report(None, begin, error=CapacityError(str(error), kind="road"))
    except GasTownError as error:
        return _report(None, begin, error=error)
    tell(f"camp pitched at {parcel.refs.get('work', parcel.refs['main'])[:10]} of {parcel.rig}")
    try:
        result = TRIPS[request.role].camp(desk)
        commit = str(result.evidence.get("commit", "")) if result.verdict == "done" else ""
        tell(f"{result.verdict}: {result.summary}")
        if commit:
            _send(desk, request, parcel, commit)
    except GasTownError as error:
        return _report(desk, begin, error=error)
    branch = work_branch(request) if commit else ""
    return _report(desk, begin, result=result, commit=commit, branch=branch)


def open_camp(folder: Path, request: StageRequest, parcel: Parcel) -> Desk:
    """Clone the rig, and lay everything out as the stage expects it.

    Raises GitError when the remote cannot be reached or has not what the parcel says.
    """
    layout = TownLayout(folder)
    origin = _origin(layout.state / "origin", request, parcel)
    table = parcel.table.model_copy(update={"origin": str(origin.path)})
    rig = layout.rig(parcel.rig)
    canonical = clone(table.origin, rig.canonical, table.branch)
    config = TownConfig(
        town=TownTable(name=parcel.town),
        limits=parcel.limits,
        models={request.model: parcel.model} if request.model and parcel.model else {},
        rigs={parcel.rig: table},
    )
    ledger = _ledger(request, parcel)
    for told, lies in ((parcel.card, layout.cards), (parcel.directives, layout.directives)):
        if told:
            lies.mkdir(parents=True)
            (lies / f"{request.role}.md").write_text(told, encoding="utf-8")
    if "tests" in parcel.refs:
        canonical.run("branch", convoy_branch(request.convoy), parcel.refs["tests"])
    branch = (
        take(rig, request.bead, parcel.baggage.name_at(parcel.rig)).branch
        if request.bead
        else _own_branch(request)
    )
    if "work" in parcel.refs and not canonical.branch_exists(branch):
        canonical.run("branch", "--no-track", branch, parcel.refs["work"])
    token = ledger.claim(request.step, "camp", _FOR_LONG).token
    desk = open_desk(Town(layout, config, ledger), request.model_copy(update={"token": token}))
    desk.baggage = parcel.baggage
    return desk


def _own_branch(request: StageRequest) -> str:
    """The branch of a role that works on no single bead."""
    of = {"librarian": librarian_branch}
    return of.get(request.role, convoy_branch)(request.convoy)


def _origin(path: Path, request: StageRequest, parcel: Parcel) -> Repo:
    """A bare repository with main and the convoy's tests as the town had them."""
    here: dict[Spot, str] = {
        "main": parcel.table.branch,
        "tests": convoy_branch(request.convoy),
        "work": "sent",
    }
    branches = {here[spot]: start_branch(request, spot) for spot in parcel.refs}
    repo = fetched(path, parcel.remote, branches)
    for spot, commit in parcel.refs.items():
        found = repo.find(f"refs/heads/{here[spot]}")
        if found != commit:
            raise GitError(f"{parcel.remote}: {spot} is at {found}, not at {commit}")
    return repo


def _ledger(request: StageRequest, parcel: Parcel) -> Ledger:
    ledger, now = MemoryLedger(), utc_now()
    step = Bead(id=request.step, title=request.key, status=OPEN, created_at=now, updated_at=now)
    ledger.put([step, *parcel.beads, *parcel.baggage.mail])
    return ledger


def _send(desk: Desk, request: StageRequest, parcel: Parcel, commit: str) -> None:
    try:
        send(Repo(desk.layout.canonical), parcel.remote, {work_branch(request): commit})
    except GitError as error:
        raise CapacityError(str(error), kind="road") from None


def _report(
    desk: Desk | None,
    begin: float,
    *,
    result: StageResult | None = None,
    error: GasTownError | None = None,
    commit: str = "",
    branch: str = "",
) -> BurstReport:
    """What there is to say, with what was used by then."""
    said = result or StageResult(verdict="failed", summary=str(error) or type(error).__name__)
    used: dict[str, Any] = {"seconds": round(time.time() - begin, 3)}
    mail: dict[str, Any] = {}
    if desk is not None:
        mail = brought_back(desk)
        used |= {"usage": _used(desk), "model": desk.request.model if desk.sessions else None}
    return BurstReport(
        ending="busy" if isinstance(error, CapacityError) else "failed" if error else "done",
        lacks=_lacks(error),
        result=said.model_copy(update=used),
        sessions=desk.sessions if desk else 0,
        worker=socket.gethostname(),
        commit=commit,
        branch=branch,
        **mail,
    )


def _lacks(error: GasTownError | None) -> CapacityKind | None:
    """What was missing; an outage of this machine says nothing of the town's own."""
    if isinstance(error, OutageError):
        return "road" if error.kind == "unreachable" else "worker"
    return error.kind if isinstance(error, CapacityError) else None


def _used(desk: Desk) -> Usage:
    """With all the money of the camp's own record: also for what was billed and never answered."""
    if desk.meter is None:
        return desk.spent
    ledger = desk.meter.ledger
    lost = sum(one.max_micro_usd for one in ledger.open())
    return desk.spent.model_copy(
        update={"micro_usd": lost + sum(one.micro_usd for one in ledger.entries())}
    )


def tracked_here(convoy: Bead, beads: frozenset[str]) -> Bead:
    """The convoy's bead, tracking only those that travel with it."""
    kept = (d for d in convoy.dependencies if d.type != TRACKS or d.depends_on_id in beads)
    return convoy.model_copy(update={"dependencies": tuple(kept)})
