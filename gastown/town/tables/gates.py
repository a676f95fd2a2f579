"""`[gates]`: how what gates wait for is looked after, and whom one that is overdue is told to."""

from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from gastown.town.tables.table import Table

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class GatesTable(Table):
    """`[gates]`: times are seconds; `token` names an environment variable, never the token."""

    look_s: float = Field(default=60, ge=20, description="How often GitHub, mail, beads are asked.")
    notify: tuple[Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")], ...] = Field(
        default=(), description="Prefect notification blocks; default: those of [assistant]."
    )
    token: str = Field(
        default="GITHUB_TOKEN", pattern=r"^[A-Z_][A-Z0-9_]{0,63}$", description="For GitHub."
    )
    api: str = Field(
        default="", pattern=r"^(https?://\S+)?$", description="Another address of GitHub's API."
    )

    @model_validator(mode="after")
    def _sends_no_token_in_clear(self) -> Self:
        parts = urlsplit(self.api)
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("api: a token goes over https only")
        return self
