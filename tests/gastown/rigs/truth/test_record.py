"""A first `.truth`, guessed from a checkout, is one that can be read."""

import pytest

from gastown.rigs.truth.parse import load_truth
from gastown.rigs.truth.record import starter
from tests.gastown.rigs.truth.given import put

PROJECT = "[display]\n\nwindow/size/viewport_width=960\nwindow/size/viewport_height=540\n"


@pytest.mark.parametrize(
    ("files", "kind", "size", "names"),
    [
        ({"project.godot": PROJECT}, "godot", "960x540", ("0030.png", "0089.png")),
        ({".testbed/project.godot": ""}, "godot", "1152x648", ("0030.png", "0089.png")),
        ({"index.html": "<p>"}, "web", "1280x720", ("0000.png", "1000.png")),
        ({"package.json": "{}"}, "web", "1280x720", ("0000.png", "1000.png")),
        ({"main.py": ""}, "command", "", ("start.png",)),
    ],
)
def test_the_kind_is_guessed_and_the_files_are_a_truth(tmp_path, files, kind, size, names):
    checkout = put(tmp_path / "rig", files)

    truth = load_truth(put(tmp_path / "truth", dict(starter(checkout))), recording=True)

    (one,) = truth.scenario
    assert (one.kind, one.size, one.names) == (kind, size, names)
    assert [claim.kind for claim in one.claims] == ["pixel", "log", "vision"]
