"""`[models.NAME]`: a model, and where it is served."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from gastown.catalogue.row import Figures, Speed
from gastown.town.tables.local import FileTable
from gastown.town.tables.table import Table


class ModelTable(Table):
    """`[models.NAME]`: one row of the catalogue. Prices are USD per million tokens.

    Of a name that ships with the town, what is not said here is as the shipped catalogue has it.
    """

    endpoint: str = Field(default="", pattern=r"^(https?://|$)")
    model: str = Field(default="", description="The name the endpoint knows; default: the row's.")
    protocol: Literal["tools", "json", "text"] = "tools"
    context: int = Field(default=16_384, ge=512)
    max_output: int = Field(default=2_048, ge=16)
    input_usd: Decimal | None = Field(default=None, ge=0)
    cached_usd: Decimal | None = Field(default=None, ge=0)
    output_usd: Decimal | None = Field(default=None, ge=0)
    where: Literal["local", "cloud"] = "local"
    vision: bool = False
    key: str = Field(default="", description="Name of the ModelProvider block with the API key.")
    stall_s: float = Field(default=60, gt=0, description="Silence on the stream that is a stall.")
    local: FileTable | None = Field(default=None, description="A file that the town serves itself.")
    shadow: str = Field(
        default="", description="A row asked beside it, in short; its answer decides nothing."
    )
    figures: Figures | None = Field(default=None, description="What it takes of this machine.")
    speed: Speed | None = Field(default=None, description="For forecasts.")

    @model_validator(mode="after")
    def _prices_come_together(self) -> "ModelTable":
        if (self.input_usd is None) != (self.output_usd is None):
            missing = "input_usd" if self.input_usd is None else "output_usd"
            raise ValueError(f"{missing}: is missing; give both prices, or neither")
        if self.cached_usd is not None and self.input_usd is None:
            raise ValueError("cached_usd: stands alone; give input_usd and output_usd too")
        return self

    @model_validator(mode="after")
    def _is_somewhere(self) -> "ModelTable":
        if not self.endpoint and self.local is None:
            raise ValueError("is nowhere: give endpoint, or a file in its table local")
        if self.endpoint and self.local is not None:
            raise ValueError("has an endpoint and a local file; leave one out")
        if self.local is not None and self.where != "local":
            raise ValueError("has a local file, but where = 'cloud'; leave that out")
        return self
