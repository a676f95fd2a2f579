"""A process that uses the town's server sees the town's settings and no one else's."""

import os

import pytest

from gastown.errors import GasTownError
from gastown.town.config import TownConfig
from gastown.town.engine import api_url, block_name, engine_env, require_api_url, ui_url
from gastown.town.layout import TownLayout
from gastown.town.processes import write_record
from gastown.town.tables.town import ServerTable, TownTable

OURS = "http://127.0.0.1:4321/api"


@pytest.fixture
def layout(tmp_path):
    return TownLayout(tmp_path)


def config(api_url=""):
    return TownConfig(town=TownTable(name="oak"), server=ServerTable(api_url=api_url))


def test_a_persons_own_prefect_settings_do_not_reach_the_town(layout):
    inherited = {"PREFECT_API_KEY": "k", "PREFECT_HOME": "/h", "PREFECT_LOGGING_LEVEL": "DEBUG"}

    env = engine_env(layout, OURS, {**inherited, "PATH": "/bin"})

    assert "PREFECT_API_KEY" not in env
    assert env["PREFECT_HOME"] == str(layout.prefect_home)
    assert env["PREFECT_API_URL"] == OURS
    assert (env["PATH"], env["PREFECT_LOGGING_LEVEL"]) == ("/bin", "DEBUG")


def test_the_key_of_a_server_elsewhere_is_kept(layout):
    env = engine_env(layout, "https://prefect.example/api", {"PREFECT_API_KEY": "k"})

    assert env["PREFECT_API_KEY"] == "k"


def test_nothing_is_sent_to_anyone_and_no_proxy_is_asked_for_loopback(layout):
    env = engine_env(layout, OURS, {"NO_PROXY": "intra"})

    assert env["DO_NOT_TRACK"] == "1"
    assert env["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert env["NO_PROXY"] == "intra,127.0.0.1,localhost"


def test_a_town_that_is_down_says_how_to_start_it(layout):
    assert api_url(layout, config()) is None
    with pytest.raises(GasTownError, match="oak is down; start it: town up"):
        require_api_url(layout, config())


def test_the_address_is_that_of_the_recorded_server_while_it_lives(layout):
    write_record(layout.server_record, os.getpid(), OURS)

    assert require_api_url(layout, config()) == OURS


def test_a_configured_address_wins(layout):
    assert api_url(layout, config(api_url="http://there/api")) == "http://there/api"


def test_a_person_looks_at_the_root_of_the_server():
    assert ui_url(OURS) == "http://127.0.0.1:4321"


def test_a_blocks_name_has_lower_case_letters_digits_and_dashes():
    assert block_name("Oak_Town.2") == "oak-town-2"
