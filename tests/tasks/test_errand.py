"""A role's work outside a convoy: here where it fits at once, else in the cloud, money first."""

import json
import threading
from collections.abc import Generator
from pathlib import Path

import pytest
from pydantic import BaseModel

from gastown.errors import ConfigError
from gastown.machine.admission.here import open_ledger
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Turn
from gastown.town.town import Town
from tasks.errand import FILE, errand
from tasks.metering import spend_of
from tasks.room import WHO_HOLDS
from tests.tasks.oak import make_oak, rows

TITLE = "Where is the score?"
SCRIPT = Script({("crew", TITLE, 1): (Turn(text='{"line": 7}'),)})


class Line(BaseModel):
    """What is asked for."""

    line: int


@pytest.fixture
def url() -> Generator[str]:
    with RehearsalServer(SCRIPT, pace=UNPACED) as server:
        yield server.url


def town_with(folder: Path, url: str, more: str = "") -> Town:
    town = make_oak(folder, more + rows(url, both=["crew"]))
    town.layout.cards.mkdir(parents=True)
    (town.layout.cards / "crew.md").write_text("You answer in one line.")
    return town


def test_it_runs_here_where_it_fits_and_leaves_what_it_took(tmp_path, url):
    town = town_with(tmp_path, url)
    with errand(town, "crew", title=TITLE) as desk:
        answer = desk.session("Say it.", output=Line).answer

    assert answer == Line(line=7)
    kept = json.loads((desk.folder / FILE).read_text())
    assert (kept["where"], kept["model"]) == ("local", "near")
    assert kept["usage"]["requests"] == 1
    assert open_ledger(town.layout, town.config.machine).leases() == ()


def test_a_second_one_that_finds_no_room_here_is_asked_in_the_cloud(tmp_path, url):
    """The model takes 4 of 6 cores per session, so two at once do not fit."""
    town = town_with(tmp_path, url)
    with (
        errand(town, "crew", title="first") as first,
        errand(town, "crew", title=TITLE) as second,
    ):
        assert first.request.placement.where == "local"
        assert second.request.placement.where == "cloud"
        assert "cores" in second.request.placement.reason
        assert second.session("Say it.", output=Line).answer == Line(line=7)

    (entry,) = spend_of(town).entries()
    assert (entry.who.model, entry.who.role, entry.who.convoy) == ("far", "crew", "")


def test_without_money_it_waits_for_its_turn_here(tmp_path, url):
    town = town_with(tmp_path, url, "[budget]\nday_usd = 0.0001\n")
    entered, told = threading.Event(), list[str]()

    def ask() -> None:
        with errand(town, "crew", title="second", tell=told.append) as desk:
            assert desk.request.placement.where == "local"
            entered.set()

    with errand(town, "crew", title="first"):
        second = threading.Thread(target=ask)
        second.start()
        assert not entered.wait(1)
    second.join()
    assert entered.is_set()
    (said,) = told
    assert said.startswith("second: waits for ")
    assert said.endswith(f"left; {WHO_HOLDS}")


def test_its_room_is_free_again_however_it_ends(tmp_path, url):
    town = town_with(tmp_path, url)
    with pytest.raises(ZeroDivisionError), errand(town, "crew", title="odd"):
        _ = 1 // 0
    assert open_ledger(town.layout, town.config.machine).leases() == ()


def test_a_role_that_no_model_may_do_is_refused_with_the_rule(tmp_path, url):
    nobody = '[[seats.overrides]]\nrole = "crew"\nlocal = "none"\nburst = "none"\n'
    town = town_with(tmp_path, url, nobody)
    with pytest.raises(ConfigError, match="no seat for the crew"), errand(town, "crew", title="x"):
        pass
