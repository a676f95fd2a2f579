"""`[burst]`: the work pool where stages run that this machine has no room for."""

from typing import Literal

from pydantic import Field, field_validator

from gastown.town.tables.table import Table


class BurstTable(Table):
    """`[burst]`: whether and how stages run elsewhere. Times are seconds."""

    enabled: bool = False
    pool: str = Field(default="cloud", pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")
    worker: Literal["none", "here"] = Field(
        default="none", description='"here": `town up` starts a worker for the pool beside its own.'
    )
    scratch: str = Field(default="", description="Folder of that worker; default: .town/cloud.")
    remotes: dict[str, str] = Field(
        default_factory=dict, description="Rig → the git address that workers use; default: origin."
    )
    grace_s: float = Field(default=60, gt=0, description="How long a worker may be away.")
    queue_s: float = Field(default=600, gt=0, description="How long a stage may wait for its turn.")

    @field_validator("pool")
    @classmethod
    def _is_not_the_towns_own(cls, pool: str) -> str:
        if pool == "local":
            raise ValueError("local is the town's own pool; name another, e.g. cloud")
        return pool
