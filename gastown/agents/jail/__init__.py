"""Jail: where commands that an agent chose, or wrote the code of, may run."""

from gastown.agents.jail.find import find_jail
from gastown.agents.jail.jail import Jail, Ran
from gastown.agents.jail.output import clip

__all__ = ["Jail", "Ran", "clip", "find_jail"]
