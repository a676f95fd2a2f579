"""Shape: what a model's header says of the size of its cache and of its work."""

from dataclasses import dataclass
from typing import Final

from gastown.errors import ModelFileError
from gastown.machine.gguf import Header, Value

# every n-th layer attends to everything, those between to a window (llama.cpp's src/models/)
PATTERNS: Final = {
    "cohere2": 4,
    "gemma2": 2,
    "gemma3": 6,
    "gemma3n": 5,
    "gpt-oss": 2,
    "llama4": 4,
    "olmo2": 4,
}
_CHUNKED: Final = {"llama4": 8192}  # llama.cpp takes the chunk, whatever window the file names
_RECURRENT = (".ssm.", ".wkv.")
_MOST_LAYERS = 4096
_MOST = 1 << 24  # a side of any model; what is larger is damage
_DECLARE = "declare the model's figures in the catalogue instead"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer's cache: heads and the width of one head's key and value; window 0 sees all."""

    heads: int
    key: int
    value: int
    window: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """A model as the cache and the compute buffer see it.

    `inner` is the width of the feed-forward work of one token: for experts, of all that are used.
    `trained` is the context it was trained for; zero where the file does not say.
    """

    arch: str
    layers: tuple[Layer, ...]
    width: int
    inner: int
    experts: int
    vocabulary: int
    trained: int
    notes: tuple[str, ...] = ()


def shape_of(header: Header) -> Shape:
    """The shape, each figure from its key. Raises ModelFileError naming the key."""
    arch = header.metadata.get("general.architecture")
    if not isinstance(arch, str):
        raise ModelFileError(f"{header.path}: key 'general.architecture' is missing; no model?")
    keys = _Keys(header, arch)
    keys.refuse_what_is_not_predicted()
    count = keys.layers()
    windows, notes = _windows(keys, count)
    used = keys.one("expert_used_count", 0)
    inner = max(keys.each("feed_forward_length", count))
    width = keys.one("embedding_length")
    return Shape(
        arch,
        _layers(keys, windows, width),
        width,
        inner=used * keys.one("expert_feed_forward_length", inner) if used else inner,
        experts=used,
        vocabulary=_vocabulary(header),
        trained=keys.one("context_length", 0),
        notes=notes,
    )


class _Keys:
    """The metadata of one architecture; every figure is checked when it is asked for."""

    def __init__(self, header: Header, arch: str) -> None:
        self.header = header
        self.arch = arch

    def get(self, name: str) -> Value | None:
        return self.header.metadata.get(f"{self.arch}.{name}")

    def one(self, name: str, default: int | None = None) -> int:
        found = self.get(name)
        if found is None and default is not None:
            return default
        return self._checked(name, found)

    def layers(self) -> int:
        """How many there are, before anything is made for each of them."""
        found = self.one("block_count")
        if not 1 <= found <= _MOST_LAYERS:
            raise self._wrong("block_count", f"is {found}, not 1 to {_MOST_LAYERS}")
        return found

    def each(self, name: str, count: int, default: int | None = None) -> tuple[int, ...]:
        """One figure for each layer; a single one holds for all."""
        found = self.get(name)
        if not isinstance(found, tuple):
            return (self.one(name, default),) * count
        if len(found) < count:
            raise self._wrong(name, f"has {len(found)} figures for {count} layers")
        return tuple(self._checked(name, figure) for figure in found[:count])

    def refuse_what_is_not_predicted(self) -> None:
        for key in self.header.metadata:
            if any(key.startswith(self.arch + part) for part in _RECURRENT):
                reason = "tells of a recurrent state, whose size is not predicted"
                raise self._wrong(key.removeprefix(f"{self.arch}."), reason, _DECLARE)
        parts = self.header.metadata.get("split.count")
        if isinstance(parts, int) and parts > 1:
            text = f"{self.header.path}: key 'split.count': one of {parts} parts of a model"
            raise ModelFileError(f"{text}; merge them (llama-gguf-split --merge)")

    def _checked(self, name: str, found: object) -> int:
        if found is None:
            raise self._wrong(name, "is missing", _DECLARE)
        if not isinstance(found, int) or not 0 <= found <= _MOST:
            raise self._wrong(name, f"is {found!r}, not a whole number up to {_MOST}")
        return found

    def _wrong(self, name: str, reason: str, remedy: str = "fetch it again") -> ModelFileError:
        return ModelFileError(f"{self.header.path}: key '{self.arch}.{name}' {reason}; {remedy}")


def _windows(keys: _Keys, count: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Each layer's window, and what is to be said about them."""
    window = keys.one("attention.sliding_window", 0)
    pattern = keys.get("attention.sliding_window_pattern") or PATTERNS.get(keys.arch)
    if keys.arch in _CHUNKED and (window or keys.get("attention.sliding_window") is None):
        window = _CHUNKED[keys.arch]
    if not window or not pattern:
        note = f"{keys.arch} names a window of {window}, but not which layers keep to it; counted"
        return (0,) * count, (f"{note} as if every layer saw all",) if window else ()
    if isinstance(pattern, int):
        return tuple(window if i % pattern < pattern - 1 else 0 for i in range(count)), ()
    kept = keys.each("attention.sliding_window_pattern", count)
    return tuple(window if slides else 0 for slides in kept), ()


def _layers(keys: _Keys, windows: tuple[int, ...], width: int) -> tuple[Layer, ...]:
    count = len(windows)
    heads = keys.each("attention.head_count", count)
    cached = keys.each("attention.head_count_kv", count, default=max(heads, default=0))
    one = width // max(1, max(heads, default=1))
    key = keys.one("attention.key_length", one)
    value = keys.one("attention.value_length", one)
    return tuple(
        Layer(kept, key, value, window) for kept, window in zip(cached, windows, strict=True)
    )


def _vocabulary(header: Header) -> int:
    for tensor in header.tensors:
        if tensor.name == "token_embd.weight" and len(tensor.dims) > 1:
            return tensor.dims[1]
    raise ModelFileError(f"{header.path}: tensor 'token_embd.weight' is missing; no text model?")
