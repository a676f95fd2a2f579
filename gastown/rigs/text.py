"""printable: what git, a model or a program said, as text that every encoder takes."""

import re

_SURROGATE = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with replacement characters where it holds half a character.

    Such halves stand for bytes that were no UTF-8, or come out of a model's JSON.
    """
    return _SURROGATE.sub("\ufffd", text)
