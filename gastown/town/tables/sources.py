"""`[sources.NAME]`: public places that Bug Scout and Oracle read; `[feedback]`: how much of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, model_validator

from gastown.town.tables.table import Table

SourceKind = Literal["github-issues", "github-discussions", "discord", "reddit", "feed"]
Reader = Literal["bug-scout", "oracle"]

_NEEDS: Mapping[SourceKind, tuple[str, ...]] = MappingProxyType(
    {
        "github-issues": ("repo",),
        "github-discussions": ("repo", "token"),
        "discord": ("channel", "token"),
        "reddit": ("subreddit", "token"),
        "feed": ("url",),
    }
)
_MAY: Mapping[SourceKind, tuple[str, ...]] = MappingProxyType(
    {"github-issues": ("token",), "discord": ("guild",)}
)
_ADDRESS = ("repo", "channel", "guild", "subreddit", "url", "token")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SourceTable(Table):
    """`[sources.NAME]`: what is read, by whom, and which rig its beads go to.

    `token` names the environment variable that holds the token, never the token itself.
    """

    kind: SourceKind
    reader: Reader | None = Field(
        default=None, description="Who reads it; default: Bug Scout issues, Oracle the rest."
    )
    rig: str = Field(default="", description="Where its beads go; default: the town itself.")
    enabled: bool = True
    repo: str = Field(default="", pattern=r"^$|^[A-Za-z0-9][\w.-]{0,38}/[\w.-]{1,100}$")
    channel: str = Field(default="", pattern=r"^\d{0,20}$")
    guild: str = Field(default="", pattern=r"^\d{0,20}$", description="For links to messages.")
    subreddit: str = Field(default="", pattern=r"^\w{0,21}$")
    url: str = Field(default="", pattern=r"^(https?://\S+)?$", max_length=2_000)
    token: str = Field(
        default="", pattern=r"^[A-Z_][A-Z0-9_]{0,63}$|^$", description="Environment variable."
    )
    api: str = Field(
        default="", pattern=r"^(https?://\S+)?$", description="Another address of the API."
    )

    @property
    def read_by(self) -> Reader:
        """Whose private repository its items go to."""
        return self.reader or ("bug-scout" if self.kind == "github-issues" else "oracle")

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        needed, allowed = _NEEDS[self.kind], {*_NEEDS[self.kind], *_MAY.get(self.kind, ())}
        for name in needed:
            if not getattr(self, name):
                raise ValueError(f"{name}: is missing; {self.kind} needs {' and '.join(needed)}")
        for name in _ADDRESS:
            if getattr(self, name) and name not in allowed:
                raise ValueError(f"{name}: says nothing of {self.kind}; leave it out")
        return self

    @model_validator(mode="after")
    def _sends_no_token_in_clear(self) -> Self:
        parts = urlsplit(self.api or self.url)
        if self.token and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("api: a token goes over https only")
        return self


SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
SourceTables = dict[SourceName, SourceTable]


class FeedbackTable(Table):
    """`[feedback]`: how much is read by a model, and how much is proposed."""

    read_per_run: int = Field(default=200, ge=0, description="Items a model reads in one run.")
    proposals: int = Field(default=20, ge=1, le=500, description="What the inbox shows at most.")


class AssistantTable(Table):
    """`[assistant]`: where the morning's brief is sent to."""

    notify: tuple[Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")], ...] = Field(
        default=(), description="Prefect notification blocks, each as type/name."
    )
