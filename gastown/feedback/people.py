"""people: names that a post's source tells beside it, struck out of its text.

A name that is a word of its own (`crash`, `bob`) is struck out only where somebody is addressed or
signs, so that nobody takes words out of what others wrote by calling himself so.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MOST = 40  # names of one post
_LONG = 3  # up to so many characters a name is a word of its own, also the author's
_START, _END = r"(?<![\w\[])", r"(?![\w\]])"
_LINE = r"(?:^|[-\u2013\u2014~])[ \t]{0,4}"
_GAP = r"[ \t,:;!.]{0,4}\n?[ \t]{0,4}"
_BEFORE = (
    r"\b(?:hi|hello|hey|dear|thanks|thank you|thx|cheers|regards|greetings|sincerely|yours|best"
    rf"|signed|sent by|written by|reported by|i am|i'm|my name is|this is|cc|ping){_GAP}"
)
_AFTER = (
    r"(?:[ \t]{1,4}(?:here|said|says|wrote|writes|mentioned|suggested|reported|asked|pointed)\b"
    r"|(?:'s|\u2019s)[ \t]{1,4}(?:post|report|comment|issue|idea|suggestion)\b)"
)
_AFTER_MAIL = re.compile(r"\(([^()]{1,100})\)|<[^<>]{1,100}>|[^\s@]{1,64}@\S{1,100}")


@dataclass(frozen=True, slots=True)
class People:
    """Names of one post: its author's, and those of others whom its source names beside it."""

    author: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    def strike(self, text: str) -> str:
        """The text without them."""
        for name in self.author[:_MOST]:
            text = _struck(text, name, "[author]", anywhere=len(name) > _LONG)
        for name in self.others[:_MOST]:
            text = _struck(text, name, "[name]", anywhere=_distinct(name))
        return text


NOBODY = People()


def people_of(author: str, aliases: Iterable[str] = (), others: Iterable[str] = ()) -> People:
    """The names, longest first, each once; parts of the author's own are names where he signs."""
    mine = {one for name in (author, *aliases) for one in _names(name)}
    theirs = {one for name in others for one in _names(name)} - mine
    return People(_longest_first(mine), _longest_first(theirs))


def _names(name: str) -> Iterator[str]:
    """A name; of `ann@example.org (Ann Baker)`, as feeds have it, the name in it."""
    bare = _AFTER_MAIL.sub(r" \1 ", name)
    yield " ".join(bare.split())
    yield " ".join(name.split())


def _longest_first(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(filter(None, names), key=lambda one: (-len(one), one)))


def _struck(text: str, name: str, mark: str, *, anywhere: bool) -> str:
    """The text without a name; a mark of ours is no name, whatever somebody calls himself."""
    if anywhere:
        text = re.sub(rf"(?i:{_START}{re.escape(name)}{_END})", mark, text)
    parts = [part for part in name.split() if len(part) > 1 and part[0].isalnum()]
    called = "|".join(map(re.escape, [name, *parts]))
    text = re.sub(rf"(?i)({_BEFORE})(?:{called}){_END}", rf"\1{mark}", text)
    text = re.sub(rf"(?i){_START}(?:{called})(?={_AFTER})", mark, text)
    return re.sub(rf"(?im)({_LINE})(?:{called})(?=[ \t.!]{{0,4}}$|[,:] )", rf"\1{mark}", text)


def _distinct(name: str) -> bool:
    """Whether it cannot be taken for a word: two words, a digit, a sign or a capital within it."""
    odd = not name.isalpha() or name[1:] != name[1:].lower()
    return odd and len(name) > _LONG and any(map(str.isalpha, name))
