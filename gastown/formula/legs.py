"""Legs: what a formula of the kind *convoy* says: side by side looks at one thing, then a sum."""

from pydantic import Field

from gastown.formula.table import Metadata, Prose, Table

SYNTHESIS = "synthesis"
"""The id of the step that brings the legs together."""


class Leg(Table):
    """One look; `focus` and `description` are Go-template text."""

    id: str
    title: str = ""
    focus: str = ""
    description: Prose = ""
    agent: str = ""
    role: str = ""
    review_only: bool = Field(default=False, strict=True)


class Aspect(Table):
    """One side of a thing to look at, as a formula of the kind *aspect* may list them."""

    id: str
    title: str = ""
    focus: str = ""
    description: Prose = ""


class Synthesis(Table):
    """What brings the legs together; without `depends_on` it waits for all of them."""

    title: str = ""
    description: Prose = ""
    depends_on: tuple[str, ...] = ()
    agent: str = ""
    role: str = ""


class Input(Table):
    """A value that a person gives; required, unless one of others is given."""

    description: str = ""
    type: str = "string"
    required: bool = Field(default=False, strict=True)
    required_unless: tuple[str, ...] = ()
    default: str | None = None


class Output(Table):
    """Where reports go: a folder, and the names of the files in it; Go-template text."""

    directory: str = ""
    leg_pattern: str = ""
    synthesis: str = ""


class Preset(Table):
    """A named choice of legs."""

    description: str = ""
    legs: tuple[str, ...] = ()
    metadata: Metadata = Field(default_factory=dict)
