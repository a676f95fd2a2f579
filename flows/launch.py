"""launch: start a convoy where it can be watched and retried, and wait for it.

With the town's server up, a convoy starts as a run of the deployment `convoy/local`, so that the UI
has a *Retry* for it. Without one, `run` calls the flow in this process.
"""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

from blocks.engine import connected
from flows.convoy import convoy as convoy_flow
from flows.keeping import resume_ready, waited_for
from gastown.beads.bead import Bead
from gastown.convoys.convoy import show_convoy
from gastown.convoys.landing import Landing
from gastown.convoys.molecule import find_molecule
from gastown.convoys.run import KEY
from gastown.errors import NotFoundError, ServerAwayError, StageFailedError
from gastown.town.engine import POOL, api_url, block_name, require_api_url, ui_url
from gastown.town.town import Town
from tasks.land import landing_of
from tasks.squash import digest_of, landing_in

_AT_IT = [
    state
    for state in StateType
    if state not in (TERMINAL_STATES - {StateType.CRASHED}) | {StateType.CANCELLING}
]
_REVIVAL_S = 60.0  # the server starts a crashed run again; that took it up to 20 s
_FIRST_NAP_S = 0.2


@dataclass(frozen=True, slots=True)
class Launched:
    """A convoy's flow run; `again` when it was under way already, `waits_for` gates it may be."""

    convoy: str
    run: UUID
    name: str
    ui: str
    again: bool = False
    waits_for: tuple[str, ...] = ()
    over: bool = False


def launch(
    town: Town,
    convoy: str,
    *,
    formula: str = "convoy",
    values: Mapping[str, str] | None = None,
    key: str = "",
) -> Launched:
    """Start the deployment for a convoy, or find the run that is at it, or waits for its gates.

    One whose gates were opened meanwhile, and that nobody told of it, goes on. Under a `key` one
    run is started at most, whoever asks and however often; `over` says that it has ended.

    Raises:
        NotFoundError: No such convoy, or the server does not know the deployment.
        GasTownError: The town is down.
    """
    bead = show_convoy(town.ledger, convoy)
    url = require_api_url(town.layout, town.config)
    with connected(town.layout, url), get_client(sync_client=True) as client:
        standing = _open_run(client, bead)
        started = standing or _start(client, town, convoy, formula, values or {}, key)
        if standing is not None and standing.state and standing.state.is_paused():
            resume_ready(town)
        waits = awaited_gates(town, started.id)
    page = f"{ui_url(url)}/runs/flow-run/{started.id}"
    over = started.state is not None and not _goes_on(started.state)
    return Launched(convoy, started.id, started.name, page, standing is not None, waits, over)


def awaited_gates(town: Town, run: UUID) -> tuple[str, ...]:
    """The gates that a suspended run waits for; none of one that is at work.

    Must be called with the town's server at hand.
    """
    return tuple(gate for gate, one in waited_for(town).items() if one.run == str(run))


def wait(
    town: Town,
    run: UUID,
    *,
    on_poll: Callable[[], None] | None = None,
    on_gates: Callable[[tuple[str, ...]], None] | None = None,
    longest_nap_s: float = 2.0,
) -> State[Landing]:
    """Poll a run until it ends; a server that is away for a while is waited for.

    A run that waits for gates is waited for too: `on_gates` hears which, whenever they change.

    Events are not relied on: some are lost (docs/decisions/0005).
    """
    url = require_api_url(town.layout, town.config)
    nap, told = _FIRST_NAP_S, ()
    while True:
        state = _state(town, url, run)
        if on_poll is not None:
            on_poll()
        if on_gates is not None and state is not None and state.is_paused():
            told = _tell_gates(town, url, run, told, on_gates)
        if state is not None and not _goes_on(state):
            return state
        time.sleep(nap)
        nap = min(nap * 1.3, longest_nap_s)


def run(
    town: Town, convoy: str, *, formula: str = "convoy", values: Mapping[str, str] | None = None
) -> Landing:
    """Carry a convoy to its landing and tell what landed.

    Raises StageFailedError with what failed and what waits for it.
    """
    if api_url(town.layout, town.config) is None:
        state = convoy_flow(convoy, str(town.root), formula, dict(values or {}), return_state=True)
    else:
        started = launch(town, convoy, formula=formula, values=values)
        state = wait(town, started.run)
    molecule, digest = find_molecule(town.ledger, convoy), digest_of(town.ledger, convoy)
    if state.is_completed() and molecule is not None:
        return landing_of(town, molecule)
    if state.is_completed() and digest is not None:
        return landing_in(digest)
    raise StageFailedError(f"{convoy}: {state.name}: {state.message}")


def _tell_gates(
    town: Town,
    url: str,
    run: UUID,
    told: tuple[str, ...],
    tell: Callable[[tuple[str, ...]], None],
) -> tuple[str, ...]:
    with connected(town.layout, url), suppress(ServerAwayError):
        gates = awaited_gates(town, run)
        if gates and gates != told:
            tell(gates)
            return gates
    return told


def _start(
    client: SyncPrefectClient,
    town: Town,
    convoy: str,
    formula: str,
    values: Mapping[str, str],
    key: str,
) -> FlowRun:
    name = f"{convoy_flow.name}/{POOL}"
    try:
        deployment = client.read_deployment_by_name(name)
    except ValueError:
        raise NotFoundError(f"the server has no deployment {name}; apply it: town up") from None
    parameters = {
        "convoy": convoy,
        "town": block_name(town.config.town.name),
        "formula": formula,
        "values": dict(values),
    }
    return client.create_flow_run_from_deployment(
        deployment.id,
        parameters=parameters,
        tags=["convoy", convoy],
        idempotency_key=key or None,
    )


def _open_run(client: SyncPrefectClient, convoy: Bead) -> FlowRun | None:
    """The run that is at a convoy, also one that was started from the UI's form."""
    with suppress(KeyError, ValueError, ObjectNotFound):
        own = client.read_flow_run(UUID(convoy.metadata[KEY]))
        if own.state and _goes_on(own.state):
            return own
    found = client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=[convoy_flow.name])),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_AT_IT))
        ),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
    )
    mine = (run for run in found if run.parameters.get("convoy") == convoy.id)
    return next((run for run in mine if run.state and _goes_on(run.state)), None)


def _goes_on(state: State[Landing]) -> bool:
    """Whether a run is not over: it is under way, or it died and the server will start it again."""
    if state.is_crashed():
        age = dt.datetime.now(dt.UTC) - state.timestamp
        return age.total_seconds() < _REVIVAL_S
    return not state.is_final()


def _state(town: Town, url: str, run: UUID) -> State[Landing] | None:
    with ExitStack() as stack:
        stack.enter_context(connected(town.layout, url))
        try:
            client = stack.enter_context(get_client(sync_client=True))
            return client.read_flow_run(run).state
        except httpx.HTTPError:
            return None
