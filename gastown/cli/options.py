"""What every command takes: which town, and whether a program reads the answer."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from gastown.errors import NotFoundError
from gastown.town.town import Town, find_root


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Options:
    """Options of every command."""

    town: Annotated[
        Path | None,
        Parameter(help="The town's folder. [default: TOWN_ROOT, else upwards from here]"),
    ] = None
    json: Annotated[bool, Parameter(help="One JSON document on stdout, nothing else.")] = False

    @property
    def root(self) -> Path:
        """The folder of the town that is meant. Raises NotFoundError."""
        return (self.town or find_root(Path.cwd(), os.environ)).resolve()

    @property
    def has_town(self) -> bool:
        """Whether a town is meant; one that was named but is faulty is an error when opened."""
        if self.town is not None:
            return True
        try:
            return bool(self.root)
        except NotFoundError:
            return False

    def open(self) -> Town:
        """The town that is meant. Raises NotFoundError or ConfigError."""
        return Town.open(self.root)


PLAIN = Options()


def group(name: str, text: str) -> App:
    """A group of commands, e.g. `town bead …`."""
    return App(
        name=name, help=text, default_parameter=Parameter(negative=(), show_default=shown_default)
    )


def shown_default(default: object) -> str | None:
    """What help says of a default; of one that says nothing (no flag, no text) nothing."""
    return None if default in (None, "", ()) or default is False else str(default)
