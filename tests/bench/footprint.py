"""Footprint: reading a model's header, beside reading the same bytes; then working the sum out.

The real model where `make models` fetched it, else a header with as large a vocabulary.
"""

import tempfile
from pathlib import Path

from gastown.machine.footprint import footprint
from gastown.machine.gguf import read_header
from gastown.machine.load import Load
from tests.bench.cook import best
from tests.bench.table import Row, against
from tests.gastown.machine.published import PUBLISHED, metadata_of, tensors_of, write
from tests.gastown.machine.reported import SMOL, fetched

WORDS = 49152


def rows() -> list[Row]:
    """Best of nine, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        small = made(Path(folder) / "small.gguf", WORDS)
        large = made(Path(folder) / "large.gguf", 3 * WORDS)
        found = [_row(f"a made header of {WORDS:,} words and merges", small, "≤ 40 ms")]
        found.append(_row(f"a made header of {3 * WORDS:,} words and merges", large, ""))
        if not fetched():
            found.insert(0, _row("SmolLM2's header", SMOL, "≤ 40 ms"))
        header = read_header(large)
        sums = best(lambda: footprint(header, Load(14000)))
    return [*found, Row("footprint of a header that is read", sums, target="≤ 10 ms")]


def made(path: Path, words: int) -> Path:
    """Qwen2.5-7B's header with a vocabulary and merges as a tokenizer has them."""
    model = PUBLISHED["Qwen2.5-7B"]
    vocabulary = {
        "tokenizer.ggml.tokens": [f"word{number}" for number in range(words)],
        "tokenizer.ggml.token_type": [1] * words,
        "tokenizer.ggml.merges": [f"wo rd{number}" for number in range(words)],
    }
    return write(path, metadata_of(model) | vocabulary, tensors_of(model))


def _row(name: str, model: Path, target: str) -> Row:
    size = read_header(model).size

    def plain() -> bytes:
        with model.open("rb") as file:
            return file.read(size)

    ours = best(lambda: read_header(model))
    return against(f"read {name} / its bytes alone", ours, best(plain), target=target)
