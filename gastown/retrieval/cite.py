"""Cite: whether the words of a citation stand where it says, by code and letter for letter.

White space does not count, for models lose it. Lines that are wrong are set right where the words
stand in that file exactly once: the place is then a fact of ours, not the model's.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from pathlib import PurePosixPath

from gastown.retrieval.answer import Citation, CrewAnswer
from gastown.retrieval.index import Index
from gastown.stage import Frozen

FEWEST_CHARS = 4
"""Letters and digits of a quote; shorter ones stand everywhere."""
_NUMBERED = re.compile(r"^\s*\d+ \| ?", re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")
_PLACE = re.compile(r"([\w./-]*\w\.\w{1,8})\b(?::(\d{1,7})\b)?")
_NAME = re.compile(r"[^\W\d]\w{2,}")


class Cited(Frozen):
    """A citation that holds: `quote` stands in these lines of the file."""

    file: str
    first: int
    last: int
    quote: str

    @property
    def place(self) -> str:
        """`file:line` or `file:first-last`, as editors take it."""
        span = f"{self.first}-{self.last}" if self.last > self.first else f"{self.first}"
        return f"{self.file}:{span}"


@dataclass(frozen=True, slots=True)
class Judged:
    """What code makes of an answer: the citations that hold, and what is wrong with the rest."""

    cited: tuple[Cited, ...] = ()
    faults: tuple[str, ...] = ()


def judge(answer: CrewAnswer, index: Index, question: str) -> Judged:
    """Check an answer that claims to be one."""
    made = [_resolved(citation, index) for citation in answer.citations]
    cited = [one for one in made if isinstance(one, Cited)]
    faults = [one for one in made if isinstance(one, str)]
    if answer.answer is None:
        faults.append("answer: it is missing; say it, or let the verdict be unknown")
    if not answer.citations:
        faults.append("citations: none; name the lines that say it, or let the verdict be unknown")
    faults += invented(answer.answer or "", index, question)
    faults += misplaced(answer.answer or "", index, question)
    return Judged(tuple(dict.fromkeys(cited)), tuple(faults))


def invented(text: str, index: Index, question: str) -> list[str]:
    """Names in backticks that neither the rig nor the question holds, a fault for each."""
    names = dict.fromkeys(name for code in _CODE.findall(text) for name in _NAME.findall(code))
    return [
        f"`{name}` stands nowhere in the rig; name only what the passages show"
        for name in names
        if name not in question and not index.mentions(name)
    ]


def misplaced(text: str, index: Index, question: str) -> list[str]:
    """Files and lines that the answer's own words name and the rig does not have."""
    suffixes = {PurePosixPath(file).suffix for file in index.files()} - {""}
    found: list[str] = []
    for name, line in dict.fromkeys(_PLACE.findall(text)):
        if PurePosixPath(name).suffix not in suffixes or name in question:
            continue
        there = index.text_of(name.removeprefix("./"))
        if there is None and not index.mentions(name):
            found.append(f"{name} is no file of the rig; name only those that were shown")
        elif there is not None and line and int(line) > (count := _lines(there)):
            found.append(f"{name} has {count} lines, not {line}")
    return found


def _lines(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


def _resolved(citation: Citation, index: Index) -> Cited | str:
    file = citation.file.removeprefix("./")
    text = index.text_of(file)
    if text is None:
        return f"{citation.file}: there is no such file in the rig; cite only files shown to you"
    found = locate(citation.quote, text, citation.first, citation.last)
    if isinstance(found, str):
        return f"{file}: {found}"
    return Cited(file=file, first=found[0], last=found[1], quote=bare(citation.quote))


def locate(quote: str, text: str, first: int, last: int) -> tuple[int, int] | str:
    """The lines on which a quote stands: within the given ones, else the only ones in the text.

    Returns what is wrong when it stands nowhere, or at several places and at none of the given.
    """
    words = bare(quote)
    if sum(char.isalnum() for char in words) < FEWEST_CHARS:
        return f"the quote {words!r} is too short to show anything; quote more of the line"
    page = _Page(text)
    places = page.places(words)
    if not places:
        return f"the words {words!r} stand nowhere in it; quote letter for letter"
    within = [place for place in places if first <= place[0] and place[1] <= last]
    if within:
        return within[0]
    if len(places) == 1:
        return places[0]
    lines = ", ".join(str(begin) for begin, _ in places[:4])
    return f"the words {words!r} stand not in lines {first} to {last}, but at lines {lines}"


def bare(quote: str) -> str:
    """The quote's words with one space between them, without line numbers or dots at its ends."""
    words = " ".join(_NUMBERED.sub("", quote).split())
    return words.strip("…").removesuffix("...").removeprefix("...").strip()


class _Page:
    """A text with one space between its words, and the line on which each of them stands."""

    def __init__(self, text: str) -> None:
        lines = [(at, " ".join(line.split())) for at, line in enumerate(text.split("\n"), 1)]
        full = [(at, line) for at, line in lines if line]
        self._numbers = [at for at, _ in full]
        self._words = " ".join(line for _, line in full)
        self._starts = list(accumulate((len(line) + 1 for _, line in full[:-1]), initial=0))

    def places(self, words: str) -> list[tuple[int, int]]:
        """First and last line of each place at which the words stand."""
        found: list[tuple[int, int]] = []
        at = self._words.find(words)
        while at >= 0:
            found.append((self._line(at), self._line(at + len(words) - 1)))
            at = self._words.find(words, at + 1)
        return found

    def _line(self, at: int) -> int:
        return self._numbers[bisect_right(self._starts, at) - 1]
