"""`[rigs.NAME.security]`: what the Watchdog looks for in a rig beside the usual."""

from pydantic import Field

from gastown.town.tables.table import Table


class SecurityTable(Table):
    """`[rigs.NAME.security]`."""

    advisories: bool = Field(
        default=True, description="Ask public services about the packages of lock files."
    )
    content_only: bool = Field(default=False, description="The rig may hold no script.")
    forbidden: tuple[str, ...] = Field(
        default=(), description="Globs below res:// that it may not load, e.g. another licence's."
    )
