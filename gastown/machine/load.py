"""Load: how a model is to be put into memory, in llama-server's own terms."""

from dataclasses import dataclass
from typing import Final

from gastown.errors import ConfigError

# name of a cache type: elements per block, bytes per block
KV_TYPES: Final = {
    "f32": (1, 4),
    "f16": (1, 2),
    "bf16": (1, 2),
    "q8_0": (32, 34),
    "q4_0": (32, 18),
    "q4_1": (32, 20),
    "q5_0": (32, 22),
    "q5_1": (32, 24),
    "iq4_nl": (32, 18),
}
RUNNERS: Final = {"xllamacpp": 34, "llama-server": 15}  # MiB of the process beside its buffers
CUDA_MIB: Final = 500  # a context per process; 300 to 500 are reported, so the larger
_PAD = 256  # cells of a cache come in multiples of this
_MOST = {"ctx": 1 << 24, "slots": 256, "ubatch": 1 << 16, "cpu_moe": 4096, "gpu_layers": 4097}


@dataclass(frozen=True, slots=True)
class Load:
    """How a model is to be loaded; the defaults are those of the town.

    `ctx` is tokens of one slot (llama-server's `-c` is all slots together), `gpu_layers` is `-ngl`
    with None for all and 0 for none, `cpu_moe` is `--n-cpu-moe`. Raises ConfigError.
    """

    ctx: int
    slots: int = 1
    keys: str = "q8_0"
    values: str = "q8_0"
    gpu_layers: int | None = None
    cpu_moe: int = 0
    ubatch: int = 512
    cuda_mib: int = CUDA_MIB
    runner: str = "xllamacpp"

    def __post_init__(self) -> None:
        for name, most in _MOST.items():
            least = 0 if name in {"cpu_moe", "gpu_layers"} else 1
            found = getattr(self, name)
            if found is not None and not least <= found <= most:
                raise ConfigError(f"{name} is {found}; say {least} to {most}")
        for name in (self.keys, self.values):
            if name not in KV_TYPES:
                raise ConfigError(f"no cache type {name!r}; types: {', '.join(KV_TYPES)}")
        if self.runner not in RUNNERS:
            raise ConfigError(f"no runner {self.runner!r}; runners: {', '.join(RUNNERS)}")
        if self.cuda_mib < 0:
            raise ConfigError(f"cuda_mib is {self.cuda_mib}; say 0 or more")

    def cells(self, window: int = 0) -> int:
        """Cells of one slot's cache in a layer with this window; 0 is none."""
        seen = min(self.ctx, window + self.ubatch) if window else self.ctx
        return -(-seen // _PAD) * _PAD
