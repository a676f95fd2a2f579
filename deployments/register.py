"""What the server must know of a town: its work pool, deployments, block and crash rule."""

from collections.abc import Iterable
from importlib import import_module
from typing import cast

from prefect import Flow
from prefect.automations import AutomationCore, ChangeFlowRunState, EventTrigger, Posture
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import (
    ConcurrencyLimitStrategy,
    ConcurrencyOptions,
    StateType,
)
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectAlreadyExists
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

from blocks.apprise_notification import AppriseNotification
from blocks.town import TownBlock
from deployments.definitions import Definitions, Deployment, PoolRef
from deployments.forms import with_choices
from deployments.registered import CRASH_RULE
from deployments.schedules import Settling
from gastown.errors import ConfigError
from gastown.town.engine import CLOUD, POOL, block_name
from gastown.town.town import Town

_ONE_START = {"command": "python -m prefect.engine", "stream_output": False}
"""As in prefect.yaml: one interpreter start per run, and no pipe that can kill it."""


async def register(town: Town, definitions: Definitions) -> dict[str, str]:
    """Write all of it; twice is once. Returns each deployment's id by `flow/name`."""
    name = block_name(town.config.town.name)
    async with get_client() as client:
        await _make_pool(client, POOL)
        wanted = await _with_burst(client, town, definitions.deployments)
        settling = Settling(town.config, town.layout.schedules)
        deployed: dict[str, str] = {}
        for one in wanted:
            deployed |= await _deploy(client, one, town, settling)
            settling.save()
        await _make_crash_rule(client)
        await AppriseNotification.aregister_type_and_schema(
            client=client
        )  # so that the UI offers it
    await TownBlock(root=str(town.root)).asave(name, overwrite=True)
    return deployed


async def _with_burst(
    client: PrefectClient, town: Town, deployments: Iterable[Deployment]
) -> list[Deployment]:
    """The deployments whose work pool the town uses, each with the name that the pool has here.

    A pool that somebody made already, of whatever type, stays as it is.
    """
    table, kept = town.config.burst, list(deployments)
    if not table.enabled:
        return [one for one in kept if one.work_pool.name != CLOUD]
    await _make_pool(client, table.pool)
    return [
        one.model_copy(update={"work_pool": PoolRef(name=table.pool)})
        if one.work_pool.name == CLOUD
        else one
        for one in kept
    ]


async def _make_pool(client: PrefectClient, name: str) -> None:
    template = ProcessWorker.get_default_base_job_template()
    for variable, value in _ONE_START.items():
        template["variables"]["properties"][variable]["default"] = value
    pool = WorkPoolCreate(name=name, type="process", base_job_template=template)
    try:
        await client.create_work_pool(pool)
    except ObjectAlreadyExists:
        return


async def _deploy(
    client: PrefectClient, one: Deployment, town: Town, settling: Settling
) -> dict[str, str]:
    flow = load_flow(one.entrypoint)
    schema, limit = parameter_schema(flow), one.concurrency_limit
    home = {"town": block_name(town.config.town.name)} if "town" in schema.properties else {}
    ident = await client.create_deployment(
        flow_id=await client.create_flow(flow),
        name=one.name,
        entrypoint=one.entrypoint,
        description=one.description or flow.description,
        tags=one.tags,
        parameters=home | one.parameters,
        parameter_openapi_schema=with_choices(town, flow.name, schema.model_dump_for_openapi()),
        enforce_parameter_schema=True,
        work_pool_name=one.work_pool.name,
        job_variables=one.work_pool.job_variables,
        pull_steps=[],
        schedules=await settling.of(client, flow.name, one),
        concurrency_limit=limit.limit if limit else None,
        concurrency_options=_options(limit.collision_strategy) if limit else None,
    )
    return {f"{flow.name}/{one.name}": str(ident)}


def load_flow(entrypoint: str) -> Flow[..., object]:
    """The flow at a module path. Raises ConfigError when there is none."""
    module, _, name = entrypoint.rpartition(".")
    try:
        found = getattr(import_module(module), name)
    except (ModuleNotFoundError, AttributeError) as error:
        raise ConfigError(f"prefect.yaml: entrypoint {entrypoint}: {error}") from None
    if not isinstance(found, Flow):
        raise ConfigError(f"prefect.yaml: entrypoint {entrypoint} is no flow")
    return cast("Flow[..., object]", found)


def _options(strategy: str) -> ConcurrencyOptions:
    return ConcurrencyOptions(collision_strategy=ConcurrencyLimitStrategy(strategy))


async def _make_crash_rule(client: PrefectClient) -> None:
    """A run whose process was killed starts again; the flow itself says when it was too often."""
    if await client.read_automations_by_name(CRASH_RULE):
        return
    trigger = EventTrigger(
        expect={"prefect.flow-run.Crashed"},
        match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
        match_related=ResourceSpecification(
            {"prefect.resource.role": "tag", "prefect.resource.id": "prefect.tag.convoy"}
        ),
        posture=Posture.Reactive,
        threshold=1,
    )
    again = ChangeFlowRunState(
        state=StateType.SCHEDULED, name="AwaitingRetry", message="its process died", force=True
    )
    await client.create_automation(
        AutomationCore(name=CRASH_RULE, trigger=trigger, actions=[again])
    )
