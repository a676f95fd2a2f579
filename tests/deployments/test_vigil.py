"""A town that is gone is noticed; one whose town.toml is being saved is not given up."""

import pytest

from deployments.vigil import wait_for_loss
from gastown.town.layout import TownLayout


@pytest.mark.parametrize(
    ("there", "looks"),
    [("+---+", 4), ("--+--+---", 9), ("---", 3)],
)
def test_a_town_is_lost_when_its_file_is_missing_three_times_in_a_row(tmp_path, there, looks):
    layout, seen = TownLayout(tmp_path), list[str]()

    def sleep(_seconds: float) -> None:
        seen.append(there[len(seen)])
        if seen[-1] == "+":
            layout.config.touch()
        else:
            layout.config.unlink(missing_ok=True)

    wait_for_loss(layout, sleep)

    assert len(seen) == looks
