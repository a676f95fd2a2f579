"""words: how alike two texts are, by the three-word runs that they share.

A text's sketch is its set of runs, each as a number; of a long one only the smallest, which are a
fair sample of it (bottom-k MinHash: Broder 1997). Two sketches' likeness estimates the Jaccard
index of the two sets, exactly where both are whole.
"""

import re
import unicodedata
from zlib import crc32

KEPT = 128
RUN = 3
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+")

Sketch = frozenset[int]


def words(text: str) -> list[str]:
    """The words as they are compared: without case, accents and punctuation, all numbers alike."""
    return _WORD.findall(_NUMBER.sub("0", _flat(text)))


def _flat(text: str) -> str:
    if text.isascii():  # has neither accents nor ligatures; most texts are
        return text.casefold()
    flat = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in flat if not unicodedata.combining(c))


def sketch(text: str) -> Sketch:
    """The text's runs of three words, as far as they are kept; one word alone is a run too."""
    found = words(text)
    runs = range(max(1, len(found) - RUN + 1)) if found else ()
    numbers = {crc32(" ".join(found[at : at + RUN]).encode()) for at in runs}
    return frozenset(sorted(numbers)[:KEPT])


def likeness(one: Sketch, other: Sketch) -> float:
    """From 0, nothing shared, to 1, the same; two texts without words are not alike."""
    both = one | other
    if not both:
        return 0.0
    if len(one) == KEPT or len(other) == KEPT:  # the sample of the union is its smallest
        both = frozenset(sorted(both)[:KEPT])
    return len(one & other & both) / len(both)
