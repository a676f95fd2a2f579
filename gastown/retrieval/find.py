"""Find: the passages that a question is about, best first, as many as there is room for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gastown.retrieval.index import Index
from gastown.retrieval.passages import Passage
from gastown.retrieval.words import asked, names, parts

_BY_NAME = 1.6
"""A passage with a name from the question, as it is written, against one with its words only."""
_DEFINED = 2.2
"""The passage that defines such a name."""
_TESTS, _VENDORED = 0.6, 0.4
"""What tests and other people's code count, against a rig's own."""
_PER_FILE = 6
_OTHERS = ("addons", "vendor", "third_party", "thirdparty")
_TEST_WORDS = frozenset({"test", "tests", "tested", "testing"})
_HEADING = 60  # characters of what stands around a passage
_FEWEST_NAME = 3  # characters of a name that is worth looking for


@dataclass(frozen=True, slots=True)
class Found:
    """A passage, and how well it answers to the question; only comparable within one question."""

    passage: Passage
    score: float


def find(index: Index, question: str, chars: int) -> list[Passage]:
    """The best passages, of `chars` characters in all at most; the README's head where none is."""
    best = [one.passage for one in ranked(index, question)]
    return _within(best or _heads(index), chars)


def ranked(index: Index, question: str) -> list[Found]:
    """Every passage that may be meant, best first, at most six of a file before the others."""
    words, named = asked(question), [n for n in names(question) if len(n) >= _FEWEST_NAME]
    scores: dict[tuple[str, int], float] = {}
    passages: dict[tuple[str, int], Passage] = {}
    for score, passage in index.matching(words):
        scores[passage.file, passage.first] = score
        passages[passage.file, passage.first] = passage
    least = min(scores.values(), default=1.0)
    for name in named:
        for passage in index.holding(name):
            key = passage.file, passage.first
            passages[key] = passage
            scores[key] = scores.get(key, least) * (
                _DEFINED if _defines(passage, name) else _BY_NAME
            )
    about_tests = not _TEST_WORDS.isdisjoint(words)
    found = [
        Found(passage, scores[key] * _weight(passage.file, about_tests=about_tests))
        for key, passage in passages.items()
    ]
    found.sort(key=lambda one: (-one.score, one.passage.file, one.passage.first))
    return _spread(found)


def _defines(passage: Passage, name: str) -> bool:
    last = parts(name.rsplit(".", 1)[-1].rstrip("()"))
    return any(parts(one)[:1] == last[:1] for one in passage.names)


def _weight(file: str, *, about_tests: bool) -> float:
    folders = file.lower().split("/")
    weight = _VENDORED if any(one in folders[:-1] for one in _OTHERS) else 1.0
    is_test = "tests" in folders or "test" in folders or folders[-1].startswith("test_")
    return weight * _TESTS if is_test and not about_tests else weight


def _spread(found: Sequence[Found]) -> list[Found]:
    """One long file on the subject shall not hide the others."""
    seen = Counter[str]()
    first: list[Found] = []
    rest: list[Found] = []
    for one in found:
        seen[one.passage.file] += 1
        (first if seen[one.passage.file] <= _PER_FILE else rest).append(one)
    return [*first, *rest]


def _heads(index: Index) -> list[Passage]:
    files = [file for file in index.files() if file.lower().startswith("readme")]
    return [head for file in files if (head := index.head_of(file)) is not None]


def _within(passages: Iterable[Passage], chars: int) -> list[Passage]:
    """What fits; one that is too long for the rest of the room is passed over for a shorter one."""
    kept: list[Passage] = []
    left = chars
    for passage in passages:
        size = len(numbered(passage)) + len(passage.file) + _HEADING
        if size <= left:
            kept.append(passage)
            left -= size
    return kept


def numbered(passage: Passage) -> str:
    """A passage's lines as a reader sees them: each with its number."""
    wide = len(str(passage.last))
    lines = enumerate(passage.text.split("\n"), passage.first)
    return "\n".join(f"{at:>{wide}} | {line}" for at, line in lines)
