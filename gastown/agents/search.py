"""Search: a model's regular expression over a worktree's files, in a process that can be killed.

A pattern with nested repeats can take a lifetime on one line; a thread could not be stopped.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

TIMEOUT_S = 10.0
MAX_HITS = 60
MAX_LINE = 200


class SearchError(Exception):
    """Raised when a pattern is no regular expression, or takes too long."""


def search(root: Path, files: Sequence[str], pattern: str, timeout_s: float = TIMEOUT_S) -> str:
    """Lines that match, as `file:line: text`; raises SearchError."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise SearchError(f"{pattern!r} is no regular expression: {error}") from None
    order = json.dumps({"root": str(root), "files": list(files), "pattern": pattern})
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", __file__],
            input=order,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SearchError(f"{pattern!r} took over {timeout_s:g} s; use a simpler one") from None
    if done.returncode:
        raise SearchError(f"the search failed: {done.stderr.strip()[-300:]}")
    return done.stdout


def _hits(root: str, files: Sequence[str], pattern: str) -> Iterator[str]:
    wanted = re.compile(pattern)
    for file in files:
        try:
            handle = os.open(Path(root, file), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            continue
        with os.fdopen(handle, "rb") as opened:
            text = opened.read(512 * 1024).decode(errors="replace")
        if "\0" in text:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if wanted.search(line):
                yield f"{file}:{number}: {line.strip()[:MAX_LINE]}"


def _main() -> None:
    order = json.load(sys.stdin)
    for count, hit in enumerate(_hits(order["root"], order["files"], order["pattern"])):
        if count == MAX_HITS:
            sys.stdout.write("… and more; narrow the pattern\n")
            return
        sys.stdout.write(hit + "\n")


if __name__ == "__main__":
    _main()
