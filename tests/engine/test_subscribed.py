"""Who subscribed to a convoy hears of its landing through a real block, once."""

import pytest

from gastown.convoys.convoy import show_convoy
from gastown.feed.subscribers import Target, subscribe, subscribers
from tests.engine.post_office import save_webhook, webhook
from tests.tasks.half import Half

pytestmark = pytest.mark.engine


def test_a_landing_is_told_once_and_one_block_that_is_away_keeps_it_from_no_other(tmp_path):
    from tasks.subscribers import tell_end

    half = Half(tmp_path)
    ledger, title = half.town.ledger, show_convoy(half.town.ledger, half.convoy).title
    with webhook() as office:
        away = Target(by="notify", to=save_webhook("away", "http://127.0.0.1:9/"))
        team = Target(by="notify", to=save_webhook("team", office.url))
        for target in (away, team):
            subscribe(ledger, half.convoy, target, "ann")
        assert tell_end(half.town, half.convoy) == []
        ledger.close(half.convoy, "landed: 3 beads merged")

        (failed,) = tell_end(half.town, half.convoy)
        assert tell_end(half.town, half.convoy) == []

    (got,) = office.got
    town = half.town.config.town.name
    assert got["title"] == f"{town}: {half.convoy} has landed: {title}"
    assert got["text"].startswith("3 beads merged\n\n")
    assert failed.startswith("notify custom-webhook/away was not told: custom-webhook/away: not")
    found = {one.target: one for one in subscribers(show_convoy(ledger, half.convoy))}
    assert (found[team].error, found[team].told) == ("", "landed: 3 beads merged")
    assert "ConnectError" in found[away].error
