"""Gas Town: the domain. Plain Python that knows neither Prefect nor the network.

What a script needs is here by name, the verbs that run a convoy are in `flows`. A name's module is
imported when the name is used: `town --help`, and every process in a jail, must not wait for all.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gastown.beads.bead import Bead, Draft
    from gastown.convoys.convoy import create_convoy
    from gastown.errors import GasTownError
    from gastown.founding.install import install
    from gastown.founding.rig import add_rig
    from gastown.town.town import Town

__all__ = ["Bead", "Draft", "GasTownError", "Town", "add_rig", "create_convoy", "install"]

_PLACES = {
    "Bead": "gastown.beads.bead",
    "Draft": "gastown.beads.bead",
    "GasTownError": "gastown.errors",
    "Town": "gastown.town.town",
    "add_rig": "gastown.founding.rig",
    "create_convoy": "gastown.convoys.convoy",
    "install": "gastown.founding.install",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'gastown' has no name {name!r}")
    return getattr(import_module(_PLACES[name]), name)
