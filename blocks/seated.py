"""seated: the model of a catalogue row for one session, wherever it is served, shadow and all."""

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from blocks.local_model import local_model
from blocks.provider import model_of
from blocks.shadow import FILE, note, shadowed
from gastown.agents.protocols import Model
from gastown.errors import GasTownError
from gastown.town.config import TownConfig
from gastown.town.layout import TownLayout


@contextmanager
def seated(layout: TownLayout, config: TownConfig, name: str, folder: Path) -> Generator[Model]:
    """The model for the length of the block.

    A row with a file is served by the local runner, whose server stays meanwhile. A row with a
    shadow has it asked beside; its answers are kept in `folder`.

    Raises:
        NotFoundError: No such row, file, or key.
        GasTownError: Its server cannot be had.
    """
    with ExitStack() as stack:
        model = _open(stack, layout, config, name)
        shadow = config.model(name).shadow
        if shadow:
            model = _beside(stack, model, shadow, (layout, config, folder))
        yield model


def _beside(
    stack: ExitStack, model: Model, shadow: str, where: tuple[TownLayout, TownConfig, Path]
) -> Model:
    """The model with its shadow, or alone where that cannot be had: it decides nothing."""
    layout, config, folder = where
    try:
        other = _open(stack, layout, config, shadow)
    except GasTownError as error:
        note(folder / FILE, {"model": shadow, "error": str(error)})
        return model
    return stack.enter_context(shadowed(model, other, folder / FILE))


def _open(stack: ExitStack, layout: TownLayout, config: TownConfig, name: str) -> Model:
    row = config.model(name)
    if row.local is not None:
        return stack.enter_context(local_model(layout, config, name))
    return model_of(name, row)
