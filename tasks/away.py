"""away: a stage whose part that takes a model is done on another machine.

The town prepares the ground and sends it, and takes the work over as if it had been done here: the
same code judges it. Another machine's word is taken for what was used, never for what is right.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from gastown.agents.roles import directives
from gastown.beads.bead import Bead
from gastown.burst.parcel import (
    Parcel,
    clean,
    prefix_of,
    start_branch,
    travelling,
)
from gastown.burst.report import BurstReport
from gastown.burst.stays import remote_of, stays
from gastown.convoys.convoy import members, show_convoy
from gastown.errors import (
    BudgetError,
    CapacityError,
    ConfigError,
    GitError,
    StageFailedError,
    UnreachableError,
)
from gastown.rigs.git import Repo
from gastown.rigs.remote import clear, receive, send
from gastown.signs import during
from gastown.stage import StageRequest, StageResult
from gastown.town.tables.models import ModelTable
from gastown.town.town import Town
from tasks.baggage import packed, unpacked
from tasks.camp import tracked_here
from tasks.desk import Desk
from tasks.step import Stage
from tasks.trips.fare import paid
from tasks.trips.table import TRIPS
from tasks.trips.trip import Departure, Trip

Send = Callable[[StageRequest, Parcel, str], BurstReport]
"""Has a stage done elsewhere: request, parcel, and the attempt's identity. Raises CapacityError."""


def away(stage: Stage, carry: Send) -> Stage:
    """`stage`, done elsewhere; a role or rig that cannot travel is worked on here.

    The stage raises CapacityError when there is no room elsewhere: the step may run here instead.
    """

    def travel(desk: Desk) -> StageResult:
        request = desk.request
        why = stays(desk.town.config, request.role, request.rig, request.model)
        if why:
            return _noted(stage(desk), {"stayed": why})
        return _trip(desk, stage, TRIPS[request.role], carry)

    return travel


def _trip(desk: Desk, stage: Stage, trip: Trip, carry: Send) -> StageResult:
    left = trip.leave(desk)
    if left is None:  # an earlier attempt came as far as that
        return _noted(stage(desk), {"stayed": "nothing is left that takes a model"})
    url = remote_of(desk.town.config, desk.rig)
    request = travelling(desk.request, desk.town.config.town.name)
    request = request.model_copy(update={"reasons": (*request.reasons, *left.reasons)})
    parcel = pack(desk, left, url)
    attempt = attempt_of(desk, left)

    def order(parcel: Parcel) -> BurstReport:
        _sent(left, url, request, parcel)
        with during("waiting", "its run elsewhere"):
            return carry(request, parcel, attempt)

    try:
        report = paid(desk, attempt, parcel, order)
    except BudgetError:  # nothing was sent
        raise
    except CapacityError:  # it will not be begun any more
        _tidy(desk, url)
        raise
    _bill(desk, report)
    unpacked(desk, report)
    try:
        _raise_for(report)
        if report.commit:
            _fetch(left, url, request.step, report)
        result = trip.arrive(desk, left, report)
    finally:
        _tidy(desk, url)
    return _noted(result, {"worker": report.worker, "run": report.run})


def attempt_of(desk: Desk, left: Departure) -> str:
    """What makes two attempts the same work, so that what one has paid serves the other.

    The step, its round, where it starts, and how often it failed by then. Not the claim's token: a
    new run claims anew, but must find what a run that died had ordered. A step that failed is
    ordered anew, for its retry was asked for.
    """
    failures = desk.town.ledger.show(desk.request.step).metadata.get("failures", ())
    start = left.refs.get("work", left.refs["main"])
    return f"{desk.request.step}/{desk.request.round}.{len(failures)}/{start[:12]}"


def pack(desk: Desk, left: Departure, url: str) -> Parcel:
    """What travels. Raises ConfigError for a rig or bead that cannot be put into a parcel."""
    table = desk.table.model_copy(
        update={"origin": url, "gauge": desk.table.gauge.model_copy(update={"engine": ""})}
    )
    card = desk.card(desk.request.role)
    desk.cards[card.role] = card.facts
    try:
        return Parcel(
            town=desk.town.config.town.name,
            rig=desk.rig,
            table=table,
            refs=left.refs,
            beads=tuple(map(clean, _beads(desk))),
            model=_row(desk),
            limits=desk.town.config.limits,
            card="" if card.ours else Path(card.origin).read_text(encoding="utf-8"),
            directives=directives(desk.request.role, desk.town.directives(desk.rig)),
            baggage=packed(desk),
        )
    except ValidationError as error:
        lines = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise ConfigError(f"{desk.request.key} cannot travel: {'; '.join(lines)}") from None


def _row(desk: Desk) -> ModelTable | None:
    """The model's row, as the catalogue completes it; a shadow stays here."""
    name = desk.request.model
    return desk.town.config.model(name).model_copy(update={"shadow": ""}) if name else None


def _beads(desk: Desk) -> list[Bead]:
    """The convoy, its beads of this rig, and whatever those need."""
    ledger, config = desk.town.ledger, desk.town.config
    convoy = show_convoy(ledger, desk.request.convoy)
    mine = [bead for bead in members(ledger, convoy) if config.rig_of(bead.id) == desk.rig]
    found = {bead.id: bead for bead in mine}
    open_ends = [need for bead in mine for need in bead.needs]
    while open_ends:
        need = open_ends.pop()
        if need not in found:
            found[need] = ledger.show(need)
            open_ends += found[need].needs
    return [tracked_here(convoy, frozenset(bead.id for bead in mine)), *found.values()]


def _sent(left: Departure, url: str, request: StageRequest, parcel: Parcel) -> None:
    branches = {start_branch(request, spot): commit for spot, commit in parcel.refs.items()}
    try:
        send(left.repo, url, branches)
    except GitError as error:
        raise CapacityError(f"{url} takes no branch to start from: {error}", kind="road") from None


def _fetch(left: Departure, url: str, step: str, report: BurstReport) -> None:
    """Only from where work of this step may lie: the report comes from another machine."""
    if not report.branch.startswith(f"{prefix_of(step)}/"):
        raise StageFailedError(f"{report.branch!r} is no branch of {step}")
    try:
        receive(left.repo, url, report.branch, report.commit)
    except GitError as error:
        raise CapacityError(f"the work did not come back: {error}", kind="road") from None


def _tidy(desk: Desk, url: str) -> None:
    """Nothing stays at the remote. What cannot be removed now goes when the convoy lands.

    From the clone itself: the worktree that waited for the work may be gone, its bead merged.
    """
    with suppress(GitError):
        clear(Repo(desk.layout.canonical), url, f"{prefix_of(desk.request.step)}/*")


def tidy_away(town: Town, molecule: str, rig: str) -> None:
    """Remove what steps of a molecule left at a rig's remote whose run died before they were sent.

    Raises UnreachableError when the remote is away; what it refuses to remove stays.
    """
    if not town.config.burst.enabled:
        return
    pattern = f"{prefix_of(f'{molecule}.')}*"
    try:
        clear(Repo(town.layout.rig(rig).canonical), remote_of(town.config, rig), pattern)
    except UnreachableError:
        raise
    except GitError:
        return


def _bill(desk: Desk, report: BurstReport) -> None:
    desk.spent += report.result.usage
    desk.sessions += report.sessions
    desk.keep("burst.json", report.model_dump(mode="json"))


def _raise_for(report: BurstReport) -> None:
    where = f"on {report.worker}" if report.worker else "elsewhere"
    if report.ending == "busy":
        raise CapacityError(f"{where}: {report.result.summary}", kind=report.lacks or "provider")
    if report.ending == "failed":
        raise StageFailedError(f"{where}: {report.result.summary}")


def _noted(result: StageResult, facts: dict[str, str]) -> StageResult:
    return result.model_copy(update={"evidence": {**result.evidence, **facts}})
