"""A header is read whole or refused in one sentence that says where and why."""

import os
import struct
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gastown.errors import GasTownError, ModelFileError, NotFoundError
from gastown.machine.footprint import footprint
from gastown.machine.gguf import TYPES, Skipped, read_header
from gastown.machine.load import Load
from tests.gastown.machine.published import header, text, write
from tests.gastown.machine.reported import SMOL, fetched

METADATA = {
    "general.architecture": "llama",
    "llama.block_count": 1,
    "llama.rope.freq_base": 1e4,
    "llama.heads": [1, 2, 3],
    "tokenizer.ggml.tokens": ["a", "bc", "ü"],
    "tokenizer.ggml.add_bos_token": True,
}
TENSORS = [("token_embd.weight", (256, 4), "Q4_K"), ("output_norm.weight", (3,), "F32")]
RAW, WEIGHTS = header(METADATA, TENSORS)
WHOLE = RAW + b"\0" * WEIGHTS


def put(folder: Path, raw: bytes) -> Path:
    path = folder / "model.gguf"
    path.write_bytes(raw)
    return path


@pytest.mark.parametrize("version", [2, 3])
def test_both_versions_give_metadata_and_tensors(tmp_path, version):
    raw, weights = header(METADATA, TENSORS, version)

    found = read_header(put(tmp_path, raw + b"\0" * weights))

    assert (found.version, found.size, found.weights) == (version, len(raw), 4 * 144 + 12)
    assert found.metadata["general.architecture"] == "llama"
    assert found.metadata["llama.heads"] == (1, 2, 3)
    assert found.metadata["llama.rope.freq_base"] == 1e4
    assert found.metadata["tokenizer.ggml.add_bos_token"] is True
    assert [(t.name, t.dims, t.kind, t.size) for t in found.tensors] == [
        ("token_embd.weight", (256, 4), "Q4_K", 576),
        ("output_norm.weight", (3,), "F32", 12),
    ]


def test_a_vocabulary_is_counted_not_kept(tmp_path):
    many = {"tokenizer.ggml.scores": list(range(5000))}

    assert read_header(put(tmp_path, WHOLE)).metadata["tokenizer.ggml.tokens"] == Skipped(3)
    assert read_header(write(tmp_path / "many.gguf", many, [])).metadata == {
        "tokenizer.ggml.scores": Skipped(5000)
    }


def test_every_type_has_the_size_of_its_blocks(tmp_path):
    tensors = [(name, (512, 2), name) for name, _, _ in TYPES.values()]

    found = read_header(write(tmp_path / "types.gguf", {}, tensors))

    assert {t.kind: t.size for t in found.tensors} == {
        name: 1024 // block * size for name, block, size in TYPES.values()
    }


def test_a_file_cut_at_any_byte_is_refused_with_its_name(tmp_path):
    for length in range(len(WHOLE)):
        with pytest.raises(ModelFileError) as refused:
            read_header(put(tmp_path, WHOLE[:length]))
        assert "model.gguf: byte " in str(refused.value)
        assert "cut short" in str(refused.value)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(RAW) - 1), new=st.binary(min_size=1, max_size=9))
def test_damage_anywhere_is_an_error_of_ours_or_still_a_header(tmp_path, at, new):
    path = put(tmp_path, WHOLE[:at] + new + WHOLE[at + len(new) :])

    with suppress(GasTownError):
        assert footprint(read_header(path), Load(1000)).parts


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rest=st.binary(max_size=200))
def test_noise_after_the_magic_number_is_refused(tmp_path, rest):
    path = put(tmp_path, b"GGUF" + struct.pack("<IQQ", 3, 2, 2) + rest)

    with pytest.raises(ModelFileError, match=r"model\.gguf: byte \d+"):
        read_header(path)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"GGML" + RAW[4:], "this is no GGUF file"),
        (b"GGUF" + struct.pack("<I", 1) + RAW[8:], "version 1 is not known"),
        (b"GGUF" + struct.pack(">I", 3) + RAW[8:], "version 50331648 is not known"),
        (b"GGUF" + struct.pack("<IQQ", 3, 1 << 40, 0), "1099511627776 tensors"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 1 << 40), "1099511627776 keys"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 1 << 62), "bytes of text"),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 8, 1 << 40),
            "metadata key 'k': 1099511627776 items",
        ),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 9, 1),
            "metadata key 'k': value type 9 is not known",
        ),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQQ", 9, 8, 2, 9),
            "metadata key 'k': the file is cut short",
        ),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + text("t") + struct.pack("<I", 5),
            "tensor 't': 5 dimensions",
        ),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + text("t") + struct.pack("<IQIQ", 1, 8, 99, 0),
            "tensor 't': tensor type 99 is not known",
        ),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + text("t") + struct.pack("<IQIQ", 1, 8, 12, 0),
            "tensor 't': dimensions (8,) do not fit Q4_K",
        ),
        (
            b"GGUF" + struct.pack("<IQQ", 3, 1, 0) + text("t") + struct.pack("<IQIQ", 1, 8, 0, 64),
            "tensor 't': its weights lie at 64, where 0 follows",
        ),
        (header({"general.alignment": 24}, [])[0], "24 is no power of two"),
        (header({}, [("t", (1,), "F32"), ("t", (1,), "F32")])[0], "stands there twice"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(tmp_path, raw, said):
    with pytest.raises(ModelFileError) as refused:
        read_header(put(tmp_path, raw))

    assert said in str(refused.value)
    assert str(refused.value).startswith(f"{tmp_path / 'model.gguf'}: byte ")


def test_a_million_empty_strings_end_soon(tmp_path):
    """The largest list that is believed costs a second, not an hour."""
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + text("k") + struct.pack("<IIQ", 9, 8, 1 << 20)
    path = put(tmp_path, head)
    os.truncate(path, len(head) + (8 << 20))

    started = time.perf_counter()
    found = read_header(path)

    assert found.metadata["k"] == Skipped(1 << 20)
    assert time.perf_counter() - started < 10


def test_what_is_no_file_is_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    for path in (pipe, tmp_path):
        with pytest.raises(ModelFileError, match="not a file"):
            read_header(path)
    with pytest.raises(NotFoundError, match=r"none\.gguf: no such file"):
        read_header(tmp_path / "none.gguf")


def test_the_real_model_reads_as_its_makers_describe_it():
    if why := fetched():
        pytest.skip(why)

    found = read_header(SMOL)

    assert found.size + found.weights == SMOL.stat().st_size
    assert found.metadata["general.name"] == "Smollm2 135M 8k Lc100K Mix1 Ep2"
    assert found.metadata["tokenizer.ggml.tokens"] == Skipped(49152)
    assert len(found.tensors) == 272
