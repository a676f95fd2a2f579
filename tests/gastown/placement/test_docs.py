"""What docs/seats.md shows is what town.toml takes."""

import re
import tomllib
from pathlib import Path

from gastown.town.config import TownConfig

BLOCK = re.compile(r"```toml\n(.*?)```", re.DOTALL)
TEXT = (Path(__file__).parents[3] / "docs" / "seats.md").read_text("utf-8")


def test_every_example_of_the_manual_is_a_valid_town():
    towns = [
        TownConfig.model_validate({"town": {"name": "oak"}, **tomllib.loads(block)})
        for block in BLOCK.findall(TEXT)
    ]

    assert [town.seats.profile for town in towns] == ["balanced", ""]
    assert towns[0].stretch("night") == 9
