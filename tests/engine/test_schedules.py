"""Schedules on a real server: off at first, on with a source, and a person's word stays."""

import asyncio
from datetime import timedelta

import pytest

from deployments.definitions import load_definitions
from deployments.register import load_flow, register
from deployments.schedules import listed, switch
from gastown.errors import ConfigError, NotFoundError
from gastown.town.town import Town

pytestmark = [pytest.mark.engine, pytest.mark.slow]
FEED = '[sources.forum]\nkind = "feed"\nurl = "https://forum.example/feed.xml"\n'


@pytest.fixture(autouse=True)
def unknown():
    """The session's server knows no deployment yet; other tests' towns may have left some."""

    async def forget() -> None:
        from prefect.client.orchestration import get_client

        async with get_client() as client:
            for one in await client.read_deployments():
                await client.delete_deployment(one.id)

    asyncio.run(forget())


def definitions():
    """Those of the roles that run by themselves, and one that does not."""
    whole = load_definitions()
    names = ("oracle", "bug_scout", "crew")
    wanted = [one for one in whole.deployments if one.entrypoint.endswith(names)]
    return whole.model_copy(update={"deployments": tuple(wanted)})


def town_in(folder, name: str, more: str = "") -> Town:
    folder.mkdir(exist_ok=True)
    (folder / "town.toml").write_text(f'[town]\nname = "{name}"\n{more}')
    (folder / ".beads").mkdir(exist_ok=True)
    return Town.open(folder)


def up(town: Town) -> None:
    asyncio.run(register(town, definitions()))


def shown(flow: str) -> list[tuple[str, str, str, bool]]:
    rows = asyncio.run(listed(definitions(), [flow]))
    return [(one.slug, one.when, one.timezone, one.active) for one in rows]


async def by_hand(flow: str) -> None:
    """What a person may do in the UI: another time, and a schedule of their own."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule

    async with get_client() as client:
        found = await client.read_deployment_by_name(f"{flow}/{flow}")
        nine = CronSchedule(cron="0 9 * * *", timezone="Europe/Berlin")
        for one in found.schedules:
            await client.update_deployment_schedule(found.id, one.id, schedule=nine)
        daily = IntervalSchedule(interval=timedelta(days=1))
        await client.create_deployment_schedules(found.id, [(daily, True)])


def test_every_deployment_is_named_as_its_flow_is():
    for one in load_definitions().deployments:
        named = one.entrypoint.rpartition(".")[2].replace("_", "-")
        assert load_flow(one.entrypoint).name == named


def test_a_schedule_is_off_until_there_is_a_source_and_a_person_has_the_last_word(tmp_path):
    """One story: a town without sources, with one, and with what people changed."""
    up(town_in(tmp_path / "oak", "oak"))
    (slug, cron, zone, active) = shown("oracle")[0]
    assert (slug, active) == ("four-hourly", False)

    town = town_in(tmp_path / "oak", "oak", FEED)
    up(town)
    assert shown("oracle") == [(slug, cron, zone, True)]
    assert shown("bug-scout")[0][3] is False

    asyncio.run(by_hand("oracle"))
    mine = [("", "86400.0", "UTC", True), (slug, "0 9 * * *", "Europe/Berlin", True)]
    assert shown("oracle") == mine
    up(town)
    up(town_in(tmp_path / "oak", "oak"))
    assert shown("oracle") == mine

    asyncio.run(switch(definitions(), "oracle", on=False))
    up(town)
    assert [active for *_, active in shown("oracle")] == [False, False]

    asyncio.run(switch(definitions(), "oracle", on=True, cron="30 5 * * 1", timezone="Asia/Tokyo"))
    up(town)
    assert shown("oracle")[1] == (slug, "30 5 * * 1", "Asia/Tokyo", True)
    for change in ({"cron": "61 * * * *"}, {"timezone": "Mars/Base"}):
        with pytest.raises(ConfigError, match="Europe/Berlin"):
            asyncio.run(switch(definitions(), "oracle", on=True, **change))
    assert shown("oracle")[1] == (slug, "30 5 * * 1", "Asia/Tokyo", True)


def test_what_has_no_schedule_is_named():
    with pytest.raises(NotFoundError, match="those that have: bug-scout, oracle"):
        asyncio.run(switch(definitions(), "crew", on=True))
