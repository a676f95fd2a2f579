"""What a model takes: published figures, llama.cpp's own, and laws that hold for any."""

from dataclasses import replace
from platform import machine

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gastown.errors import ConfigError, ModelFileError
from gastown.machine.footprint import (
    MIB,
    MIXED_KV,
    Footprint,
    Row,
    declared,
    footprint,
)
from gastown.machine.gguf import read_header
from gastown.machine.load import KV_TYPES, RUNNERS, Load
from gastown.machine.shape import shape_of
from tests.gastown.machine.published import (
    PUBLISHED,
    Model,
    metadata_of,
    published,
    tensors_of,
    write,
)
from tests.gastown.machine.reported import (
    PLANS,
    REAL,
    SMOL,
    fetched,
    loaded,
    planned,
    predicted,
)

# MiB of VRAM with everything on the GPU, without a CUDA context and the output buffer:
# weights; then all at 8k f16, 32k f16 and 32k q8_0/q4_0, as measured in 2026 with llama.cpp
TOTALS = {
    "Qwen2.5-1.5B": (935, 1234, 1930, 1398),
    "Qwen2.5-3B": (1835, 2215, 3103, 2419),
    "Qwen2.5-7B": (4168, 4770, 6138, 5074),
    "Qwen2.5-14B": (8148, 9823, 14455, 10807),
    "Qwen2.5-32B": (18508, 20776, None, None),
    "Qwen3-8B": (4455, 5727, 9207, 6471),
    "Qwen3-30B-A3B": (17524, 18388, 20716, 18892),
    "gpt-oss-20b": (10949, 11264, 11864, 11397),
}
TINY = Model("qwen3", 4, 256, 512, 4, 2, 64, 1000, biased=False)
MIXED = replace(TINY, arch="qwen3moe", experts=(8, 2, 256))
SLIDING = replace(TINY, arch="gemma3", window=300)
KINDS = sorted(KV_TYPES)
LOADS = st.builds(
    Load,
    ctx=st.integers(1, 40000),
    slots=st.integers(1, 16),
    keys=st.sampled_from(KINDS),
    values=st.sampled_from(KINDS),
    gpu_layers=st.none() | st.integers(0, 7),
    cpu_moe=st.integers(0, 6),
    ubatch=st.integers(1, 2048),
    runner=st.sampled_from(sorted(RUNNERS)),
)


@pytest.fixture(scope="module")
def headers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    made = {name: published(folder, name) for name in PUBLISHED}
    for name, model in {"tiny": TINY, "mixed": MIXED, "sliding": SLIDING}.items():
        made[name] = write(folder / f"{name}.gguf", metadata_of(model), tensors_of(model))
    return {name: read_header(path) for name, path in made.items()}


def buffers(found: Footprint) -> float:
    """MiB of VRAM that a table of buffers counts."""
    return sum(found.part(name).gpu for name in ("weights", "cache", "compute")) / MIB


@pytest.mark.parametrize("name", TOTALS)
def test_published_models_take_what_was_measured(headers, name):
    """Within 3 percent, over contexts and cache types."""
    weights, *totals = TOTALS[name]
    loads = (
        Load(8192, keys="f16", values="f16"),
        Load(32768, keys="f16", values="f16"),
        Load(32768, values="q4_0"),
    )

    whole = footprint(headers[name], loads[0])
    assert whole.part("weights").gpu / MIB == pytest.approx(weights, rel=0.03)
    for load, total in zip(loads, totals, strict=True):
        if total is not None:
            assert buffers(footprint(headers[name], load)) == pytest.approx(total, rel=0.03)


@pytest.mark.parametrize("load", REAL, ids=str)
def test_the_real_model_takes_what_llama_cpp_reports(load):
    if why := fetched():
        pytest.skip(why)

    ours, theirs = predicted(SMOL, load), loaded(SMOL, load)

    for part in ("weights", "repacked", "cache", "compute", "output", "total"):
        assert getattr(ours, part) == pytest.approx(getattr(theirs, part), rel=0.03, abs=0.01)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_models_take_what_llama_cpp_plans(headers, name):
    if why := fetched():
        pytest.skip(why)

    for load in PLANS:
        path = headers[name].path
        ours, theirs = predicted(path, load), planned(path, load)
        assert ours.weights == pytest.approx(theirs.weights, rel=0.03)
        assert ours.repacked == pytest.approx(theirs.repacked, rel=0.03)
        assert ours.cache == pytest.approx(theirs.cache, rel=0.03)
        assert ours.compute == pytest.approx(theirs.compute, rel=0.03, abs=1)
        assert ours.total - ours.output == pytest.approx(theirs.total, rel=0.03)


@pytest.mark.skipif(machine() != "x86_64", reason="other processors lay out other types")
@pytest.mark.parametrize("kind", ["Q4_0", "Q4_1", "Q8_0", "Q2_K", "Q5_K", "Q6_K", "IQ4_NL", "F16"])
def test_the_types_that_are_laid_out_twice_are_those_of_llama_cpp(tmp_path, kind):
    """With tied embeddings, which it lays out for the output."""
    if why := fetched():
        pytest.skip(why)
    model = PUBLISHED["Qwen2.5-1.5B"]
    tensors = [(n, dims, kind if len(dims) > 1 else k) for n, dims, k in tensors_of(model)]
    path = write(tmp_path / "m.gguf", metadata_of(model), tensors)
    load = Load(2048, gpu_layers=0)

    theirs = planned(path, load).repacked

    assert predicted(path, load).repacked == pytest.approx(theirs, rel=0.03)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(load=LOADS, more=st.integers(0, 5000), name=st.sampled_from(("tiny", "mixed", "sliding")))
def test_more_context_or_slots_never_take_less(headers, load, more, name):
    less = footprint(headers[name], load)

    longer = footprint(headers[name], replace(load, ctx=load.ctx + more))
    wider = footprint(headers[name], replace(load, slots=load.slots + 1))

    for found in (longer, wider):
        assert found.gpu >= less.gpu
        assert found.host >= less.host
    assert wider.gpu + wider.host > less.gpu + less.host


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(load=LOADS, name=st.sampled_from(("tiny", "mixed", "sliding")))
def test_wherever_the_layers_go_nothing_is_lost_or_below_zero(headers, load, name):
    found = footprint(headers[name], load)
    alone = footprint(headers[name], replace(load, gpu_layers=0))

    assert all(part.gpu >= 0 and part.host >= 0 for part in found.parts)
    weights, cache = found.part("weights"), found.part("cache")
    assert weights.gpu + weights.host == headers[name].weights
    assert cache.gpu + cache.host == alone.part("cache").host
    assert (alone.gpu, alone.part("weights").host) == (0, headers[name].weights)


def test_tied_embeddings_lie_in_vram_and_in_ram(headers):
    weights = footprint(headers["Qwen2.5-1.5B"], Load(2048)).part("weights")
    embeddings = headers["Qwen2.5-1.5B"].tensors[0].size

    assert weights.gpu == headers["Qwen2.5-1.5B"].weights
    assert weights.host == embeddings
    assert "a second time" in weights.sum


def test_layers_go_to_the_gpu_from_the_last_after_the_output(headers):
    """30 blocks of Qwen3-30B-A3B took 10,750.86 MiB in a public log (llama.cpp issue 13729)."""
    header = headers["Qwen3-30B-A3B"]

    def sizes(count: int) -> tuple[int, int]:
        found = footprint(header, Load(2048, gpu_layers=count))
        return found.part("weights").gpu, found.part("cache").gpu

    output = sum(t.size for t in header.tensors if t.name.startswith("output"))
    last = sum(t.size for t in header.tensors if t.name.startswith("blk.47."))
    assert sizes(0) == (0, 0)
    assert sizes(1) == (output, 0)
    assert sizes(2)[0] == output + last
    assert sizes(2)[1] * 48 == sizes(49)[1]
    assert sizes(31)[0] / MIB - output / MIB == pytest.approx(10750.86, rel=0.03)
    assert sizes(49) == sizes(4000)


def test_experts_of_the_first_layers_stay_in_ram(headers):
    whole, part = (
        footprint(headers["Qwen3-30B-A3B"], Load(8192, cpu_moe=count)) for count in (0, 40)
    )
    experts = sum(
        t.size
        for t in headers["Qwen3-30B-A3B"].tensors
        if "_exps" in t.name and int(t.name.split(".")[1]) < 40
    )

    assert whole.part("weights").gpu - part.part("weights").gpu == experts
    assert part.part("cache").gpu == whole.part("cache").gpu
    assert part.part("copies").gpu == 128 * 768 * 2048 // 256 * 210
    assert part.gpu / MIB < 10240 - 1536 < whole.gpu / MIB


def test_biases_of_experts_stay_with_them(headers):
    found = footprint(headers["gpt-oss-20b"], Load(8192, cpu_moe=24)).part("weights")

    left = sum(t.size for t in headers["gpt-oss-20b"].tensors if "_exps." in t.name)
    assert found.host == left + headers["gpt-oss-20b"].tensors[0].size


def test_a_sliding_window_bounds_its_layers_cache(headers):
    long = footprint(headers["gpt-oss-20b"], Load(32768, keys="f16", values="f16"))
    windows = [layer.window for layer in shape_of(headers["gpt-oss-20b"]).layers]

    assert windows == [128, 0] * 12
    assert long.part("cache").gpu == (12 * 32768 + 12 * 768) * 2048


def test_a_window_without_a_known_pattern_is_counted_as_none(tmp_path):
    model = replace(TINY, arch="phi3", window=300)
    path = write(tmp_path / "m.gguf", metadata_of(model), tensors_of(model))

    found = footprint(read_header(path), Load(8192))

    assert found.part("cache").gpu == 4 * 8192 * 2 * 2 * 68
    assert "not which layers" in found.notes[0]


def test_a_pattern_and_heads_may_be_given_by_layer(tmp_path):
    metadata = metadata_of(replace(TINY, arch="new", window=256))
    metadata["new.attention.sliding_window_pattern"] = [1, 1, 0, 1]
    metadata["new.attention.head_count_kv"] = [2, 0, 4, 1]
    path = write(tmp_path / "m.gguf", metadata, tensors_of(TINY))

    found = footprint(read_header(path), Load(8192, ubatch=256, keys="f16", values="f16"))

    assert found.part("cache").gpu == (2 * 512 + 4 * 8192 + 512) * 256


def test_on_a_cpu_alone_there_is_no_vram_and_a_second_layout(headers):
    found = footprint(headers["Qwen2.5-1.5B"], Load(8192, gpu_layers=0, runner="llama-server"))

    assert found.gpu == 0
    assert found.part("repacked").host / MIB == pytest.approx(596.53, abs=0.01)
    assert found.part("process").host == 15 * MIB
    assert "cuda" not in {part.name for part in found.parts}


def test_a_cuda_context_is_declared_and_says_so(headers):
    found = footprint(headers["tiny"], Load(2048, cuda_mib=320)).part("cuda")

    assert (found.gpu, found.source[:8]) == (320 * MIB, "declared")


def test_types_that_differ_bring_a_warning_and_alike_ones_none(headers):
    mixed, alike = (footprint(headers["tiny"], Load(2048, values=v)) for v in ("q4_0", "q8_0"))

    assert MIXED_KV in mixed.notes
    assert MIXED_KV not in alike.notes
    assert "Use q8_0/q8_0" in MIXED_KV
    assert "GGML_CUDA_FA_QUANTS=all" in MIXED_KV


def test_a_context_beyond_the_trained_one_is_noted(headers):
    assert "trained for 32768" in footprint(headers["tiny"], Load(40000)).notes[0]
    assert not footprint(headers["tiny"], Load(32768)).notes


def test_every_part_has_its_arithmetic_and_source(headers):
    for name in ("tiny", "gpt-oss-20b", "Qwen3-30B-A3B"):
        for load in (Load(8192, cpu_moe=2), Load(8192, gpu_layers=0)):
            assert all(part.sum and part.source for part in footprint(headers[name], load).parts)


def test_a_catalogues_row_serves_where_no_file_is():
    row = Row("Qwen3-Coder-7B", 4860, 0.11, on_gpu=True, source="the seed's estimate")

    found = declared(row, Load(14000))

    assert found.gpu / MIB == pytest.approx(4860 + 0.11 * 14080)
    assert {part.source for part in found.parts} == {"the seed's estimate"}
    assert declared(replace(row, on_gpu=False), Load(14000)).gpu == 0
    for bad in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ConfigError, match=r"Qwen3-Coder-7B.*mib_per_token"):
            declared(replace(row, mib_per_token=bad), Load(14000))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"ctx": 0}, "ctx is 0"),
        ({"slots": 0}, "slots is 0"),
        ({"slots": 257}, "say 1 to 256"),
        ({"ubatch": 0}, "ubatch is 0"),
        ({"cpu_moe": -1}, "cpu_moe is -1"),
        ({"gpu_layers": -1}, "gpu_layers is -1"),
        ({"keys": "q7"}, "no cache type 'q7'; types: f32"),
        ({"values": ""}, "no cache type ''"),
        ({"cuda_mib": -1}, "cuda_mib is -1"),
        ({"runner": "vllm"}, "no runner 'vllm'"),
    ],
)
def test_a_load_that_cannot_be_is_refused(asked, said):
    with pytest.raises(ConfigError, match=said):
        replace(Load(8192), **asked)


def test_a_cache_type_that_does_not_divide_the_heads_is_refused(tmp_path):
    model = replace(TINY, heads=16, head=48)
    header = read_header(write(tmp_path / "m.gguf", metadata_of(model), tensors_of(model)))

    with pytest.raises(ConfigError, match="blocks of 32, qwen3's heads have 48; use f16"):
        footprint(header, Load(2048))
    assert footprint(header, Load(2048, keys="f16", values="f16")).gpu


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("general.architecture", None, "'general.architecture' is missing"),
        ("qwen3.block_count", None, "'qwen3.block_count' is missing"),
        ("qwen3.block_count", 5000, "is 5000, not 1 to 4096"),
        ("qwen3.block_count", 0, "is 0, not 1 to 4096"),
        ("qwen3.embedding_length", "wide", "'qwen3.embedding_length' is 'wide'"),
        ("qwen3.attention.head_count_kv", [1, 2], "has 2 figures for 4 layers"),
        ("qwen3.attention.head_count", 1 << 30, "not a whole number up to"),
        ("qwen3.ssm.state_size", 128, "a recurrent state"),
        ("split.count", 3, "one of 3 parts"),
    ],
)
def test_a_header_that_cannot_be_worked_out_is_refused_by_its_key(tmp_path, key, value, said):
    metadata = metadata_of(TINY) | {key: value}
    kept = {name: found for name, found in metadata.items() if found is not None}
    header = read_header(write(tmp_path / "m.gguf", kept, tensors_of(TINY)))

    with pytest.raises(ModelFileError, match=said) as refused:
        footprint(header, Load(2048))
    assert str(refused.value).startswith(str(tmp_path / "m.gguf"))


def test_a_model_without_embeddings_is_no_text_model(tmp_path):
    header = read_header(write(tmp_path / "m.gguf", metadata_of(TINY), tensors_of(TINY)[1:]))

    with pytest.raises(ModelFileError, match=r"token_embd\.weight"):
        footprint(header, Load(2048))
