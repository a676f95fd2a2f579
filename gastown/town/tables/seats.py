"""`[seats]` and `[profiles.NAME]`: which model a role uses, here and in the cloud.

A slot is blank (says nothing), "none" (no model on purpose), or the name of a model.
"""

from pydantic import ConfigDict, Field

from gastown.town.tables.table import Table


class SlotsTable(Table):
    """A seat's two slots."""

    local: str = Field(default="", description="A model of this machine.")
    burst: str = Field(default="", description="A model of the cloud.")


class OverrideTable(SlotsTable):
    """`[[seats.overrides]]`: goes before every profile."""

    role: str
    label: str = Field(default="", description="Only for beads of this label.")
    rig: str = Field(default="", description="Only on this rig.")


class SeatsTable(Table):
    """`[seats]`: a profile, or one model for all roles and some for single ones; and overrides."""

    profile: str = ""
    default: str = Field(default="", description="Without a profile: every role's model.")
    roles: dict[str, str] = Field(default_factory=dict)
    overrides: tuple[OverrideTable, ...] = ()


class ProfileTable(Table):
    """`[profiles.NAME]`: rows by role or `role@label`, and how long work may wait for this PC."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, SlotsTable] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]  # how pydantic types what else a table holds

    base: str = Field(default="", description="A shipped profile that has the rows not given here.")
    stretch: float | None = Field(
        default=None, ge=0, description="Share of the cloud's own time that may be added."
    )

    @property
    def rows(self) -> dict[str, SlotsTable]:
        """Everything else in the table."""
        return self.__pydantic_extra__
