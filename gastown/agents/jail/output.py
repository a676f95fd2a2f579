"""clip: the head and the tail of a long text, which is where the facts of a run stand."""

import os
from typing import IO

HEAD = 4_000
TAIL = 6_000


def clip(text: str, head: int = HEAD, tail: int = TAIL) -> str:
    """The text, or its first `head` and last `tail` characters with a note of what is left out."""
    dropped = len(text) - head - tail
    if dropped <= 0:
        return text
    return f"{text[:head]}\n… {dropped} characters left out …\n{text[len(text) - tail :]}"


def read_ends(file: IO[bytes], head: int = HEAD, tail: int = TAIL) -> str:
    """The ends of a file that may be huge, without reading its middle."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size <= head + tail:
        return file.read().decode(errors="replace")
    first = file.read(head).decode(errors="replace")
    file.seek(size - tail)
    last = file.read().decode(errors="replace")
    return f"{first}\n… {size - head - tail} bytes left out …\n{last}"
