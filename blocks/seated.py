"""seated: the model of a catalogue row for one session, wherever it is served, shadow and all."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from blocks.local_model import local_model
from blocks.patient import Each, plain
from blocks.provider import model_of
from blocks.shadow import FILE, note, shadowed
from gastown.agents.protocols import Model
from gastown.errors import GasTownError
from gastown.town.config import TownConfig
from gastown.town.layout import TownLayout


@contextmanager
def seated(
    layout: TownLayout, config: TownConfig, name: str, folder: Path, each: Each = plain
) -> Generator[Model]:
    """The model for the length of the block.

    A row with a file is served by the local runner, whose server stays meanwhile. A row with a
    shadow has it asked beside; its answers are kept in `folder`. `each` stands before each try, of
    the shadow too; where it refuses that, the model works alone.

    Raises:
        NotFoundError: No such row, file, or key.
        GasTownError: Its server cannot be had.
    """
    with ExitStack() as stack:
        rows = _Rows(stack, layout, config, each)
        model = rows.open(name)
        shadow = config.model(name).shadow
        yield _beside(rows, model, shadow, folder) if shadow else model


@dataclass(frozen=True, slots=True)
class _Rows:
    """Opens rows of the catalogue for as long as the stack stands."""

    stack: ExitStack
    layout: TownLayout
    config: TownConfig
    each: Each

    def open(self, name: str) -> Model:
        row = self.config.model(name)
        if row.local is None:
            return model_of(name, row, self.each)
        return self.stack.enter_context(local_model(self.layout, self.config, name, self.each))


def _beside(rows: _Rows, model: Model, shadow: str, folder: Path) -> Model:
    """The model with its shadow, or alone where that cannot be had: it decides nothing."""
    try:
        other = rows.open(shadow)
    except GasTownError as error:
        note(folder / FILE, {"model": shadow, "error": str(error)})
        return model
    return rows.stack.enter_context(shadowed(model, other, folder / FILE))
