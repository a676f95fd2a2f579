"""runtime_of: as what a role works: our own loop, or the agent that town.toml names."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from blocks.agents import door_to
from blocks.seated import seated
from gastown.agents.external.runtime import CliRuntime
from gastown.agents.jail import find_jail
from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Runtime
from gastown.money.metered import Meter, MeteredModel, MeteredRuntime
from gastown.town.tables.agents import agent_for
from gastown.town.town import Town


@contextmanager
def runtime_of(
    town: Town,
    role: str,
    model: str,
    folder: Path,
    meter: Meter,
    secrets: Sequence[str] = (),
) -> Generator[Runtime]:
    """The runtime for one session on a row of the catalogue; `folder` takes what is kept beside.

    Every request goes through the meter; of an agent of its own the session as a whole does.
    Prompts and transcripts are without `secrets`.

    Raises:
        GasTownError: The model, or a jail that holds such an agent, cannot be had.
    """
    preset = agent_for(role, town.config.agents)
    if preset is None:
        with seated(town.layout, town.config, model, folder) as found:
            yield NativeRuntime(MeteredModel(found, meter), secrets=secrets)
    else:
        jail = find_jail(town.config.machine.jail)
        with door_to(town.layout, town.config, model) as door:
            context = town.config.model(model).context
            yield MeteredRuntime(CliRuntime(preset, door, jail, secrets=secrets), meter, context)
