"""`[mail]`: lists of agents to whom one letter goes."""

import re
from typing import Annotated

from pydantic import Field, field_validator

from gastown.town.tables.table import NAME, Table

_ADDRESS = r"^[A-Za-z0-9][A-Za-z0-9_.-]*(/([A-Za-z0-9][A-Za-z0-9_.-]*)){0,2}$"


class MailTable(Table):
    """`[mail]`: what `list:<name>` stands for."""

    lists: dict[str, tuple[Annotated[str, Field(pattern=_ADDRESS)], ...]] = Field(
        default_factory=dict, description="NAME = [addresses]; read by each of them."
    )

    @field_validator("lists")
    @classmethod
    def _names_are_names(cls, lists: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        if wrong := [name for name in lists if not re.fullmatch(NAME, name)]:
            raise ValueError(f"{', '.join(wrong)}: a list's name is letters, digits, _ . and -")
        return lists
