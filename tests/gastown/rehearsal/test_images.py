"""What a rehearsal sees of pictures."""

import base64
import io

import pytest
from PIL import Image

from gastown.rehearsal.images import UNREADABLE, digests, pixels


def encoded(colour: str, *, level: int = 6, size: tuple[int, int] = (4, 2)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG", compress_level=level)
    return out.getvalue()


def message(url: str) -> dict[str, object]:
    return {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}


def test_two_encodings_of_one_picture_are_the_same():
    assert encoded("red", level=0) != encoded("red", level=9)
    assert pixels(encoded("red", level=0)) == pixels(encoded("red", level=9))


def test_another_colour_or_shape_is_another_picture():
    seen = {pixels(encoded("red")), pixels(encoded("blue")), pixels(encoded("red", size=(2, 4)))}

    assert len(seen) == 3


def test_pictures_are_found_in_reading_order():
    urls = [
        f"data:image/png;base64,{base64.b64encode(encoded(colour)).decode()}"
        for colour in ("red", "blue")
    ]

    found = digests([{"role": "system", "content": "text"}, *map(message, urls)])

    assert found == [pixels(encoded("red")), pixels(encoded("blue"))]


@pytest.mark.parametrize(
    "url", ["https://example.org/a.png", "data:image/png;base64,!!", "data:,x"]
)
def test_what_is_no_picture_is_unreadable(url: str):
    assert digests([message(url)]) == [UNREADABLE]
