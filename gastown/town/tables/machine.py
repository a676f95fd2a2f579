"""`[machine]`: what the PC has and what its person keeps."""

from typing import Literal

from pydantic import Field, model_validator

from gastown.town.tables.table import Table


class AmountsTable(Table):
    """An amount of each thing that a machine has, as far as a person says so."""

    vram_mib: int | None = Field(default=None, ge=0)
    ram_mib: int | None = Field(default=None, ge=0)
    p_cores: int | None = Field(default=None, ge=0)
    e_cores: int | None = Field(default=None, ge=0)


class MachineTable(AmountsTable):
    """`[machine]`: what this PC has, and how much of it its person keeps from the town.

    An amount that is given goes before the profile's, the profile's before what is measured.
    """

    profile: Literal["", "rtx3080"] = Field(default="", description="Run as if on that PC.")
    keep: AmountsTable = Field(default=AmountsTable(), description="What is the person's.")
    sandboxes: int = Field(default=2, ge=1, le=256, description="Stages at work at once.")
    ledger: str = Field(
        default="", description="Who uses what of this PC; towns on one PC name the same file."
    )
    jail: Literal["auto", "bwrap", "landlock", "off"] = "auto"

    @model_validator(mode="after")
    def _keeps_what_there_is(self) -> "MachineTable":
        for name in AmountsTable.model_fields:
            has, kept = getattr(self, name), getattr(self.keep, name)
            if has is not None and kept is not None and kept > has:
                raise ValueError(f"keep.{name}: keeps {kept} of {has}; keep {has} at most")
        return self
