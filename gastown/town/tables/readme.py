"""`[rigs.NAME.readme]`: what the Librarian keeps of a rig's README."""

from typing import Literal

from pydantic import Field

from gastown.town.tables.table import Table


class ReadmeTable(Table):
    """`[rigs.NAME.readme]`: the documentation as a whole, or one section that the town writes."""

    file: str = Field(default="README.md", pattern=r"^[^/\\].*\.(md|markdown)$")
    kept: Literal["whole", "section"] = Field(
        default="whole", description="section: nothing outside its two comments is ever changed."
    )
    title: str = Field(
        default="What changed lately", description="Heading of a section that is not there yet."
    )
