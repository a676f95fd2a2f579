"""The worker's glance at hooks launches what was slung and not launched, each once."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from deployments.propulsion import GRACE, Pusher
from flows.propulsion import Pushed
from gastown.beads.bead import Bead
from gastown.beads.ledger import utc_now
from gastown.errors import ServerAwayError
from gastown.hooks.hook import Order
from gastown.hooks.sling import sling
from gastown.hooks.target import Target
from gastown.testing import FakeClock
from gastown.town.town import Town
from tests.gastown.hooks.given import a_town, beads


class Pushing:
    """A town, the glance at it, and what was launched; `why` is what keeps all from that."""

    def __init__(self, folder: Path) -> None:
        self.town = a_town(folder)
        self.clock = FakeClock(utc_now())
        self.launched: list[str] = []
        self.why = ""
        self.is_away = False
        self.pusher = Pusher(self.town.layout, self._push, self.clock)

    def _push(self, town: Town, convoys: Sequence[Bead]) -> list[Pushed]:
        assert town.root == self.town.root
        if self.is_away:
            raise ServerAwayError("away")
        self.launched += [one.id for one in convoys]
        return [Pushed(one.id, run="r", new=not self.why, why=self.why) for one in convoys]

    def sling(self, title: str) -> str:
        bead = beads(self.town, "garden", title)
        return sling(self.town, bead, Target(rig="garden"), Order()).convoy

    def later(self, by: timedelta) -> list[str]:
        self.clock.advance(by.total_seconds())
        return self.pusher.look()


@pytest.fixture
def pushing(tmp_path: Path) -> Pushing:
    return Pushing(tmp_path)


def test_who_slung_has_time_to_launch_and_then_it_is_launched_once(pushing: Pushing):
    convoy = pushing.sling("Dig")

    assert pushing.later(GRACE / 2) == []
    assert pushing.later(GRACE) == [convoy]
    assert pushing.later(timedelta(days=9)) == []
    assert pushing.launched == [convoy]


def test_what_has_begun_or_was_taken_off_or_closed_is_left_alone(pushing: Pushing):
    pushing.sling("Dig")
    for bead in pushing.town.ledger.find(status="hooked"):
        pushing.town.ledger.update(bead.id, {"status": "in_progress"})
    pushing.town.ledger.close(pushing.sling("Plant"), "given up")

    assert pushing.later(2 * GRACE) == []
    assert pushing.launched == []


def test_one_that_could_not_be_launched_is_tried_again_after_a_minute(pushing: Pushing):
    convoy = pushing.sling("Dig")
    pushing.why = "no such formula"

    assert pushing.later(2 * GRACE) == []
    assert pushing.later(GRACE) == []
    assert pushing.launched == [convoy]
    pushing.why = ""
    assert pushing.later(timedelta(seconds=60)) == [convoy]


def test_while_the_server_is_away_nothing_is_forgotten(pushing: Pushing):
    convoy = pushing.sling("Dig")
    pushing.is_away = True
    with pytest.raises(ServerAwayError):
        pushing.later(2 * GRACE)
    pushing.is_away = False

    assert pushing.later(timedelta(seconds=1)) == [convoy]
