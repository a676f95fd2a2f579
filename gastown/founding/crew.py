"""Crew: a person's own full clone of a rig; no agent works in it and nothing removes it."""

from pathlib import Path

from gastown.errors import ConfigError
from gastown.founding.names import check_name
from gastown.rigs.clone import clone
from gastown.town.town import Town


def add_crew(town: Town, rig: str, name: str) -> Path:
    """Clone a rig's origin for a person, on its branch.

    Raises:
        NotFoundError: No such rig.
        ConfigError: The name will not do, or is taken.
        GitError: The origin cannot be cloned.
    """
    table = town.config.rig(rig)
    check_name("crew", name)
    folder = town.layout.rig(rig).crew(name)
    if folder.exists():
        raise ConfigError(f"{folder} exists already")
    clone(table.origin, folder, table.branch)
    return folder
