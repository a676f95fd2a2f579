"""Maps: which model serves which role, here and in the cloud, and what each can do.

The figures of the machine that the town was first meant for, as its owner states them; prefill
speeds and latencies are assumed. Prices are micro-dollars per token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from gastown.machine.capacity import Capacity
from gastown.placement.session import CloudRoute, LocalRoute, Model
from gastown.placement.work import Work

PC: Final = Capacity(vram_mib=7577, ram_mib=131_072, p_cores=6, e_cores=4, sandboxes=64)
MICRO_USD_PER_WS: Final = 0.15 * 1e6 / 3.6e6  # electricity at $0.15 per kWh


class Server(NamedTuple):
    """A local model at work: tokens per second read and written, watts, and a session's claims."""

    model: Model
    claims: Capacity
    reads: float
    writes: float
    watts: float

    def route(self, work: Work) -> LocalRoute:
        """The way through it. Tools take the machine's time, but hardly its power."""
        busy = work.fresh / self.reads + work.out / self.writes
        power = round(busy * self.watts * MICRO_USD_PER_WS)
        return LocalRoute(busy + work.tools_s, self.claims, self.model, power)


class Cloud(NamedTuple):
    """A cloud model: tokens per second written, seconds to the first one, prices per token."""

    model: str
    writes: float
    first_s: float
    price_in: float
    price_out: float

    def route(self, work: Work) -> CloudRoute:
        """The way through it; up to twice the expected price is set aside."""
        seconds = work.turns * self.first_s + work.out / self.writes + work.tools_s
        price = round(work.billed * self.price_in + work.out * self.price_out)
        return CloudRoute(seconds, price, most=2 * price, model=self.model)


@dataclass(frozen=True, slots=True)
class SeatMap:
    """Servers and cloud models by role; a role without a server runs in the cloud only."""

    local: Mapping[str, Server]
    cloud: Mapping[str, Cloud]


_Q7 = Model("qwen-7b", Capacity(vram_mib=4813), slots=1, load_s=5)
_Q7_TWO = Model("qwen-7b", Capacity(vram_mib=4813), slots=2, load_s=5)
_R1 = Model("r1-32b", Capacity(ram_mib=20_480), slots=1, load_s=20)
_Q15 = Model("qwen-1.5b", Capacity(ram_mib=2048), slots=1, load_s=3)
# 0.11 MiB of cache per token: 14,000 tokens alone, or 10,000 each for two
GPU: Final = Server(_Q7, Capacity(vram_mib=1540, sandboxes=1), 2500, 100, 300)
GPU_HALF: Final = Server(_Q7_TWO, Capacity(vram_mib=1100, sandboxes=1), 2500, 100, 300)
CPU: Final = Server(_R1, Capacity(ram_mib=4096, p_cores=6, sandboxes=1), 40, 13.5, 110)
FRUGAL: Final = Server(_Q15, Capacity(ram_mib=1024, e_cores=4, sandboxes=1), 120, 25.5, 25)

_Q30 = Cloud("qwen3-coder-30b", 100, 1.0, 0.18, 0.18)
_Q480 = Cloud("qwen3-coder-480b", 60, 1.5, 0.22, 0.95)
_KIMI = Cloud("kimi-k2", 50, 1.5, 0.60, 0.60)
_CLOUD: Final = {
    "defender": _Q480,
    "polecat": _Q30,
    "refinery": _Q480,
    "watchdog": _Q480,
    "librarian": _Q480,
    "gauger": _Q480,
    "spotter": _KIMI,
}
SEED: Final = SeatMap(
    {
        "defender": CPU,
        "polecat": GPU,
        "refinery": CPU,
        "watchdog": GPU,
        "librarian": FRUGAL,
        "gauger": FRUGAL,
    },
    _CLOUD,
)
REFGPU: Final = SeatMap({**SEED.local, "refinery": GPU}, _CLOUD)
