"""What an errand holds of the PC shows as Prefect's limits, while it runs and no longer."""

import pytest
from prefect.settings import PREFECT_API_URL

from blocks.limits import Limits
from deployments.limits import keep_limits
from gastown.town.town import Town
from tasks.errand import errand
from tasks.room import room
from tests.landing.wait import until
from tests.tasks.oak import make_oak, rows

pytestmark = [pytest.mark.engine, pytest.mark.slow]

SHOWN = {
    "errand": ("crew", {"sandboxes": 1, "p-cores": 4}),
    "room": ("gauger", {"sandboxes": 1}),
}


def server() -> str:
    return str(PREFECT_API_URL.value())


@pytest.fixture
def town(tmp_path) -> Town:
    tables = rows("http://127.0.0.1:9/v1", near=["crew"])
    made = make_oak(tmp_path, f'{tables}[server]\napi_url = "{server()}"\n')
    keep_limits(made, server())
    return made


def active(limits: Limits) -> dict[str, int]:
    """What is held, by the names that they have on a server of one PC."""
    held = {name: one.active for name, one in limits.read().items() if one.active}
    return {name.rpartition(":")[2]: count for name, count in held.items()}


@pytest.mark.parametrize("what", SHOWN)
def test_what_a_person_started_beside_a_convoy_is_seen_in_the_limits(town, what):
    role, wanted = SHOWN[what]
    opened = errand if what == "errand" else room
    with Limits(server()) as limits:
        with opened(town, role, title="Where?", tell=pytest.fail):
            until(lambda: active(limits) == wanted)

        assert active(limits) == {}
