"""Which stages travel is said before they are sent, with the reason."""

from typing import Any

import pytest

from gastown.burst.stays import AT_HOME, TRAVELLERS, stays
from gastown.town.config import TownConfig
from tasks.stages import STAGES
from tasks.trips.table import TRIPS

MODEL = {"where": "cloud", "endpoint": "https://api.example/v1", "input_usd": 1, "output_usd": 1}


def config(*, origin="https://git.example/sk.git", endpoint=MODEL["endpoint"], **burst: Any):
    rig = {"prefix": "sk", "origin": origin, "gauge": {"kind": "pytest"}}
    return TownConfig.model_validate(
        {
            "town": {"name": "oak"},
            "burst": {"enabled": True, **burst},
            "models": {"big": MODEL | {"endpoint": endpoint}},
            "rigs": {"core": rig},
        }
    )


@pytest.mark.parametrize("role", sorted(TRAVELLERS))
def test_work_that_is_commits_travels(role):
    assert stays(config(), role, "core", "big") == ""


@pytest.mark.parametrize("role", AT_HOME)
def test_the_others_stay_and_say_why(role):
    assert AT_HOME[role] in stays(config(), role, "core", "big")


def test_every_role_that_has_a_stage_travels_or_says_why_not():
    assert set(STAGES) == TRAVELLERS | set(AT_HOME)
    assert set(TRIPS) == TRAVELLERS


def test_nothing_travels_unless_it_is_allowed():
    assert "enabled" in stays(config(enabled=False), "polecat", "core", "big")


def test_a_rig_in_a_folder_stays_until_it_has_an_address():
    here = {"origin": "/srv/core.git"}

    assert "burst.remotes.core" in stays(config(**here), "polecat", "core", "big")
    remotes = {"core": "ssh://git@pc/core"}
    assert stays(config(**here, remotes=remotes), "polecat", "core", "big") == ""


def test_a_model_on_loopback_is_another_machines_own_elsewhere():
    local = {"endpoint": "http://127.0.0.1:8080/v1"}

    assert "127.0.0.1" in stays(config(**local), "polecat", "core", "big")
    assert stays(config(**local, worker="here"), "polecat", "core", "big") == ""


def test_a_program_of_this_machine_does_not_travel():
    agents = TownConfig.model_validate(
        config().model_dump() | {"agents": {"aider": {"roles": ["polecat"]}}}
    )

    assert "works as aider" in stays(agents, "polecat", "core", "big")
    assert stays(agents, "defender", "core", "big") == ""
