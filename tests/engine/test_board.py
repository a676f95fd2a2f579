"""The board in Prefect's UI says when the convoy lands, and why then."""

import time

import pytest

from tests.engine.shown import artifact
from tests.tasks.half import Half

pytestmark = pytest.mark.engine


def test_it_says_what_the_landing_waits_for_then_when_it_is_and_nothing_once_it_is_over(tmp_path):
    from prefect import flow

    from tasks.publish import publish_board

    @flow(persist_result=False)
    def show() -> None:
        publish_board(half.town, half.convoy)

    half = Half(tmp_path)
    ledger, key = half.town.ledger, f"board-{half.convoy}"
    show()
    first = artifact(key)
    past = {"summary": "red", "seconds": 60.0, "evidence": {"start": time.time() - 60}}
    ledger.update(half.molecule.beads["defend"], {"metadata": {"evidence": past}})
    show()
    second = artifact(key)
    ledger.close(half.convoy, "landed: 3 beads merged")
    show()

    assert "\n\nExpected to land: it has not begun; as of 20" in first
    assert "\n\nExpected to land at " in second
    assert " at worst (the longest chain that is left, at the pace so far); as of 20" in second
    assert "xpected" not in artifact(key)  # the last
