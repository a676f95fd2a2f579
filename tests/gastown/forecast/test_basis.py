"""What is unknown about a plan is named."""

from gastown.forecast.basis import misfits
from gastown.machine.capacity import Capacity
from gastown.placement.routes import Fit
from tests.gastown.forecast.towns import PC, basis


def test_a_model_that_nothing_serves_is_named_and_reckoned_with():
    made = basis()
    assert any("qwen3-coder-7b: nothing serves it yet" in note for note in made.notes)
    polecat = next(one for one in made.sessions if one.key == "work1")
    assert polecat.local and polecat.cloud  # noqa: PT018 - both ways are open


def test_a_cloud_model_without_a_price_takes_nothing():
    row = {"endpoint": "https://api.example/v1", "where": "cloud"}
    made = basis(seats={"default": "fresh"}, models={"fresh": row})
    assert made.unpriced["fresh"] > 0
    assert all(one.cloud is None for one in made.sessions)
    assert any("fresh: no price" in note for note in made.notes)
    assert any("fresh: speed unknown, 60 tokens" in note for note in made.notes)


def test_a_local_model_of_which_nothing_is_known_is_named_with_what_is_assumed():
    made = basis(seats={"default": "mine"}, models={"mine": {"endpoint": "http://127.0.0.1:1/v1"}})
    assert any("mine: size and watts unknown" in note for note in made.notes)
    assert any("mine: speed unknown, 20 tokens" in note for note in made.notes)


def test_what_the_pc_could_not_hold_even_alone_is_named_with_the_sum():
    assert list(misfits(basis(), PC)) == []
    found = list(misfits(basis(), Capacity(sandboxes=2)))
    assert any(note.startswith("qwen3-coder-7b does not fit") and "VRAM" in note for note in found)


def test_a_model_that_the_town_serves_from_a_file_takes_what_its_file_does():
    fit = Fit(Capacity(ram_mib=700), Capacity(p_cores=1))
    row = {"local": {"file": "mine.gguf"}}
    made = basis(seats={"default": "mine"}, models={"mine": row}, fits={"mine": fit})
    local = next(one for one in made.sessions if one.key == "work1").local
    assert local
    assert local.model
    assert local.model.weights == fit.residency
    assert local.claims == fit.activity + Capacity(sandboxes=1)
    assert not any("size and watts unknown" in note for note in made.notes)
