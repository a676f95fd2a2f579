"""runtime_of: as what a role works: our own loop, or the agent that town.toml names."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from blocks.agents import door_to
from blocks.seated import seated
from blocks.shadow import FILE, note
from gastown.agents.external.runtime import CliRuntime
from gastown.agents.jail import find_jail
from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Model, Runtime
from gastown.money.metered import Meter, MeteredModel
from gastown.town.tables.agents import agent_for
from gastown.town.town import Town
from tasks.metering import meter_beside


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

    Every request goes through the meter, each try of it by itself; what a shadow is asked goes
    through one of its own. Prompts and transcripts are without `secrets`.

    Raises:
        GasTownError: The model, or a jail that holds such an agent, cannot be had.
    """

    def metered(one: Model) -> Model:
        own = meter if one.name == model else meter_beside(town, meter, one.name)
        return MeteredModel(one, own)

    preset = agent_for(role, town.config.agents)
    if preset is None:
        with seated(town.layout, town.config, model, folder, metered) as found:
            yield NativeRuntime(found, secrets=secrets)
    else:
        jail = find_jail(town.config.machine.jail)
        _skip_shadow(town, model, preset.name, folder)
        with door_to(town.layout, town.config, model, meter) as door:
            yield CliRuntime(preset, door, jail, secrets=secrets)


def _skip_shadow(town: Town, model: str, agent: str, folder: Path) -> None:
    """Say in a shadow's record that it is not asked: nobody sees where an agent's turns begin."""
    shadow = town.config.model(model).shadow
    if shadow:
        note(folder / FILE, {"model": shadow, "error": f"not asked beside the agent {agent}"})
