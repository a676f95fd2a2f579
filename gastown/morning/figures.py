"""figures: every number that a text tells, and which of them a list of facts does not.

A number is a word with a digit in it (`$0.52`, `ga-x7k`, `16:30`), a sign that stands for one, as
`½` does, or a word that counts (*three*, *third*, *both*, *dozen*). It is known if the facts have
the same word, or the same value with the same unit. So an id must be whole, and a sum that nobody
gave is not known.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

Value = tuple[str, Decimal, str]

_PLAIN = re.compile(r"([$€£]?)([+-]?\d[\d,]*(?:\.\d+)?)(%?|[a-z]{1,4})")
_AROUND = "\"'`*_()[]{}<>.,;:!?…–—·“”„’‘"  # noqa: RUF001 — signs that people write around words
_SPLIT = re.compile(r"[\s/=~≈]+|(?<=\d)[–—](?=[\d$])|[(){}\[\]]")  # noqa: RUF001
_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_TENS = "thirty forty fifty sixty seventy eighty ninety"
_CARDINAL = {name: Decimal(value) for value, name in enumerate(_NAMES.split(" "))} | {
    name: Decimal(10 * value) for value, name in enumerate(_TENS.split(" "), 3)
}
_COUNTING = _CARDINAL | {"both": Decimal(2), "pair": Decimal(2), "trio": Decimal(3)}
_PLACES = (  # *first* and *second* are idioms, and a unit
    "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ORDINAL = {name: Decimal(value) for value, name in enumerate(_PLACES.split(" "), 3)}
_ENDINGS = frozenset({"st", "nd", "rd", "th"})
_VAGUE = frozenset(
    {"dozen", "dozens", "hundred", "hundreds", "thousand", "thousands", "million", "millions"}
    | {"half", "twice", "double", "doubled", "triple", "tripled", "thrice", "quarter", "couple"}
    | {f"{name}s" for name in _ORDINAL}
    | {"percent", "billion", "billions", "score", "scores", "halved"}
)
_COUNTED = _VAGUE | _COUNTING.keys() | _ORDINAL.keys()
_IDIOM = re.compile(r"\b(no one|one of|one another|at one|any ?one|every ?one|some ?one)\b")


def unknown_numbers(text: str, facts: Iterable[str]) -> list[str]:
    """Numbers in a text that none of the facts has, as they are written, each once."""
    known = " \n ".join(facts)
    words, values = set(_words(known)), set(_values(_words(known)))
    found = [
        word
        for word in _words(text)
        if _tells(word) and word not in words and not _known(word, values)
    ]
    return list(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    flat = _IDIOM.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    pieces = (piece.strip(_AROUND) for piece in _SPLIT.split(flat))
    return [part for piece in pieces for part in _parted(piece) if part]


def _parted(piece: str) -> list[str]:
    """`twenty-five` and `three-day` as their words; an id, which has digits, stays whole."""
    if any(c.isnumeric() for c in piece):
        return [piece]
    return piece.split("-")


def _tells(word: str) -> bool:
    return any(c.isnumeric() for c in word) or word in _COUNTED


def _known(word: str, values: set[Value]) -> bool:
    return any(value in values for value in _values([word]))


def _values(words: Iterable[str]) -> Iterable[Value]:
    """What plain numbers, and counting words, are worth."""
    for word in words:
        if word in _COUNTING:
            yield "", _COUNTING[word], ""
        elif word in _ORDINAL:
            yield "", _ORDINAL[word], "th"
        elif found := _PLAIN.fullmatch(word):
            sign, digits, unit = found.groups()
            yield sign, Decimal(digits.replace(",", "")), "th" if unit in _ENDINGS else unit
