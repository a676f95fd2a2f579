"""A town that is to burst is one whose stages may travel."""

from pathlib import Path

import pytest

from gastown.burst.stays import stays
from tests.chaos.world import RIG, found

HERE = "127.0.0.1:9"


@pytest.mark.parametrize("role", ["defender", "polecat", "refinery"])
def test_nothing_keeps_a_stage_here_in_a_town_that_bursts(tmp_path: Path, role: str):
    site = found(tmp_path, ["oak"], f"http://{HERE}/v1", f"git://{HERE}")

    assert stays(site.town.config, role, RIG, "far") == ""
