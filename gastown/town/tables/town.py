"""`[town]` and `[server]`: the town itself, and where its Prefect server is."""

from pydantic import Field

from gastown.town.tables.table import NAME, Table


class TownTable(Table):
    """`[town]`: the town itself."""

    name: str = Field(pattern=NAME)
    owner: str = ""


class ServerTable(Table):
    """`[server]`: the embedded Prefect server; port 0 means any free one, chosen at `town up`."""

    port: int = Field(default=0, ge=0, le=65535)
    api_url: str = Field(default="", description="A server that runs elsewhere; none is started.")
