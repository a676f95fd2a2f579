"""planned: the plan of a catalogue row on this very machine, and the machine it was made for."""

import shutil
from dataclasses import dataclass, replace

from gastown.errors import ConfigError
from gastown.machine.host import this_host
from gastown.machine.machine import Machine, make_machine
from gastown.machine.probe import probe
from gastown.runner.build import find_build
from gastown.runner.files import find_file, folders
from gastown.runner.plan import Place, Plan, make_plan
from gastown.town.config import TownConfig
from gastown.town.layout import TownLayout


@dataclass(frozen=True, slots=True)
class Planned:
    """A server to be, and the machine as it was found."""

    plan: Plan
    machine: Machine


def planned(
    layout: TownLayout,
    config: TownConfig,
    name: str,
    *,
    taken: frozenset[int] = frozenset(),
    cpus: tuple[int, ...] = (),
) -> Planned:
    """Make the plan of one row, looking at this machine and at the file's header.

    Args:
        layout: Whose model it is.
        config: What town.toml says.
        name: The row.
        taken: CPUs that other servers own.
        cpus: Those that were chosen for it already.

    Raises:
        NotFoundError: No such row, or no such file.
        ConfigError: What town.toml says of it cannot be; names the key.
        ModelFileError: The file is damaged; names the key too.
    """
    row = config.model(name)
    if row.local is None:
        raise ConfigError(
            f"town.toml: models.{name}: is at {row.endpoint}; only a row with a table "
            f"[models.{name}.local] is loaded here"
        )
    key = f"models.{name}.local.file"
    file = find_file(row.local.file, folders(layout, config.local), key)
    found = probe(this_host())
    machine = make_machine(config.machine, found)
    place = Place(machine.lent, found.cores, taken)
    build = find_build(config.local, shutil.which)
    plan = make_plan(name, row, file, build, place)
    return Planned(replace(plan, owned=plan.owned.only(cpus)) if cpus else plan, machine)
