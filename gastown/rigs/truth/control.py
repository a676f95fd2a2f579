"""seeded_defect: a picture that is plainly wrong, to find out whether a judge looks at all."""

from gastown.rigs.truth.picture import encoded, mapped, open_picture


def seeded_defect(png: bytes) -> bytes:
    """The picture with the colours of its middle turned round; a judge that passes it is broken.

    Every channel in the block moves by 128 of 255, so even flat grey changes. Raises PictureError.
    """
    image = open_picture(png).convert("RGB")
    width, height = image.size
    box = (width // 4, height // 4, max(width * 3 // 4, 1), max(height * 3 // 4, 1))
    turned = mapped(image.crop(box), [(value + 128) % 256 for value in range(256)] * 3)
    image.paste(turned, box)
    return encoded(image)
