"""ModelRow: what is known of a model, wherever it is served."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Where = Literal["local", "cloud"]
Protocol = Literal["tools", "json", "text"]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figures(_Row):
    """What a local model takes of the machine: MiB, physical cores, watts above idle."""

    vram_mib: float = Field(default=0, ge=0, description="Loaded, without any session.")
    ram_mib: float = Field(default=0, ge=0, description="Loaded, without any session.")
    kv_mib_per_token: float = Field(default=0, ge=0, description="Of one session's cache.")
    kv_on: Literal["gpu", "cpu"] = "gpu"
    p_cores: int = Field(default=0, ge=0, description="While it answers.")
    e_cores: int = Field(default=0, ge=0, description="While it answers.")
    watts: float = Field(default=0, ge=0, description="While it answers.")
    source: str


class Speed(_Row):
    """How fast a model is. None is not known; a cloud's reading is in its time to first token."""

    tps: float = Field(gt=0, description="Tokens written in a second.")
    prefill_tps: float | None = Field(default=None, gt=0, description="Tokens read in a second.")
    ttft_s: float = Field(default=0, ge=0, description="Seconds until the first token, unread.")
    source: str


class ModelRow(_Row):
    """One model. `figures` and `speed` are missing where nobody has said or measured them."""

    title: str = ""
    aliases: tuple[str, ...] = ()
    where: Where = "local"
    context: int = Field(default=16_384, ge=512)
    max_output: int = Field(default=2_048, ge=16)
    protocol: Protocol = "tools"
    vision: bool = False
    figures: Figures | None = None
    speed: Speed | None = None
