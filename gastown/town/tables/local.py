"""`[local]` and `[models.NAME.local]`: model servers that the town runs on this machine itself."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from gastown.town.tables.table import Table

Cpu = Annotated[int, Field(ge=0, le=4095)]


class LocalTable(Table):
    """`[local]`: what runs the models of this machine, and where their files lie."""

    runner: Literal["auto", "embedded", "llama-server"] = Field(
        default="auto", description="auto: llama-server where it is on PATH, else the embedded one."
    )
    llama_server: str = Field(default="llama-server", description="Its path, or name on PATH.")
    all_kv_kernels: bool = Field(
        default=False, description="This build was made with GGML_CUDA_FA_QUANTS=all."
    )
    folder: str = Field(default="models", description="Where models' files lie; of the town's.")


class FileTable(Table):
    """`[models.NAME.local]`: a model's file and how it is served; `context` is that of one slot."""

    file: str = Field(min_length=1, description="A .gguf: a path, or a name in [local] folder.")
    slots: int = Field(default=1, ge=1, le=256, description="Sessions at once.")
    kv: str = Field(default="q8_0", description="Type of the cache, or KEYS/VALUES.")
    ngl: Literal["all"] | Annotated[int, Field(ge=0, le=4097)] = Field(
        default="all", description="Layers on the GPU, counted with the output."
    )
    n_cpu_moe: int = Field(default=0, ge=0, le=4096, description="Layers with experts in RAM.")
    cores: Annotated[int, Field(ge=1, le=4096)] | tuple[Cpu, ...] = Field(
        default=(), description="How many cores it owns, or the numbers of its CPUs."
    )
    port: int = Field(default=0, ge=0, le=65535, description="0: any free one.")
    keep_warm: bool = Field(default=False, description="Never unloaded for being idle.")
    idle_s: float = Field(default=600, ge=1, description="Unloaded after so long without work.")
    warm_up: bool = Field(default=True, description="Answer one token before it counts as up.")
    start_s: float = Field(default=180, gt=0, description="It must be up within this.")
    drain_s: float = Field(default=60, ge=0, description="What it may finish before it is stopped.")

    @field_validator("cores")
    @classmethod
    def _each_cpu_once(cls, cores: int | tuple[int, ...]) -> int | tuple[int, ...]:
        if isinstance(cores, tuple) and len(set(cores)) < len(cores):
            raise ValueError("names a CPU twice; name each once")
        return cores
