"""GGUF files for tests: any header, and published models as a header over a sparse file.

A published model here is its shape from its `config.json` and the types that llama.cpp's Q4_K_M
(MXFP4 for gpt-oss) gives its tensors; its weights are a hole in the file, so 20 GB take kilobytes.
"""

import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gastown.machine.gguf import TYPES

NUMBERS = {name: (number, block, size) for number, (name, block, size) in TYPES.items()}
ALIGNMENT = 32
Record = tuple[str, tuple[int, ...], str]
Tensors = Sequence[Record]


@dataclass(frozen=True)
class Model:
    """The figures of one published model; `experts` is (all, used, width of one)."""

    arch: str
    layers: int
    width: int
    inner: int
    heads: int
    kept: int
    head: int
    vocabulary: int
    tied: bool = False
    biased: bool = True
    experts: tuple[int, int, int] = (0, 0, 0)
    window: int = 0


PUBLISHED = {
    "Qwen2.5-1.5B": Model("qwen2", 28, 1536, 8960, 12, 2, 128, 151936, tied=True),
    "Qwen2.5-3B": Model("qwen2", 36, 2048, 11008, 16, 2, 128, 151936, tied=True),
    "Qwen2.5-7B": Model("qwen2", 28, 3584, 18944, 28, 4, 128, 152064),
    "Qwen2.5-14B": Model("qwen2", 48, 5120, 13824, 40, 8, 128, 152064),
    "Qwen2.5-32B": Model("qwen2", 64, 5120, 27648, 40, 8, 128, 152064),
    "Qwen3-8B": Model("qwen3", 36, 4096, 12288, 32, 8, 128, 151936, biased=False),
    "Qwen3-30B-A3B": Model(
        "qwen3moe", 48, 2048, 6144, 32, 4, 128, 151936, biased=False, experts=(128, 8, 768)
    ),
    "gpt-oss-20b": Model(
        "gpt-oss", 24, 2880, 2880, 64, 8, 64, 201088, experts=(32, 4, 2880), window=128
    ),
}


def text(value: str) -> bytes:
    """A string as GGUF has it."""
    raw = value.encode()
    return struct.pack("<Q", len(raw)) + raw


def value(found: object) -> bytes:
    """A value with its type: text, flag, number, list of texts or of numbers."""
    if isinstance(found, bool):
        return struct.pack("<I?", 7, found)
    if isinstance(found, int):
        return struct.pack("<II", 4, found)
    if isinstance(found, float):
        return struct.pack("<If", 6, found)
    if isinstance(found, str):
        return struct.pack("<I", 8) + text(found)
    assert isinstance(found, list)
    if found and isinstance(found[0], str):
        return struct.pack("<IIQ", 9, 8, len(found)) + b"".join(map(text, found))
    return struct.pack(f"<IIQ{len(found)}I", 9, 4, len(found), *found)


def size_of(dims: tuple[int, ...], kind: str) -> int:
    """Bytes of one tensor's weights."""
    _, block, size = NUMBERS[kind]
    elements = 1
    for side in dims:
        elements *= side
    return elements // block * size


def header(metadata: Mapping[str, object], tensors: Tensors, version: int = 3) -> tuple[bytes, int]:
    """A header padded to where the weights begin, and how many bytes of weights follow."""
    made = [b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))]
    made += [text(key) + value(found) for key, found in metadata.items()]
    offset = end = 0
    for name, dims, kind in tensors:
        record = struct.pack(f"<I{len(dims)}QIQ", len(dims), *dims, NUMBERS[kind][0], offset)
        made.append(text(name) + record)
        end = offset + size_of(dims, kind)
        offset = -(-end // ALIGNMENT) * ALIGNMENT
    raw = b"".join(made)
    return raw + b"\0" * (-len(raw) % ALIGNMENT), end


def write(path: Path, metadata: Mapping[str, object], tensors: Tensors) -> Path:
    """The file, its weights a hole."""
    raw, weights = header(metadata, tensors)
    path.write_bytes(raw)
    os.truncate(path, len(raw) + weights)
    return path


def published(folder: Path, name: str) -> Path:
    """One published model's header in a sparse file."""
    model = PUBLISHED[name]
    return write(folder / f"{name}.gguf", metadata_of(model), tensors_of(model))


def metadata_of(model: Model) -> dict[str, object]:
    """What a converter writes of its figures; the vocabulary is left out."""
    experts, used, wide = model.experts
    figures: dict[str, object] = {
        "block_count": model.layers,
        "context_length": 32768,
        "embedding_length": model.width,
        "feed_forward_length": model.inner,
        "attention.head_count": model.heads,
        "attention.head_count_kv": model.kept,
        "attention.key_length": model.head,
        "attention.value_length": model.head,
        "attention.layer_norm_rms_epsilon": 1e-6,
        "rope.freq_base": 1e6,
        "vocab_size": model.vocabulary,
    }
    if experts:
        figures |= {"expert_count": experts, "expert_used_count": used}
        figures["expert_feed_forward_length"] = wide
    if model.window:
        figures["attention.sliding_window"] = model.window
    own = {f"{model.arch}.{key}": found for key, found in figures.items()}
    return {"general.architecture": model.arch, **own, "tokenizer.ggml.model": "no_vocab"}


def tensors_of(model: Model) -> list[Record]:
    """Every tensor in the order of a converter, with its type."""
    gpt = model.arch == "gpt-oss"
    plain, last = ("Q8_0", "Q8_0") if gpt else ("Q4_K", "Q6_K")
    table = last if model.tied else plain
    found: list[Record] = [
        ("token_embd.weight", (model.width, model.vocabulary), table),
        ("output_norm.weight", (model.width,), "F32"),
    ]
    if not model.tied:
        found.append(("output.weight", (model.width, model.vocabulary), last))
    for index in range(model.layers):
        layer = _attention(model, plain, plain if gpt else _finer(model, index))
        layer += _gpt_work(model) if gpt else _work(model, _finer(model, index))
        found += [(f"blk.{index}.{part}", dims, kind) for part, dims, kind in layer]
    return found


def _finer(model: Model, index: int) -> str:
    """Q4_K_M gives Q6_K to values and down-projections of an eighth at each end, and each third."""
    eighth = model.layers // 8
    ends = index < eighth or index >= 7 * model.layers // 8
    return "Q6_K" if ends or (index - eighth) % 3 == 2 else "Q4_K"


def _attention(model: Model, plain: str, values: str) -> list[Record]:
    wide, narrow = model.heads * model.head, model.kept * model.head
    found: list[Record] = [
        ("attn_norm.weight", (model.width,), "F32"),
        ("attn_q.weight", (model.width, wide), plain),
        ("attn_k.weight", (model.width, narrow), plain),
        ("attn_v.weight", (model.width, narrow), values),
        ("attn_output.weight", (wide, model.width), plain),
    ]
    if model.biased:
        sides = (("q", wide), ("k", narrow), ("v", narrow))
        found += [(f"attn_{side}.bias", (size,), "F32") for side, size in sides]
    else:
        found += [(f"attn_{side}_norm.weight", (model.head,), "F32") for side in ("q", "k")]
    return found


def _work(model: Model, down: str) -> list[Record]:
    experts, _, wide = model.experts
    many = (experts,) if experts else ()
    tail, inner = ("_exps", wide) if experts else ("", model.inner)
    found: list[Record] = [
        ("ffn_norm.weight", (model.width,), "F32"),
        (f"ffn_gate{tail}.weight", (model.width, inner, *many), "Q4_K"),
        (f"ffn_up{tail}.weight", (model.width, inner, *many), "Q4_K"),
        (f"ffn_down{tail}.weight", (inner, model.width, *many), down),
    ]
    if experts:
        found.append(("ffn_gate_inp.weight", (model.width, experts), "F32"))
    return found


def _gpt_work(model: Model) -> list[Record]:
    experts, _, wide = model.experts
    found: list[Record] = [
        ("attn_output.bias", (model.width,), "F32"),
        ("attn_sinks.weight", (model.heads,), "F32"),
        ("post_attention_norm.weight", (model.width,), "F32"),
        ("ffn_gate_inp.weight", (model.width, experts), "F32"),
        ("ffn_gate_inp.bias", (experts,), "F32"),
    ]
    for side, dims in (
        ("gate", (model.width, wide)),
        ("up", (model.width, wide)),
        ("down", (wide, model.width)),
    ):
        found.append((f"ffn_{side}_exps.weight", (*dims, experts), "MXFP4"))
        found.append((f"ffn_{side}_exps.bias", (dims[1], experts), "F32"))
    return found
