"""schedules: when deployments run by themselves: settled at `town up`, and changed by a person.

The server forgets the schedules of a deployment that is written anew, so whoever writes one says
them all again; those that a person made or changed are said as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import DeploymentSchedule, StateType
from prefect.client.schemas.schedules import CronSchedule
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound
from pydantic import ValidationError

from deployments.definitions import Definitions, Deployment, Schedule
from gastown.errors import ConfigError, NotFoundError
from gastown.town.config import TownConfig
from gastown.town.schedules import Standing, load_ours, ready_to_run, save_ours, settled


@dataclass(slots=True)
class Settling:
    """Settles the schedules of all deployments of a town at one `town up`."""

    config: TownConfig
    file: Path
    ours: dict[str, Standing] = field(init=False)

    def __post_init__(self) -> None:
        self.ours = load_ours(self.file)

    async def of(
        self, client: PrefectClient, flow: str, one: Deployment
    ) -> list[DeploymentScheduleCreate]:
        """Every schedule that the deployment is to have: prefect.yaml's, and people's own."""
        known = await standing(client, f"{flow}/{one.name}")
        slugs = {schedule.slug for schedule in one.schedules}
        kept = [_again(schedule) for schedule in known if schedule.slug not in slugs]
        return kept + [
            made
            for schedule in one.schedules
            if (made := self._settled(flow, one.name, schedule, known)) is not None
        ]

    def save(self) -> None:
        """Remember what was set."""
        save_ours(self.file, self.ours)

    def _settled(
        self, flow: str, name: str, schedule: Schedule, known: Sequence[DeploymentSchedule]
    ) -> DeploymentScheduleCreate | None:
        key = f"{flow}/{name}/{schedule.slug}"
        there = next((one for one in known if one.slug == schedule.slug), None)
        found = settled(
            Standing(cron=schedule.cron, timezone=schedule.timezone, active=schedule.active),
            ready=ready_to_run(self.config, flow),
            known=_standing(there) if there else None,
            ours=self.ours.get(key),
        )
        if there is not None and (_standing(there) is None or found.standing == _standing(there)):
            return _again(there)  # an interval, say, or as it is: with whatever else it has
        if found.standing is None:
            return None
        self.ours[key] = found.standing
        return _made(found.standing, schedule.slug)


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A deployment that has a schedule, or could. Several schedules are several of these."""

    flow: str
    name: str
    slug: str
    when: str
    timezone: str
    active: bool
    paused: bool
    next: datetime | None


async def listed(definitions: Definitions, flows: Sequence[str] = ()) -> list[Scheduled]:
    """Schedules of the town's deployments that have one in prefect.yaml or on the server."""
    async with get_client() as client:
        return [
            row
            for flow, one in _deployments(definitions, flows)
            for row in await _rows(client, flow, one)
        ]


async def switch(
    definitions: Definitions, flow: str, *, on: bool, cron: str = "", timezone: str = ""
) -> list[Scheduled]:
    """Turn a flow's schedule on, at another time if one is given, or all its schedules off.

    Raises:
        NotFoundError: No deployment of that flow has a schedule.
        ConfigError: The cron line or the time zone makes no sense; nothing was changed.
        GasTownError: The server does not know the deployment.
    """
    chosen = [(name, one) for name, one in _deployments(definitions, [flow]) if one.schedules]
    if not chosen:
        known = sorted({name for name, one in _deployments(definitions) if one.schedules})
        raise NotFoundError(f"{flow!r} has no schedule; those that have: {', '.join(known)}")
    async with get_client() as client:
        for name, one in chosen:
            if on:
                await _turn_on(client, name, one, cron, timezone)
            else:
                await _turn_off(client, name, one)
    return await listed(definitions, [flow])


async def _turn_on(
    client: PrefectClient, flow: str, one: Deployment, cron: str, timezone: str
) -> None:
    known, ident = await standing(client, f"{flow}/{one.name}"), await _id(client, flow, one)
    for schedule in one.schedules:
        there = next((found for found in known if found.slug == schedule.slug), None)
        now = _standing(there) if there else None
        wanted = Standing(
            cron=cron or (now.cron if now else schedule.cron),
            timezone=timezone or (now.timezone if now else schedule.timezone),
            active=True,
        )
        made = _made(wanted, schedule.slug)
        if there is None:
            await client.create_deployment_schedules(ident, [made])
        elif now is None and not cron:  # a person made it an interval: only switch it on
            await client.update_deployment_schedule(ident, there.id, active=True)
        else:
            await client.update_deployment_schedule(
                ident, there.id, active=True, schedule=made.schedule
            )


async def _turn_off(client: PrefectClient, flow: str, one: Deployment) -> None:
    ident = await _id(client, flow, one)
    for schedule in await standing(client, f"{flow}/{one.name}"):
        await client.update_deployment_schedule(ident, schedule.id, active=False)


async def standing(client: PrefectClient, name: str) -> list[DeploymentSchedule]:
    """The schedules of a deployment as they are; none for one that is not there."""
    try:
        found = await client.read_deployment_by_name(name)
    except ObjectNotFound:
        return []
    return sorted(found.schedules, key=lambda one: (one.slug or "", str(one.id)))


async def _id(client: PrefectClient, flow: str, one: Deployment) -> UUID:
    try:
        return (await client.read_deployment_by_name(f"{flow}/{one.name}")).id
    except ObjectNotFound:
        raise NotFoundError(
            f"the server does not know {flow}/{one.name}; restart the town: town down, town up"
        ) from None


async def _rows(client: PrefectClient, flow: str, one: Deployment) -> list[Scheduled]:
    try:
        found = await client.read_deployment_by_name(f"{flow}/{one.name}")
    except ObjectNotFound:
        return []
    coming = await _next(client, found.id)
    return [
        Scheduled(
            flow=flow,
            name=one.name,
            slug=schedule.slug or "",
            when=_when(schedule),
            timezone=getattr(schedule.schedule, "timezone", None) or "UTC",
            active=schedule.active,
            paused=found.paused,
            next=coming if schedule.active and not found.paused else None,
        )
        for schedule in sorted(found.schedules, key=lambda found: found.slug or "")
    ]


async def _next(client: PrefectClient, deployment: UUID) -> datetime | None:
    scheduled = FlowRunFilterStateType(any_=[StateType.SCHEDULED])
    runs = await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=scheduled)),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
        sort=FlowRunSort.NEXT_SCHEDULED_START_TIME_ASC,
        limit=1,
    )
    return runs[0].next_scheduled_start_time if runs else None


def _deployments(
    definitions: Definitions, flows: Sequence[str] = ()
) -> list[tuple[str, Deployment]]:
    """Deployments with the name of their flow, which is that of its module, with dashes."""
    named = [
        (one.entrypoint.rpartition(".")[2].replace("_", "-"), one)
        for one in definitions.deployments
    ]
    return [(flow, one) for flow, one in named if not flows or flow in flows]


def _when(schedule: DeploymentSchedule) -> str:
    shown = schedule.schedule.model_dump(mode="json")
    return str(next((shown[key] for key in ("cron", "interval", "rrule") if key in shown), ""))


def _standing(schedule: DeploymentSchedule) -> Standing | None:
    """As ours are; None for an interval or a rule, which a person made."""
    found = schedule.schedule
    if not isinstance(found, CronSchedule):
        return None
    return Standing(cron=found.cron, timezone=found.timezone or "UTC", active=schedule.active)


def _again(schedule: DeploymentSchedule) -> DeploymentScheduleCreate:
    return DeploymentScheduleCreate(
        schedule=schedule.schedule,
        active=schedule.active,
        max_scheduled_runs=schedule.max_scheduled_runs,
        parameters=schedule.parameters,
        slug=schedule.slug,
    )


def _made(wanted: Standing, slug: str) -> DeploymentScheduleCreate:
    """Raises ConfigError for a cron line or a time zone that makes no sense."""
    try:
        schedule = CronSchedule(cron=wanted.cron, timezone=wanted.timezone)
    except ValidationError as error:
        key = error.errors()[0]["loc"][0]
        said = f"{key} {getattr(wanted, str(key))!r}: {error.errors()[0]['msg']}"
        raise ConfigError(f'{said}; e.g. --cron "0 7 * * 1-5" --timezone Europe/Berlin') from None
    return DeploymentScheduleCreate(schedule=schedule, active=wanted.active, slug=slug)
