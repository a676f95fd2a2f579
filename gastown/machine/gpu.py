"""GPU: the memory of this machine's graphics card, as NVIDIA's library (NVML) tells it."""
# ruff: noqa: N802 - NVML's own names

from dataclasses import dataclass
from typing import Any, Protocol

_MIB = 2**20
MARGIN_MIB = 256  # a driver gives and takes this much between two looks


class MemoryInfo(Protocol):
    """Memory of one card, in bytes."""

    @property
    def total(self) -> int:
        """What the card has."""
        ...

    @property
    def free(self) -> int:
        """What nobody uses."""
        ...


class Nvml(Protocol):
    """What is used of the module `pynvml`, of the package nvidia-ml-py."""

    NVMLError: type[Exception]

    def nvmlInit(self) -> None:
        """Load the library. Raises NVMLError without one, or without its driver."""
        ...

    def nvmlShutdown(self) -> None:
        """Give the library back."""
        ...

    def nvmlDeviceGetCount(self) -> int:
        """How many cards there are."""
        ...

    def nvmlDeviceGetHandleByIndex(self, index: int, /) -> Any:
        """A card, by its number."""
        ...

    def nvmlDeviceGetName(self, handle: Any, /) -> str | bytes:
        """What the card is called; older versions of the package answer in bytes."""
        ...

    def nvmlDeviceGetMemoryInfo(self, handle: Any, /) -> MemoryInfo:
        """The card's memory. Raises NVMLError where it shares the system's."""
        ...


@dataclass(frozen=True, slots=True)
class Gpu:
    """One card, at the moment it was asked."""

    name: str
    total_mib: int
    free_mib: int


@dataclass(frozen=True, slots=True)
class Gpus:
    """The cards there are, largest first, and why there are no more of them."""

    cards: tuple[Gpu, ...]
    why: str = ""


def read_gpus(nvml: Nvml) -> Gpus:
    """Ask NVML for every card; without an answer none, and why. Never raises NVML's errors."""
    try:
        nvml.nvmlInit()
    except nvml.NVMLError as error:
        return Gpus((), f"no VRAM: {_said(error)}; without an NVIDIA driver, models run on cores")
    try:
        return _ask(nvml)
    except nvml.NVMLError as error:
        return Gpus((), f"no VRAM: the driver answered {_said(error)}")
    finally:
        nvml.nvmlShutdown()


def _ask(nvml: Nvml) -> Gpus:
    found: list[Gpu] = []
    silent: list[str] = []
    for index in range(nvml.nvmlDeviceGetCount()):
        try:
            found.append(_card(nvml, index))
        except nvml.NVMLError as error:
            silent.append(f"card {index}: {_said(error)}")
    cards = tuple(sorted(found, key=lambda card: -card.total_mib))
    why = [*silent, *([] if cards or silent else ["no VRAM: a driver, but no card"])]
    return Gpus(cards, "; ".join(why))


def _card(nvml: Nvml, index: int) -> Gpu:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    name, memory = nvml.nvmlDeviceGetName(handle), nvml.nvmlDeviceGetMemoryInfo(handle)
    text = name.decode(errors="replace") if isinstance(name, bytes) else name
    return Gpu(text, memory.total // _MIB, memory.free // _MIB)


def _said(error: Exception) -> str:
    code = getattr(error, "value", None)
    return f"{error} (NVML code {code})" if code is not None else str(error)
