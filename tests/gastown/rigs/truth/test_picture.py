"""Comparing pictures: share and box of what differs, and what is never opened."""

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gastown.rigs.truth.picture import PictureError, difference, is_blank, open_picture
from tests.gastown.rigs.truth.given import flat, png

SIZE = (12, 8)
POINTS = st.sets(st.tuples(st.integers(0, 11), st.integers(0, 7)), max_size=20)


def _image(points=(), value=255):
    image = Image.new("RGBA", SIZE, (0, 0, 0, 255))
    for point in points:
        image.putpixel(point, (value, 0, 0, 255))
    return image


@settings(max_examples=60)
@given(changed=POINTS, masked=POINTS)
def test_exactly_the_changed_pixels_outside_the_mask_count(changed, masked):
    found = difference(_image(changed), _image(), 16, _image(masked))

    seen = changed - masked
    assert found.share == pytest.approx(len(seen) / max(12 * 8 - len(masked), 1))
    xs, ys = [x for x, _ in seen], [y for _, y in seen]
    box = (min(xs), min(ys), max(xs) + 1, max(ys) + 1) if seen else None
    assert found.box == box


@pytest.mark.parametrize(("value", "share"), [(16, 0.0), (17, 1 / 96)])
def test_a_channel_must_differ_by_more_than_the_threshold(value, share):
    assert difference(_image([(3, 3)], value), _image(), 16).share == pytest.approx(share)


def test_a_change_in_any_channel_counts_transparency_too():
    for channel in range(4):
        image = _image()
        pixel = [0, 0, 0, 255]
        pixel[channel] ^= 255
        image.putpixel((1, 1), tuple(pixel))

        assert difference(image, _image(), 16).box == (1, 1, 2, 2)


def test_a_picture_is_the_same_whichever_way_it_is_stored():
    image = Image.open(io.BytesIO(png()))
    out = io.BytesIO()
    image.convert("P", palette=Image.Palette.ADAPTIVE, colors=3).save(out, format="PNG")

    assert difference(open_picture(out.getvalue()), open_picture(png()), 0).share == 0


def test_blank_is_two_colours_at_most():
    assert is_blank(open_picture(flat()))
    assert is_blank(_image([(1, 1)]))
    assert not is_blank(open_picture(png()))


def _header(width, height):
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "cannot be read as PNG"),
        (png()[:-30], "cannot be read as PNG"),
        (_header(10_000, 10_000), "too many|cannot be read"),
        (_header(100_000, 100_000), "cannot be read as PNG"),
    ],
)
def test_a_file_that_is_no_sound_picture_is_refused(data, why):
    with pytest.raises(PictureError, match=why):
        open_picture(data)
