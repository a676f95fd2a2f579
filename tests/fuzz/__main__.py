"""`python -m tests.fuzz [--minutes N] [--seed N]`: formulas gone wrong, for as long as you like.

Each case is a built-in formula or one by the grammar, changed at random as text or as a document.
What crashes, breaks a law or takes too long is kept as a file in `.fuzz/`; the exit code is 1.
"""

import argparse
import json
import signal
import sys
import time
import tomllib
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import Phase, given, seed, settings

from gastown.formula.library import Frozen, Library
from gastown.formula.parse import parse
from tests.fuzz.case import run
from tests.fuzz.mutate import document, text
from tests.gastown.formula.generator import FORMULAS, library

KEPT = Path(".fuzz")
SLOW_S = 5.0  # of the processor, so that a busy machine changes nothing
GRAMMAR = 400


def seeds(number: int) -> tuple[list[str], list[dict[str, Any]]]:
    """Texts and documents to begin with: those that we ship, and some by the grammar."""
    ours = [one for one in files("formulas").iterdir() if one.name.endswith(".toml")]
    texts = [one.read_text("utf-8") for one in sorted(ours, key=lambda one: one.name)]
    documents = [tomllib.loads(one) for one in texts]

    @seed(number)
    @settings(max_examples=GRAMMAR, database=None, deadline=None, phases=[Phase.generate])
    @given(FORMULAS)
    def draw(made: dict[str, Any]) -> None:
        documents.append(json.loads(json.dumps(made)))

    draw()
    return texts, documents


def cases(random: Random) -> Iterator[tuple[str, str]]:
    """Texts without end, each with the name of its file."""
    texts, documents = seeds(random.randrange(2**32))
    while True:
        if random.random() < 0.2:  # most texts are no TOML any more after that
            yield text(random, random.choice(texts)), "f.formula.toml"
        else:
            made = document(random, random.choice(documents), documents)
            yield json.dumps(made), "f.formula.json"


def shelf() -> Frozen:
    """The formulas that cases name: ours and those of the grammar."""
    own = library().formulas
    ours = [one for one in files("formulas").iterdir() if one.name.endswith(".toml")]
    shipped = [parse(one.read_text("utf-8"), one.name).formula for one in ours]
    return Frozen({**{one.name: one for one in shipped}, **own})


def attempt(made: str, source: str, known: Library) -> tuple[str, str]:
    """How a case ended, and what went wrong in it, if anything did."""
    old = signal.signal(signal.SIGVTALRM, _too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, SLOW_S)
    try:
        return run(made, source, known).word, ""
    except Exception:  # noqa: BLE001 - any is what is looked for
        return "crash", traceback.format_exc(limit=-8)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, old)


def _too_long(_: int, __: object) -> None:
    raise TimeoutError(f"not done after {SLOW_S} seconds of the processor")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run for the time asked for; 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=None, help="to have the same cases again")
    asked = parser.parse_args(arguments)
    number = int(time.time()) if asked.seed is None else asked.seed
    known, ended = shelf(), Counter[str]()
    found: dict[str, str] = {}
    end = time.monotonic() + asked.minutes * 60
    for made, source in cases(Random(number)):
        if time.monotonic() > end:
            break
        word, problem = attempt(made, source, known)
        ended[word] += 1
        where = problem.strip().splitlines()[-3:] if problem else []
        if problem and "\n".join(where) not in found:
            found["\n".join(where)] = _keep(len(found), made, source, problem)
    counts = ", ".join(f"{count} {word}" for word, count in sorted(ended.items()))
    sys.stdout.write(f"seed {number}: {ended.total()} cases: {counts}\n")
    for where, path in found.items():
        sys.stdout.write(f"\n{path}\n{where}\n")
    return int(bool(found))


def _keep(number: int, made: str, source: str, problem: str) -> str:
    KEPT.mkdir(exist_ok=True)
    path = KEPT / f"{number}.{source}"
    path.write_text(made, "utf-8", errors="surrogatepass")
    path.with_suffix(".txt").write_text(problem, "utf-8")
    return str(path)


if __name__ == "__main__":
    sys.exit(main())
