"""The control picture is plainly wrong, whatever the picture was."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gastown.rigs.truth.control import seeded_defect
from gastown.rigs.truth.picture import PictureError, difference, open_picture
from tests.gastown.rigs.truth.given import png

CHANNEL = st.integers(0, 255)


@settings(max_examples=40)
@given(st.integers(1, 30), st.integers(1, 30), st.tuples(CHANNEL, CHANNEL, CHANNEL))
def test_the_middle_of_any_picture_is_changed_beyond_doubt(width, height, colour):
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, format="PNG")

    found = difference(
        open_picture(seeded_defect(out.getvalue())), open_picture(out.getvalue()), 100
    )

    assert found.share >= 0.15


def test_the_same_picture_gives_the_same_control():
    assert seeded_defect(png()) == seeded_defect(png())


def test_what_is_no_picture_has_no_control():
    with pytest.raises(PictureError):
        seeded_defect(b"")
