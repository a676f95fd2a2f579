"""Shapes: what an audition's answer may be, by the name that a task's file gives it."""

from collections.abc import Mapping
from types import MappingProxyType

from gastown.agents.answers import Answer, Review, SecurityReading, Sightings
from gastown.errors import ConfigError
from gastown.feedback.reading import Reading
from gastown.morning.wording import Wording
from gastown.planning.answer import PlanAnswer
from gastown.retrieval.answer import CrewAnswer

SHAPES: Mapping[str, type[Answer]] = MappingProxyType(
    {
        "crew": CrewAnswer,
        "plan": PlanAnswer,
        "reading": Reading,
        "review": Review,
        "security": SecurityReading,
        "sightings": Sightings,
        "wording": Wording,
    }
)


def shape_of(name: str) -> type[Answer]:
    """The type. Raises ConfigError that names those there are."""
    if name not in SHAPES:
        raise ConfigError(f"shape {name!r}: there is none; there are: {', '.join(sorted(SHAPES))}")
    return SHAPES[name]
