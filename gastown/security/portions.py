"""portions: a change in pieces that a model can read, whole files together. Pure."""

from collections.abc import Iterator

from gastown.rigs.diff import split_patch

CHARS = 16_000  # of one piece: about 5,000 tokens
MOST = 6  # pieces of one change; each is a session


def portions(patch: str, chars: int = CHARS, most: int = MOST) -> tuple[list[str], tuple[str, ...]]:
    """The pieces to be read, and what is left out of them, in words that name the files.

    Each piece is at most `chars` long. Together with what is left out they are the whole patch.
    """
    packed: list[list[str]] = []
    size = chars
    for section in split_patch(patch):
        if packed and size + len(section) <= chars:
            packed[-1].append(section)
            size += len(section)
        else:
            packed.append([section])
            size = len(section)
    pieces = ["".join(sections)[:chars] for sections in packed[:most]]
    return pieces, tuple(_left_out(packed, chars, most))


def _left_out(packed: list[list[str]], chars: int, most: int) -> Iterator[str]:
    for number, sections in enumerate(packed):
        for section in sections:
            if number >= most:
                yield f"{_name(section)}: the change is too large"
            elif len(section) > chars:
                yield f"{_name(section)}: only the first {chars} characters of its change"


def _name(section: str) -> str:
    return section.split("\n", 1)[0].rpartition(" b/")[2]
