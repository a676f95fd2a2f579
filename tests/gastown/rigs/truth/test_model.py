"""Scenarios: what each kind can be told, and the names that frames and references get."""

import pytest
from pydantic import ValidationError

from gastown.rigs.truth.model import Scenario, Tolerance, Truth
from tests.gastown.rigs.truth.given import png

EYE = {"kind": "vision", "text": "Good", "frame": ""}
GODOT = {"id": "menu", "kind": "godot", "at": [89, 30], "frames": 90, "size": "960x540"}
WEB = {"id": "page", "kind": "web", "at": [0, 2000], "size": "760x600"}


def test_frames_are_named_by_their_moments_in_order():
    menu = Scenario.model_validate(GODOT)

    assert menu.names == ("0030.png", "0089.png")
    assert (menu.drawn, menu.measures) == (90, (960, 540))
    assert menu.reference_of("0030.png") == "menu/ref-0030.png"


def test_without_a_number_just_enough_frames_are_drawn():
    assert Scenario.model_validate({**GODOT, "frames": []}).drawn == 90


def test_a_commands_frames_keep_the_names_it_gives_them():
    card = Scenario.model_validate({"id": "card", "frames": ["a.png", "b.png"]})

    assert card.names == ("a.png", "b.png")
    assert card.reference_of("b.png") == "card/b.png"


def test_the_size_of_a_whole_page_is_for_its_reference_to_say():
    page = Scenario.model_validate({**WEB, "full": True})

    assert (page.measures, page.fixed) == ((760, 600), None)
    assert Scenario.model_validate(WEB).fixed == (760, 600)


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        ({**GODOT, "at": []}, "at: is missing"),
        ({**GODOT, "at": [90]}, "90 is not among 90 frames, counted from 0"),
        ({**GODOT, "at": [3, 3]}, "names a moment twice"),
        ({**GODOT, "frames": ["a.png"]}, "their names come from at"),
        ({**GODOT, "size": "960 x 540"}, 'write it like "960x540"'),
        ({**GODOT, "frames": 100_000}, "less than or equal to 3600"),
        ({"id": "card", "at": [3]}, "are for godot and web"),
        ({"id": "card", "frames": 3}, "are for godot and web"),
        ({"id": "../card"}, "should match pattern"),
        ({**WEB, "build": "../dist"}, "should match pattern"),
        ({"id": "card", "claims": [EYE]}, "needs a frame to look at"),
        ({**WEB, "claims": [{**EYE, "frame": "0001.png"}]}, "not among frames"),
        ({**WEB, "timeout_s": 0}, "greater than 0"),
    ],
)
def test_what_makes_no_sense_is_refused(scenario, why):
    with pytest.raises(ValidationError, match=why):
        Scenario.model_validate(scenario)


def test_a_model_is_shown_two_frames_of_a_scenario_at_most():
    claims = [{**EYE, "frame": f"{at:04d}.png"} for at in (1, 2, 3)]

    with pytest.raises(ValidationError, match="split it in two"):
        Scenario.model_validate({**WEB, "at": [1, 2, 3], "claims": claims})


def test_what_a_claim_tolerates_goes_before_what_its_scenario_does():
    pixel = {"kind": "pixel", "text": "t", "share": 0.5}
    scenario = {"id": "s", "frames": ["a.png"], "claims": [pixel]}
    known = {"s/a.png": Tolerance(threshold=3, share=0.1)}
    truth = Truth.model_validate({"scenario": [scenario], "tolerances": known})
    (one,) = truth.claims

    assert one.claim.kind == "pixel"
    found = truth.tolerance(one.scenario, "a.png", one.claim)
    assert (found.threshold, found.share) == (3, 0.5)


def test_the_mask_of_a_frame_goes_before_that_of_all():
    scenario = {"id": "s", "frames": ["a.png", "b.png"]}
    masks = {"s/mask.png": png(), "s/mask-b.png": png((3, 3))}
    truth = Truth.model_validate({"scenario": [scenario], "pictures": masks})

    assert truth.mask(truth.scenario[0], "a.png") == png()
    assert truth.mask(truth.scenario[0], "b.png") == png((3, 3))
