"""`[models.NAME]` and `[seats]`: the catalogue, and which row a role uses."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, model_validator

from gastown.town.tables.local import FileTable
from gastown.town.tables.table import Table


class ModelTable(Table):
    """`[models.NAME]`: one row of the catalogue. Prices are USD per million tokens."""

    endpoint: str = Field(default="", pattern=r"^(https?://|$)")
    model: str = Field(default="", description="The name the endpoint knows; default: the row's.")
    protocol: Literal["tools", "json", "text"] = "tools"
    context: int = Field(default=16_384, ge=512)
    max_output: int = Field(default=2_048, ge=16)
    input_usd: Decimal = Field(default=Decimal(0), ge=0)
    cached_usd: Decimal | None = Field(default=None, ge=0)
    output_usd: Decimal = Field(default=Decimal(0), ge=0)
    where: Literal["local", "cloud"] = "local"
    vision: bool = False
    key: str = Field(default="", description="Name of the ModelProvider block with the API key.")
    stall_s: float = Field(default=60, gt=0, description="Silence on the stream that is a stall.")
    local: FileTable | None = Field(default=None, description="A file that the town serves itself.")
    shadow: str = Field(
        default="", description="A row asked beside it, in short; its answer decides nothing."
    )

    @model_validator(mode="after")
    def _is_somewhere(self) -> "ModelTable":
        if not self.endpoint and self.local is None:
            raise ValueError("is nowhere: give endpoint, or a file in its table local")
        if self.endpoint and self.local is not None:
            raise ValueError("has an endpoint and a local file; leave one out")
        if self.local is not None and self.where != "local":
            raise ValueError("has a local file, but where = 'cloud'; leave that out")
        return self


class SeatsTable(Table):
    """`[seats]`: which catalogue row a role uses."""

    default: str = ""
    roles: dict[str, str] = Field(default_factory=dict)
