"""Words: what a text is found by; identifiers count whole and in their parts."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PART_ABROAD = re.compile(r"[^\W_]+")
_LONGEST = 80  # characters; what is longer is a key or a picture in text, which nobody asks for
_CODE = re.compile(r"`([^`\n]{2,120})`|\"([^\"\n]{2,120})\"")
_NAME = re.compile(r"\w*[a-z0-9]_\w+|\b_*[A-Z]\w*[a-z]\w*[A-Z]\w*|\b[a-z]+[A-Z]\w*|\w+(?=\()")

_FUNCTION_WORDS = """
    a about after all also an and any are as at be been before being between both but by can
    come could describe did do does doing each every explain for from get gets go goes got had
    happens has have having her here his how if in into is it its just let like many may me more
    most much must my no not of on one only or other our out over own please same say says she
    should show so some such tell than that the their them then there these they thing things
    this those through to too under until up us use used uses using very was way we were what
    when where whether which while who whom whose why will with within would you your
"""
STOP = frozenset(_FUNCTION_WORDS.split())
"""Words that a question holds whatever it is about."""


class Words:
    """Takes texts apart; remembers words it has seen, for most come again."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def text(self, text: str) -> str:
        """All words of a text, in their order, parted by spaces."""
        known = self._known
        found: list[str] = []
        for word in _WORD.findall(text):
            split = known.get(word)
            if split is None:
                split = known[word] = " ".join(parts(word))
            if split:
                found.append(split)
        return " ".join(found)


def parts(word: str) -> list[str]:
    """`snap_to_grid` and `SnapToGrid` as snaptogrid, snap, to, grid; a plain word as itself."""
    if len(word) > _LONGEST:
        return []
    pattern = _PART if word.isascii() else _PART_ABROAD
    found = [part.lower() for part in pattern.findall(word)]
    return found if len(found) == 1 else ["".join(found), *found] if found else []


def asked(question: str) -> list[str]:
    """The words to look for, each once; those that any question holds are left out."""
    words = (part for word in _WORD.findall(question) for part in parts(word))
    return _once(word for word in words if word not in STOP and len(word) > 1)


def names(question: str) -> list[str]:
    """What is asked for by name: in backticks or quotes, or written like an identifier."""
    quoted = (code or said for code, said in _CODE.findall(question))
    bare = _CODE.sub(" ", question)
    return _once(name.strip() for name in (*quoted, *_NAME.findall(bare)) if name.strip())


def _once(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))
