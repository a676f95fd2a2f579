"""Footprint: the memory a model takes for a context, worked out before anything is loaded.

Every figure is bytes, exact, with its arithmetic and its source. The formulas were read from
llama.cpp's source and held against the buffer sizes that it reports (docs/footprint.md).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gastown.errors import ConfigError
from gastown.machine.gguf import Header
from gastown.machine.load import KV_TYPES, RUNNERS, Load
from gastown.machine.shape import Layer, Shape, shape_of
from gastown.machine.weights import Split, split

MIB: Final = 1 << 20
FORMULA = "formula checked against llama.cpp"
HEADER = "the file's header"
MEASURED = "measured, CPU build"
REPORTED = "reported by others, not measured here"
DECLARED = "declared"
MIXED_KV = (
    "keys and values of different types: stock CUDA builds have no kernel for them. Builds to "
    "about August 2026 silently moved attention to the CPU (358 instead of 11,250 tokens/s are "
    "reported), later ones convert the cache at each step, which is slow and takes more VRAM. "
    "Use q8_0/q8_0, or a build with GGML_CUDA_FA_QUANTS=all."
)


@dataclass(frozen=True, slots=True)
class Part:
    """One figure, in bytes: how much of it is VRAM and how much RAM, how it came about."""

    name: str
    gpu: int
    host: int
    sum: str
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    """What a catalogue declares of a model whose file is not here; `source` says who said so."""

    name: str
    base_mib: float
    mib_per_token: float
    on_gpu: bool
    source: str


@dataclass(frozen=True, slots=True)
class Footprint:
    """All parts of one load, in bytes, and what a person should know of them."""

    model: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    @property
    def gpu(self) -> int:
        """VRAM in bytes."""
        return sum(part.gpu for part in self.parts)

    @property
    def host(self) -> int:
        """RAM in bytes."""
        return sum(part.host for part in self.parts)

    def part(self, name: str) -> Part:
        """The part of that name. Raises KeyError."""
        return {part.name: part for part in self.parts}[name]


def footprint(header: Header, load: Load) -> Footprint:
    """What this file takes. Raises ModelFileError, or ConfigError where the load cannot be."""
    shape = shape_of(header)
    placed = split(header, len(shape.layers), load.gpu_layers, load.cpu_moe)
    parts = (
        _weights(placed),
        *_repacked(placed),
        _cache(shape, load, placed),
        _compute(shape, load, placed),
        *_copies(placed),
        _output(shape, load),
        *_process(shape, load, placed),
    )
    return Footprint(header.path.name, parts, _notes(shape, load, placed))


def declared(row: Row, load: Load) -> Footprint:
    """What a catalogue's row says that it takes. Raises ConfigError for a negative figure."""
    for name, figure in (("base_mib", row.base_mib), ("mib_per_token", row.mib_per_token)):
        if not 0 <= figure < float("inf"):
            raise ConfigError(f"catalogue row {row.name!r}: {name} is {figure}; say 0 or more")
    cells = load.cells() * load.slots
    base = Part("base", *_on(row.on_gpu, row.base_mib), f"{row.base_mib:g} MiB", row.source)
    text = f"{row.mib_per_token:g} MiB/token * {cells} cells"
    cache = Part("cache", *_on(row.on_gpu, row.mib_per_token * cells), text, row.source)
    note = "no file is here: these are a catalogue's figures, not the model's own"
    return Footprint(row.name, (base, cache), (note,))


def _weights(placed: Split) -> Part:
    twice = f" + {_mib(placed.twice)} tied embeddings a second time" if placed.twice else ""
    text = f"tensors {_mib(placed.gpu + placed.host - placed.twice)}{twice}"
    return Part("weights", placed.gpu, placed.host, text, HEADER)


def _repacked(placed: Split) -> Sequence[Part]:
    """Without a GPU, llama.cpp keeps a second copy of some types, laid out for the CPU."""
    if placed.on_gpu or not placed.repacked:
        return ()
    text = f"{_mib(placed.repacked)} of tensors in a second layout; none with --no-repack"
    return (Part("repacked", 0, placed.repacked, text, MEASURED),)


def _cache(shape: Shape, load: Load, placed: Split) -> Part:
    gpu = whole = 0
    alike: Counter[tuple[int, int, int]] = Counter()
    for layer, there in zip(shape.layers, placed.layers, strict=True):
        cells, head = load.cells(layer.window), _head(layer, load, shape.arch)
        size = load.slots * cells * layer.heads * head
        alike[cells, layer.heads, head] += 1
        whole += size
        gpu += size if there else 0
    text = " + ".join(
        f"{load.slots} slots * {count} layers * {cells} cells * {heads} heads * {head} bytes"
        for (cells, heads, head), count in alike.items()
    )
    return Part("cache", gpu, whole - gpu, f"{text} ({load.keys}/{load.values})", FORMULA)


def _head(layer: Layer, load: Load, arch: str) -> int:
    """Bytes of one head's key and value."""
    found = 0
    for which, kind, side in (("keys", load.keys, layer.key), ("values", load.values, layer.value)):
        block, size = KV_TYPES[kind]
        if side % block:
            text = f"{which} of type {kind} come in blocks of {block}, {arch}'s heads have {side}"
            raise ConfigError(f"{text}; use f16")
        found += side // block * size
    return found


def _compute(shape: Shape, load: Load, placed: Split) -> Part:
    """The scratch buffer with flash attention; with a GPU, the CPU keeps only the inputs."""
    batch, mask, seen = _batch(shape, load)
    wide = max(3 * shape.inner + 5 * shape.width, _routed(shape))
    whole = 4 * batch * wide + mask
    text = f"4 * {batch} tokens * {wide} + 2 * {batch} * {seen} cells"
    if not placed.on_gpu:
        return Part("compute", 0, whole, text, FORMULA)
    inputs = 8 * batch * shape.width + mask
    text = f"{text}; host 8 * {batch} * {shape.width} + the same cells"
    return Part("compute", whole, inputs, text, f"{FORMULA} on a CPU; on CUDA {REPORTED}")


def _batch(shape: Shape, load: Load) -> tuple[int, int, int]:
    """Tokens worked on at once, bytes of their masks, cells that the masks cover."""
    seen = sum(load.cells(window) for window in {layer.window for layer in shape.layers})
    batch = min(load.ubatch, load.cells())
    return batch, 2 * batch * seen, seen


def _routed(shape: Shape) -> int:
    return (2 * shape.experts + 6) * shape.width if shape.experts else 0


def _copies(placed: Split) -> Sequence[Part]:
    """A prompt's layers on the CPU are computed on the GPU, through a copy of their weights."""
    if not placed.on_gpu or not placed.largest_left:
        return ()
    text = f"the largest tensor left in RAM, {_mib(placed.largest_left)}, while a prompt is read"
    return (Part("copies", placed.largest_left, 0, text, "llama.cpp's source, not measured"),)


def _output(shape: Shape, load: Load) -> Part:
    size = 4 * shape.vocabulary * load.slots
    return Part("output", 0, size, f"4 * {shape.vocabulary} tokens * {load.slots} slots", FORMULA)


def _process(shape: Shape, load: Load, placed: Split) -> Sequence[Part]:
    own = Part("process", 0, RUNNERS[load.runner] * MIB, f"{load.runner} itself", MEASURED)
    if not placed.on_gpu:
        return (own,)
    host = 112 * MIB + len(shape.layers) * 34 * MIB // 10
    text = f"{load.cuda_mib} MiB; host 112 MiB + 3.4 MiB * {len(shape.layers)} layers"
    return (own, Part("cuda", load.cuda_mib * MIB, host, text, f"{DECLARED}; host {REPORTED}"))


def _notes(shape: Shape, load: Load, placed: Split) -> tuple[str, ...]:
    found = list(shape.notes)
    if load.keys != load.values:
        found.append(MIXED_KV)
    if shape.trained and load.ctx > shape.trained:
        text = f"trained for {shape.trained} tokens: a slot is capped there, its cache is not"
        found.append(text)
    if placed.on_gpu and not all(placed.layers):
        text = f"{sum(placed.layers)} of {len(placed.layers)} layers and the output on the GPU"
        found.append(text)
    if not placed.on_gpu:
        found.append("weights are mapped: servers of one file share them, count them once")
    return tuple(found)


def _on(on_gpu: bool, mib: float) -> tuple[int, int]:
    size = round(mib * MIB)
    return (size, 0) if on_gpu else (0, size)


def _mib(size: int) -> str:
    return f"{size / MIB:.2f} MiB"
