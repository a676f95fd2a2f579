"""Ids: how a new bead gets its name, the same way `bd` names it.

A top-level id is a prefix, perhaps an infix, and the low base-36 digits of a SHA-256. Ids grow from
three to eight digits as beads become many, so that they stay short where they can. A child is named
after its parent, `<parent>.<n>`.
"""

import hashlib
import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from gastown.errors import LedgerError

SHORTEST, LONGEST = 3, 8
KEYED = 6
# Short ids are worth a clash now and then: a clash costs one more hash, a long id every reader.
CLASH_ALLOWED = 0.25
NONCES = 10
DEEPEST = 3
_BYTES = {3: 2, 4: 3, 5: 4, 6: 4, 7: 5, 8: 5}
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PREFIX = re.compile(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHILD_DIGITS = 8


def hash_digits(
    title: str, description: str, actor: str, at: datetime, *, length: int, nonce: int
) -> str:
    """The digits after the last hyphen; `at` counts in nanoseconds since 1970."""
    nanoseconds = microseconds(at) * 1000
    content = f"{title}|{description}|{actor}|{nanoseconds}|{nonce}"
    head = hashlib.sha256(content.encode("utf-8", "surrogatepass")).digest()[: _BYTES[length]]
    return _base36(int.from_bytes(head, "big"), length)


def microseconds(at: datetime) -> int:
    """Microseconds since 1970: how times are stored and compared."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(stored: int) -> datetime:
    """The time of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=stored)


def length_for(count: int) -> int:
    """Digits for the next id beside `count` others, by the birthday bound."""
    for length in range(SHORTEST, LONGEST):
        if 1 - math.exp(-(count**2) / (2 * 36**length)) <= CLASH_ALLOWED:
            return length
    return LONGEST


def candidates(
    stem: str, title: str, description: str, actor: str, at: datetime, *, count: int
) -> Iterator[str]:
    """Ids to try in order: ten nonces for each length, from the shortest that fits `count`."""
    for length in range(length_for(count), LONGEST + 1):
        for nonce in range(NONCES):
            digits = hash_digits(title, description, actor, at, length=length, nonce=nonce)
            yield f"{stem}-{digits}"


def keyed(stem: str, key: str) -> Iterator[str]:
    """The ids that a key may have, always the same ones in the same order."""
    for nonce in range(NONCES):
        digits = hash_digits(key, "", "", _EPOCH, length=KEYED, nonce=nonce)
        yield f"{stem}-{digits}"


def stem_of(prefix: str, infix: str = "") -> str:
    """What stands before the digits. Raises LedgerError for a prefix that makes no id."""
    stem = "-".join(part.rstrip("-") for part in (prefix, infix) if part)
    if not _PREFIX.fullmatch(stem):
        raise LedgerError(
            f"prefix {prefix!r} with infix {infix!r}: an id starts with a small letter and holds"
            " small letters, digits, '_' and '-'"
        )
    return stem


def child_id(parent: str, number: int) -> str:
    """The id of a parent's child. Raises LedgerError below the third level."""
    if depth(parent) >= DEEPEST:
        raise LedgerError(f"{parent} is {DEEPEST} levels deep, it can have no children")
    return f"{parent}.{number}"


def depth(bead: str) -> int:
    """Levels below the top: 0 for `hq-a3f`, 2 for `hq-a3f.1.4`."""
    return bead.count(".")


def place(bead: str) -> str:
    """A text that sorts ids as a person would: `.2` before `.10`."""
    head, *numbers = bead.split(".")
    return ".".join([head, *(n.rjust(_CHILD_DIGITS, "0") if n.isdigit() else n for n in numbers)])


def child_number(bead: str, parent: str) -> int:
    """N for `<parent>.<N>` and for anything below it, 0 for any other id."""
    if not bead.startswith(f"{parent}."):
        return 0
    number = bead[len(parent) + 1 :].split(".", 1)[0]
    return int(number) if number.isascii() and number.isdigit() else 0


def has_prefix(bead: str, prefix: str) -> bool:
    """Whether a bead belongs to a prefix, given with or without its last hyphen."""
    return bead.startswith(f"{prefix.rstrip('-')}-")


def _base36(value: int, length: int) -> str:
    digits = ""
    while value:
        value, digit = divmod(value, 36)
        digits = _DIGITS[digit] + digits
    return digits.rjust(length, "0")[-length:]
