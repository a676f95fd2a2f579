"""TownBlock: where a town lies, saved in Prefect under a name that deployments can use."""

from pathlib import Path
from typing import ClassVar

from prefect.blocks.core import Block
from pydantic import Field

from gastown.errors import NotFoundError
from gastown.town.town import Town


class TownBlock(Block):
    """A handle to a town on this machine."""

    _block_type_name: ClassVar[str | None] = "Town"
    _block_type_slug: ClassVar[str | None] = "town"
    _description: ClassVar[str | None] = "The folder of a town: town.toml, its ledger and its rigs."

    root: str = Field(description="The town's folder, the one that holds town.toml.")

    def open(self) -> Town:
        """Open the town: its configuration and its ledger."""
        return Town.open(Path(self.root))


def open_town(name: str) -> Town:
    """The town in a folder, or the one that a saved Town block of that name points to."""
    if (Path(name) / "town.toml").is_file():
        return Town.open(Path(name))
    try:
        block = TownBlock.load(name)
    except ValueError:
        raise NotFoundError(
            f"{name!r} is neither a folder with a town.toml nor a saved Town block; "
            f"`town up` saves one"
        ) from None
    assert isinstance(block, TownBlock)  # noqa: S101 — load() is typed as the base or a coroutine
    return block.open()
