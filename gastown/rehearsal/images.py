"""What a rehearsed model sees of a picture: a digest of its pixels, whatever encoder wrote it."""

import base64
import binascii
import hashlib
import io
from collections.abc import Iterable, Mapping
from typing import Any, cast

from PIL import Image, UnidentifiedImageError

UNREADABLE = "unreadable"


def pixels(image: bytes) -> str:
    """sha256 over size and RGB pixels, or `unreadable`: two encodings of one picture are equal."""
    try:
        with Image.open(io.BytesIO(image)) as opened:
            picture = opened.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError):
        return UNREADABLE
    size = f"{picture.width}x{picture.height}:".encode()
    return hashlib.sha256(size + picture.tobytes()).hexdigest()


def urls(messages: Iterable[Mapping[str, Any]]) -> list[str]:
    """The URLs of the request's pictures, in reading order."""
    parts = (part for message in messages for part in _parts(message.get("content")))
    return [part["image_url"]["url"] for part in parts if "url" in part.get("image_url", {})]


def digests(messages: Iterable[Mapping[str, Any]]) -> list[str]:
    """Pixel digests of the request's pictures; only `data:` URLs can be read."""
    return [pixels(_decode(url)) for url in urls(messages)]


def _parts(content: Any) -> list[dict[str, Any]]:
    if not isinstance(content, list):
        return []
    return [part for part in cast("list[Any]", content) if isinstance(part, dict)]


def _decode(url: str) -> bytes:
    head, comma, body = url.partition(",")
    if not comma or not head.startswith("data:") or not head.endswith(";base64"):
        return b""
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        return b""
