"""door_to: the door to a catalogue row for one session, wherever its model is served."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

from blocks.door import EndpointDoor
from blocks.local_runner import serving
from blocks.provider import endpoint_of, make_endpoint
from gastown.money.metered import Meter
from gastown.town.config import TownConfig
from gastown.town.layout import TownLayout


@contextmanager
def door_to(
    layout: TownLayout, config: TownConfig, name: str, meter: Meter | None = None
) -> Generator[EndpointDoor]:
    """The door for the length of the block; a server of the town's own stays meanwhile.

    What goes through is paid for at `meter`; without one it is only counted.

    Raises:
        NotFoundError: No such row, file, or key.
        GasTownError: Its server cannot be had.
    """
    row = config.model(name)
    if row.local is None:
        yield EndpointDoor(endpoint_of(name, row), meter=meter)
        return
    with serving(layout, config, name) as own:
        there = row.model_copy(update={"endpoint": own.served.url, "model": name})
        made = make_endpoint(name, there, own.key)
        yield EndpointDoor(replace(made, context=own.served.context), meter=meter)
