"""Pictures: opened with care, since a program under test wrote them, and compared."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageChops

from gastown.errors import GasTownError

MAX_PIXELS = 64_000_000
MARGIN = 24  # pixels around a place that differs
LINE = 4
MARK = (255, 0, 170)
BLANK_COLOURS = 2  # a window that never drew anything shows one, or one and a border


class PictureError(GasTownError):
    """Raised when a file is no PNG that can be opened; says why."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two pictures differ: share of the compared pixels, and the box around them all.

    `marked` is white where they do.
    """

    share: float
    box: tuple[int, int, int, int] | None
    marked: Image.Image


def open_picture(data: bytes) -> Image.Image:
    """A PNG as RGBA. Raises PictureError for anything else, or a huge one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=["PNG"])
        if image.width * image.height > MAX_PIXELS:
            raise PictureError(f"{image.width} x {image.height} pixels are too many")
        return image.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PictureError(f"cannot be read as PNG: {error}") from None


def is_blank(image: Image.Image) -> bool:
    """Whether a picture shows no more than two colours."""
    colours = image.getcolors(maxcolors=BLANK_COLOURS)
    return colours is not None


def encoded(image: Image.Image) -> bytes:
    """The picture as a PNG."""
    out = io.BytesIO()
    image.save(out, format="PNG", compress_level=6)
    return out.getvalue()


def shrunk(image: Image.Image, side: int) -> Image.Image:
    """The picture with neither side longer than `side` pixels; one that fits stays as it is."""
    factor = side / max(image.size)
    if factor >= 1:
        return image
    width, height = (max(1, round(length * factor)) for length in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)  # pyright: ignore[reportUnknownMemberType]  # Pillow knows NumPy, we do not


def side_by_side(
    left: Image.Image, right: Image.Image, box: tuple[int, int, int, int]
) -> Image.Image:
    """The same place of two pictures of one size, with what is around it, and a line between."""
    width, height = left.size
    spot = (
        max(0, box[0] - MARGIN),
        max(0, box[1] - MARGIN),
        min(width, box[2] + MARGIN),
        min(height, box[3] + MARGIN),
    )
    one, other = left.crop(spot), right.crop(spot)
    pair = Image.new("RGB", (one.width * 2 + LINE, one.height), MARK)
    pair.paste(one.convert("RGB"), (0, 0))
    pair.paste(other.convert("RGB"), (one.width + LINE, 0))
    return pair


def mapped(image: Image.Image, table: list[int]) -> Image.Image:
    """Every value of every channel replaced by its entry in `table`, 256 for each channel."""
    return image.point(table)  # pyright: ignore[reportUnknownMemberType]  # Pillow's other overload


def difference(
    image: Image.Image, reference: Image.Image, threshold: int, mask: Image.Image | None = None
) -> Difference:
    """Compare two RGBA pictures of one size, leaving out where `mask` is not black."""
    channels = ImageChops.difference(image, reference).split()
    worst = channels[0]
    for channel in channels[1:]:
        worst = ImageChops.lighter(worst, channel)
    marked = mapped(worst, [0] * (threshold + 1) + [255] * (255 - threshold))
    compared = image.width * image.height
    if mask is not None:
        left_out = mapped(mask.convert("RGB").convert("L"), [0] + [255] * 255)
        marked.paste(0, mask=left_out)
        compared -= left_out.histogram()[255]
    return Difference(marked.histogram()[255] / max(compared, 1), marked.getbbox(), marked)
