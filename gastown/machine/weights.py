"""Weights: which of a model's tensors go to the GPU for `-ngl` and `--n-cpu-moe`."""

import re
from dataclasses import dataclass
from typing import Final

from gastown.machine.gguf import Header, Tensor

_BLOCK = re.compile(r"blk\.(\d{1,5})\.")
_EXPERTS = re.compile(r"blk\.\d+\.ffn_(?:up|down|gate|gate_up)_(?:ch|)exps")
_EMBEDDING = "token_embd.weight"
_OUTPUT = "output.weight"
# input tensors, which llama.cpp never puts on a GPU
_INPUTS = ("token_embd", "position_embd", "token_types", "per_layer_token_embd")
# what a CPU build for AVX2 lays out anew; other types stay as they are mapped
REPACKED: Final = frozenset({"Q4_0", "Q4_K", "IQ4_NL", "MXFP4"})


@dataclass(frozen=True, slots=True)
class Split:
    """Bytes on either side, and which layers' caches go to the GPU.

    `twice` is counted in `gpu`: tied embeddings serve as output there and stay in RAM as input.
    `largest_left` is the largest matrix that stays in RAM, `repacked` the bytes of those that a
    CPU build copies.
    """

    gpu: int
    host: int
    twice: int
    layers: tuple[bool, ...]
    on_gpu: bool
    largest_left: int
    repacked: int


def split(header: Header, layers: int, gpu_layers: int | None, cpu_moe: int) -> Split:
    """Lay the tensors out as llama.cpp does: the output first, then layers from the last one."""
    wanted = layers + 1 if gpu_layers is None else gpu_layers
    first = layers + 1 - min(wanted, layers + 1)
    gone = [t for t in header.tensors if _on_gpu(t, first, layers, cpu_moe)]
    left = [t for t in header.tensors if not _on_gpu(t, first, layers, cpu_moe)]
    names = {tensor.name for tensor in header.tensors}
    tied = [t for t in left if t.name == _EMBEDDING and _OUTPUT not in names]
    twice = sum(tensor.size for tensor in tied) if wanted else 0
    matrices = [t for t in left if len(t.dims) > 1 and not t.name.startswith(_INPUTS)]
    return Split(
        gpu=sum(tensor.size for tensor in gone) + twice,
        host=sum(tensor.size for tensor in left),
        twice=twice,
        layers=tuple(index >= first for index in range(layers)),
        on_gpu=wanted > 0,
        largest_left=max((tensor.size for tensor in matrices), default=0),
        repacked=sum(tensor.size for tensor in matrices + tied if tensor.kind in REPACKED),
    )


def _on_gpu(tensor: Tensor, first: int, layers: int, cpu_moe: int) -> bool:
    """Whether it goes there; the output and its norm count as the layer after the last."""
    if tensor.name.startswith(_INPUTS):
        return False
    block = _BLOCK.match(tensor.name)
    index = int(block[1]) if block else layers
    if block and index < cpu_moe and _EXPERTS.match(tensor.name):
        return False
    return first <= index <= layers
