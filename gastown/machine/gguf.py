"""GGUF: what the header of a model's file says, read without the weights and without trust.

Layout: `GGUF`, version 2 or 3, the counts of tensors and of metadata, the metadata, one record per
tensor, then padding and the weights (ggml's docs/gguf.md). A file may come from anywhere, so every
count and length is bounded before it is used, and sizes must agree with where the weights lie.
"""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from gastown.errors import ModelFileError, NotFoundError

# id in the file: name, elements per block, bytes per block
TYPES: Final[Mapping[int, tuple[str, int, int]]] = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    9: ("Q8_1", 32, 36),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    15: ("Q8_K", 256, 292),
    16: ("IQ2_XXS", 256, 66),
    17: ("IQ2_XS", 256, 74),
    18: ("IQ3_XXS", 256, 98),
    19: ("IQ1_S", 256, 50),
    20: ("IQ4_NL", 32, 18),
    21: ("IQ3_S", 256, 110),
    22: ("IQ2_S", 256, 82),
    23: ("IQ4_XS", 256, 136),
    24: ("I8", 1, 1),
    25: ("I16", 1, 2),
    26: ("I32", 1, 4),
    27: ("I64", 1, 8),
    28: ("F64", 1, 8),
    29: ("IQ1_M", 256, 56),
    30: ("BF16", 1, 2),
    34: ("TQ1_0", 256, 54),
    35: ("TQ2_0", 256, 66),
    39: ("MXFP4", 32, 17),
}
_SCALARS: Final = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f"} | {
    7: "?", 10: "Q", 11: "q", 12: "d"
}  # fmt: skip
_TEXT, _ARRAY = 8, 9
_VERSIONS = (2, 3)
_MAX_HEADER = 128 << 20  # the largest vocabularies of 2026 need some 15 MiB
_MAX_TENSORS = 1 << 16
_MAX_KEYS = 1 << 14
_MAX_ITEMS = 1 << 22  # of one list; a vocabulary has some 260,000
_MAX_KEPT = 4096  # of one list of numbers: per-layer figures are kept, a vocabulary's are not
_MAX_NAME = 1 << 10
_MAX_TEXT = 1 << 22  # a chat template may be long
_MAX_DIMS = 4
_MAX_SIDE = 1 << 40
_ALIGNMENT = 32  # unless the file names another
_CHUNK = 1 << 20
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A list that was not kept: how many items it has."""

    items: int


Value = int | float | bool | str | tuple[int | float | bool, ...] | Skipped


@dataclass(frozen=True, slots=True)
class Tensor:
    """One tensor's record: `size` is its bytes, `offset` where they start within the weights."""

    name: str
    dims: tuple[int, ...]
    kind: str
    size: int
    offset: int


@dataclass(frozen=True, slots=True)
class Header:
    """A whole header; `size` is the header's own bytes, up to the weights."""

    path: Path
    version: int
    size: int
    metadata: Mapping[str, Value]
    tensors: tuple[Tensor, ...]

    @property
    def weights(self) -> int:
        """Bytes of all tensors, without padding."""
        return sum(tensor.size for tensor in self.tensors)


def read_header(path: Path) -> Header:
    """Read the header of one GGUF file. Raises NotFoundError or ModelFileError."""
    if not path.exists():
        raise NotFoundError(f"{path}: no such file; name a model's .gguf file")
    if not path.is_file():  # a pipe would be waited for
        raise ModelFileError(f"{path}: not a file; name the .gguf file itself")
    try:
        with path.open("rb") as file:
            return _header(_Reader(path, file, path.stat().st_size))
    except OSError as error:
        raise ModelFileError(f"{path}: cannot be read: {error.strerror}") from None


class _Reader:
    """Reads a header from front to back and says where it was when something is wrong."""

    def __init__(self, path: Path, file: BinaryIO, size: int) -> None:
        self.path = path
        self.size = size
        self.at = 0
        self.what = "the magic number"
        self._file = file
        self._data = bytearray()

    def wrong(self, reason: str, remedy: str = "fetch the file again") -> ModelFileError:
        """The error of this place."""
        return ModelFileError(f"{self.path}: byte {self.at}, {self.what}: {reason}; {remedy}")

    def take(self, count: int) -> bytes:
        """The next bytes."""
        self._have(self.at + count)
        start, self.at = self.at, self.at + count
        return bytes(self._data[start : self.at])

    def number(self, code: str) -> int:
        """The next whole number, of a struct code."""
        (found,) = struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))
        return found

    def count(self, most: int, of: str) -> int:
        """The next 64-bit count, at most so large."""
        found = self.number("Q")
        if found > most:
            raise self.wrong(f"{found} {of}, where at most {most} are believed")
        return found

    def text(self, most: int) -> str:
        """The next string."""
        return self.take(self.count(most, "bytes of text")).decode("utf-8", "replace")

    def skip_texts(self, count: int) -> None:
        """Pass over so many strings; the hot loop of a vocabulary."""
        unpack, at, ready = _LENGTH.unpack_from, self.at, len(self._data)
        for _ in range(count):
            if at + 8 > ready:
                ready = self._have(at + 8)
            at += 8 + unpack(self._data, at)[0]
        self._have(at)
        self.at = at

    def _have(self, end: int) -> int:
        """Have the file's first `end` bytes at hand; returns how many are."""
        if end > self.size:
            raise self.wrong(f"the file is cut short: it ends at byte {self.size}")
        if end > _MAX_HEADER:
            raise self.wrong(f"the header is longer than {_MAX_HEADER >> 20} MiB")
        while len(self._data) < end:
            more = self._file.read(_CHUNK)
            if not more:
                raise self.wrong(f"the file is cut short: it ends at byte {len(self._data)}")
            self._data += more
        return len(self._data)


def _header(reader: _Reader) -> Header:
    if reader.take(4) != b"GGUF":
        raise reader.wrong("this is no GGUF file", "name a model's .gguf file")
    reader.what = "the version"
    version = reader.number("I")
    if version not in _VERSIONS:
        raise reader.wrong(f"version {version} is not known, only 2 and 3", "convert the model")
    reader.what = "the counts"
    tensors = reader.count(_MAX_TENSORS, "tensors")
    keys = reader.count(_MAX_KEYS, "keys")
    metadata = _metadata(reader, keys)
    alignment = _alignment(reader, metadata)
    found = _tensors(reader, tensors, alignment)
    size = _padded(reader.at, alignment)
    if found and (end := size + found[-1].offset + found[-1].size) > reader.size:
        reader.what = f"tensor {found[-1].name!r}"
        raise reader.wrong(f"the file is cut short: {reader.size} bytes of {end}")
    return Header(reader.path, version, size, metadata, found)


def _metadata(reader: _Reader, count: int) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for number in range(count):
        reader.what = f"metadata key {number + 1} of {count}"
        key = reader.text(_MAX_NAME)
        reader.what = f"metadata key {key!r}"
        if key in found:
            raise reader.wrong("stands there twice")
        found[key] = _value(reader)
    return found


def _value(reader: _Reader) -> Value:
    kind = reader.number("I")
    if kind == _TEXT:
        return reader.text(_MAX_TEXT)
    if kind == _ARRAY:
        return _array(reader)
    code = _code(reader, kind)
    (found,) = struct.unpack("<" + code, reader.take(struct.calcsize("<" + code)))
    return found


def _array(reader: _Reader) -> Value:
    kind = reader.number("I")
    count = reader.count(_MAX_ITEMS, "items")
    if kind == _TEXT:
        reader.skip_texts(count)
        return Skipped(count)
    code = _code(reader, kind)
    raw = reader.take(struct.calcsize(f"<{count}{code}"))
    return struct.unpack(f"<{count}{code}", raw) if count <= _MAX_KEPT else Skipped(count)


def _code(reader: _Reader, kind: int) -> str:
    if kind not in _SCALARS:
        raise reader.wrong(f"value type {kind} is not known")
    return _SCALARS[kind]


def _alignment(reader: _Reader, metadata: Mapping[str, Value]) -> int:
    found = metadata.get("general.alignment", _ALIGNMENT)
    if not isinstance(found, int) or not 0 < found <= _CHUNK or found & (found - 1):
        reader.what = "metadata key 'general.alignment'"
        raise reader.wrong(f"{found!r} is no power of two up to {_CHUNK}")
    return found


def _tensors(reader: _Reader, count: int, alignment: int) -> tuple[Tensor, ...]:
    found: dict[str, Tensor] = {}
    expected = 0
    for number in range(count):
        reader.what = f"tensor {number + 1} of {count}"
        tensor = _tensor(reader)
        if tensor.name in found:
            raise reader.wrong("stands there twice")
        if tensor.offset != expected:
            raise reader.wrong(f"its weights lie at {tensor.offset}, where {expected} follows")
        found[tensor.name] = tensor
        expected = _padded(expected + tensor.size, alignment)
    return tuple(found.values())


def _tensor(reader: _Reader) -> Tensor:
    name = reader.text(_MAX_NAME)
    reader.what = f"tensor {name!r}"
    rank = reader.number("I")
    if not 1 <= rank <= _MAX_DIMS:
        raise reader.wrong(f"{rank} dimensions, where 1 to {_MAX_DIMS} are believed")
    dims = tuple(reader.count(_MAX_SIDE, "elements a side") for _ in range(rank))
    number = reader.number("I")
    if number not in TYPES:
        remedy = "fetch the file again, or take a quantization that this version knows"
        raise reader.wrong(f"tensor type {number} is not known", remedy)
    kind, block, size = TYPES[number]
    if not dims[0] or dims[0] % block or math.prod(dims) > _MAX_SIDE:
        raise reader.wrong(f"dimensions {dims} do not fit {kind}, which has blocks of {block}")
    return Tensor(name, dims, kind, math.prod(dims) // block * size, reader.number("Q"))


def _padded(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment
