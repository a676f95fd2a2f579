"""Crew: the passages of a question, beside what `git grep` gives a reader in the same room.

The rig is 40 files of this checkout. Each question is put in a person's words and has a line that
answers it; recall is the share of questions whose line is among the passages. The rival greps for
the question's words, takes files with the most of them first, and shows five lines around each hit.
"""

import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from gastown.retrieval.find import find, numbered
from gastown.retrieval.index import Index
from gastown.retrieval.indexing import index_of
from gastown.retrieval.words import STOP
from gastown.rigs.git import Repo
from tests.bench.cook import best
from tests.bench.table import Row, against

HERE = Path(__file__).resolve().parents[2]
FOLDERS = ("gastown/agents", "gastown/agents/dialects", "gastown/agents/jail", "gastown/money")
FILES, SMALL, LARGE, AROUND = 40, 4_000, 12_000, 5
QUESTIONS: Mapping[str, str] = {
    "How many characters count as one token?": "CHARS_PER_TOKEN = 3",
    "What happens to old tool outputs when the history grows too long?": "the oldest outputs are",
    "After how many bad answers is the protocol made simpler?": "DOWNGRADE_AFTER = 2",
    "Where is writing through a symbolic link refused?": "leads through a link; write",
    "What is the largest file that an agent may read?": "MAX_BYTES = 512 * 1024",
    "Which folders are never listed?": "UNLISTED = frozenset(",
    "How long may a search with a regular expression take?": "TIMEOUT_S = 10.0",
    "What do two stars mean in a pattern of paths?": "means everything under `tests`",
    "Which system calls does the filter refuse?": "_CALLS: Final = {",
    "Which jail is tried first and what is said if none holds?": "agents' commands cannot be",
    "How are secrets struck out of what is recorded?": "class Redactor:",
    "How is the fence around quoted text chosen?": "longest = max((len(run)",
    "How much of the context is kept for the answer?": "at most a third of the context",
    "What becomes of an answer that was cut off?": "Your answer was cut off after",
    "What ends a session whose money is spent?": "class MoneySpent",
    "What if an edit lost its indentation?": "the indentation is lost; copy",
    "What does the Refinery hand in?": "class Review(Answer):",
    "How are references in a JSON schema replaced?": "def _inlined",
    "How are files shown to a model without tools?": "def pack_files",
    "Which characters that steer a terminal are removed?": "_UNSEEN = re.compile",
    "Which role card wins if there are several?": "from the first override folder that has one",
    "How does bubblewrap cut off the network?": "--unshare-all",
    "How is the kernel's Landlock version found?": "def landlock_abi",
    "How many processes may a jailed command start?": "processes: int = 512",
    "How many actions of one answer are carried out?": "MOVES = 16",
    "Who echoes the model's message verbatim?": "def echo(",
    "How is a JSON object found in what a model says?": "def find_json",
    "How many lines does one reading of a file give?": "MAX_READ = 400",
}


def rows() -> list[Row]:
    """Times are the best of nine, in milliseconds; recall is in per cent."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        repo = rig_of_40(folder / "rig")
        index = index_of(folder / "index", repo)
        asked = answerable(index)
        first = best(lambda: _first(folder, repo))
        warm = best(lambda: [_next(folder, repo, question) for question in asked]) / len(asked)
        grep = best(lambda: [grepped(repo, question, LARGE) for question in asked]) / len(asked)
        whole = rig_of(folder / "whole", python_files("gastown/**/*.py"))
        large = index_of(folder / "large", whole)
        count = f"{len(large.files()):,} files"
        return [
            against(f"{FILES} files, first question / git grep", first, grep, target="≤ 300 ms"),
            against(f"{FILES} files, next question / git grep", warm, grep, target="≤ 300 ms"),
            _recall(f"{FILES} files", repo, index, SMALL),
            _recall(f"{FILES} files", repo, index, LARGE),
            Row(f"{count}, first question", best(lambda: _first(folder, whole), 3)),
            Row(f"{count}, next question", best(lambda: find(large, "Who echoes it?", LARGE))),
            _recall(count, whole, large, LARGE),
        ]


def python_files(*globs: str) -> list[Path]:
    """Files of this checkout."""
    return [file for glob in globs for file in sorted(HERE.glob(glob))]


def rig_of(folder: Path, files: list[Path]) -> Repo:
    """A repository with a copy of these files."""
    for file in files:
        target = folder / file.relative_to(HERE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    repo = Repo(folder)
    repo.run("init", "--quiet")
    repo.commit_all("Copy", "bench <bench@localhost>")
    return repo


def rig_of_40(folder: Path) -> Repo:
    """The rig that the questions are about."""
    return rig_of(folder, python_files(*(f"{place}/*.py" for place in FOLDERS))[:FILES])


def answerable(index: Index) -> list[str]:
    """The questions whose answer still stands there; code changes."""
    return [question for question, line in QUESTIONS.items() if index.mentions(line)]


def found(index: Index, question: str, chars: int) -> str:
    """What we show."""
    return "\n".join(map(numbered, find(index, question, chars)))


def grepped(repo: Repo, question: str, chars: int) -> str:
    """What `git grep` shows in the same room."""
    words = {word.strip("?.,`").lower() for word in question.split()} - STOP
    hits = _hits(repo, sorted(words))
    ranked = sorted(hits, key=lambda file: (-len(hits[file][1]), -len(hits[file][0]), file))
    shown = "".join(text for file in ranked for text in _windows(repo, file, hits[file][0]))
    return shown[:chars]


def _hits(repo: Repo, words: list[str]) -> dict[str, tuple[list[int], set[str]]]:
    patterns = [part for word in words for part in ("-e", word)]
    argv = ["git", "grep", "-n", "-i", "-I", "--untracked", "-F", *patterns]
    out = subprocess.run(argv, cwd=repo.path, capture_output=True, text=True, check=False).stdout
    hits: dict[str, tuple[list[int], set[str]]] = defaultdict(lambda: ([], set()))
    for line in out.splitlines():
        file, number, text = line.split(":", 2)
        hits[file][0].append(int(number))
        hits[file][1].update(word for word in words if word in text.lower())
    return hits


def _windows(repo: Repo, file: str, hits: list[int]) -> Iterator[str]:
    lines = (repo.path / file).read_text().split("\n")
    near = sorted({at for hit in hits for at in range(hit - AROUND, hit + AROUND + 1)})
    kept = [at for at in near if 1 <= at <= len(lines)]
    for _, group in groupby(enumerate(kept), lambda pair: pair[1] - pair[0]):
        span = [at for _, at in group]
        yield f"{file}:{span[0]}\n" + "".join(f"{at} | {lines[at - 1]}\n" for at in span)


def share(asked: list[str], shown: Callable[[str], str]) -> float:
    """Of the questions whose line is shown, in per cent."""
    return 100 * sum(QUESTIONS[question] in shown(question) for question in asked) / len(asked)


def _recall(rig: str, repo: Repo, index: Index, chars: int) -> Row:
    asked = answerable(index)
    ours = share(asked, lambda question: found(index, question, chars))
    rival = share(asked, lambda question: grepped(repo, question, chars))
    name = f"{rig}, recall of {len(asked)} questions in {chars:,} characters / git grep"
    return against(name, ours, rival, unit="%")


def _first(folder: Path, repo: Repo) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as empty:
        find(index_of(Path(empty), repo), "Who echoes it?", LARGE)


def _next(folder: Path, repo: Repo, question: str) -> None:
    find(index_of(folder / "index", repo), question, LARGE)
