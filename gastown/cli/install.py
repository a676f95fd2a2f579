"""`town install [DIR]`: make a town."""

import re
from collections.abc import Iterator
from pathlib import Path

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show
from gastown.errors import ConfigError
from gastown.founding.install import install as install_town
from gastown.town.config import TownConfig
from gastown.town.layout import TownLayout
from gastown.town.tables.table import NAME


def install(folder: Path = Path(), /, *, name: str = "", options: Options = PLAIN) -> None:
    """Make a town in a folder: town.toml, its ledger, its private repositories. Twice is once.

    Args:
        folder: A new or empty folder, or a town.
        name: The town's name. [default: the folder's]
    """
    root = folder.resolve()
    chosen = name or root.name
    try:
        if not TownLayout(root).config.exists():
            _check(chosen)
        made = install_town(root, chosen)
    except OSError as error:
        raise ConfigError(f"{error.filename or root}: {error.strerror}; no town here") from None
    facts = {"town": made.config.town.name, "root": str(root), "created": list(made.created)}
    said = f"made {', '.join(made.created)}" if made.created else "already a town"
    steps = list(_next(root, made.config))
    numbered = [f"  {number}. {step}" for number, step in enumerate(steps, start=1)]
    show(options, {**facts, "next": steps}, f"{root}: {said}", "Next:", *numbered)


def _check(name: str) -> None:
    """Refuse a name before a folder is made for it."""
    if not re.fullmatch(NAME, name):
        raise ConfigError(
            f"no town can be called {name!r}: begin with a letter, then letters, digits, _ . -; "
            f"give it a name: --name NAME"
        )


def _next(root: Path, config: TownConfig) -> Iterator[str]:
    """What is still missing before the first convoy."""
    if root != Path.cwd():
        yield f"cd {root}"
    if not config.models or not (config.seats.default or config.seats.profile):
        yield (
            "in town.toml, name a model: [models.NAME] with its endpoint, and [seats] with "
            'default = "NAME", or profile = "balanced"; nothing runs without'
        )
    if not config.rigs:
        yield "town rig add NAME ORIGIN: a repository to work on"
    yield "town up: start the server and the worker"
    yield "town bead create TITLE --rig NAME, then town sling BEAD"
