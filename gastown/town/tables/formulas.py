"""`[formulas]`: what formulas may know of the town's machine while they run."""

from typing import Annotated

from pydantic import Field

from gastown.town.tables.table import Table


class FormulasTable(Table):
    """`[formulas]`: nothing of the environment is known to a formula but what stands here."""

    env: tuple[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")], ...] = Field(
        default=(), description="Variables that conditions may read as env.NAME; never a secret."
    )
