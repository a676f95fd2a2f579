"""crew and mayor as flows: what was said is an artifact, and nothing else is made."""

import pytest
from prefect.client.orchestration import get_client

from flows.roles.crew import crew
from flows.roles.mayor import mayor
from gastown.errors import ConfigError
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.server import RehearsalServer
from tests.tasks.test_mayor import IDEA, QUESTION, REMARK, SCRIPT, grown

# so that pytest finds the fixture here too
from tests.tasks.test_mayor import acorn as acorn  # noqa: PLC0414

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture
def town(tmp_path, acorn):
    with RehearsalServer(SCRIPT, pace=UNPACED) as server:
        yield grown(acorn, tmp_path, server.url)


def shown() -> dict[str | None, str]:
    """The newest artifact of each key."""
    with get_client(sync_client=True) as client:
        found = sorted(client.read_artifacts(), key=lambda one: str(one.created))
    return {one.key: str(one.data) for one in found}


def test_the_crew_answers_with_the_place_and_shows_it(town):
    (reply,) = crew(str(town.root), "garden", [QUESTION])

    assert [one.place for one in reply.citations] == ["src/beat_clock.gd:2"]
    assert "src/beat_clock.gd:2  class_name BeatClock" in shown()["crew-garden"]
    with pytest.raises(ConfigError, match="there is no question"):
        crew(str(town.root), "garden", [])


def test_the_mayor_plans_and_revises_and_makes_no_bead(town):
    made = mayor(str(town.root), IDEA, ("garden", "shed"))
    again = mayor(str(town.root), plan=made.id, remark=REMARK)

    assert (again.id, again.version) == (made.id, 2)
    assert f"`town plan sling {made.id}`" in shown()[made.id]
    assert REMARK in shown()[made.id]
    assert town.ledger.find() == []
