"""`town model footprint`: parts, sum and warnings, without a town."""

import pytest

from tests.gastown.machine.published import published


@pytest.fixture
def seven(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(published(tmp_path, "Qwen2.5-7B"))


def test_a_models_parts_are_shown_with_their_arithmetic(cli, seven):
    answer = cli("model", "footprint", seven, "--ctx", "14000", "--kv", "q8_0/q4_0")

    assert (answer.code, answer.err) == (0, "")
    assert "14080 cells" in answer.out
    assert "GGML_CUDA_FA_QUANTS=all" in answer.out
    for part in ("weights", "cache", "compute", "output", "process", "cuda", "all"):
        assert f"\n{part} " in answer.out


def test_one_cache_type_holds_for_both_and_is_not_warned_of(cli, seven):
    answer = cli("model", "footprint", seven, "--ctx", "8192", "--kv", "f16")

    assert "note:" not in answer.out
    assert "(f16/f16)" in answer.out


def test_the_parts_of_the_json_add_up(cli, seven):
    flags = ("--slots", "4", "--ngl", "20", "--n-cpu-moe", "1", "--ubatch", "256")
    found = cli("model", "footprint", seven, "--ctx", "16384", *flags, "--json").json

    assert found["model"] == "Qwen2.5-7B.gguf"
    for side in ("vram_mib", "ram_mib"):
        assert found[side] == pytest.approx(sum(part[side] for part in found["parts"]))
    assert found["notes"] == ["19 of 28 layers and the output on the GPU"]


def test_without_layers_on_the_gpu_no_vram_is_taken(cli, seven):
    found = cli("model", "footprint", seven, "--ctx", "8192", "--ngl", "0", "--json").json

    assert found["vram_mib"] == 0


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--ctx", "0"), "ctx is 0"),
        (("--ctx", "8192", "--ngl", "some"), "--ngl is 'some'; say all, or a number"),
        (("--ctx", "8192", "--kv", "q8_0/q9"), "no cache type 'q9'"),
        ((), "--ctx"),
    ],
)
def test_a_command_that_cannot_be_answered_is_refused(cli, seven, flags, said):
    answer = cli("model", "footprint", seven, *flags)

    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_what_is_no_model_is_refused_by_name(cli, tmp_path):
    (tmp_path / "notes.txt").write_text("hello")

    assert "notes.txt: byte 4" in cli("model", "footprint", f"{tmp_path}/notes.txt", "--ctx=9").err
    assert "none.gguf: no such" in cli("model", "footprint", f"{tmp_path}/none.gguf", "--ctx=9").err
