"""first_match: a rig's regular expression over a log, in a process that can be killed.

A pattern with nested repeats can take a lifetime on one line; a thread could not be stopped.
"""

import json
import re
import subprocess
import sys

TIMEOUT_S = 10.0


class PatternError(Exception):
    """Raised when nobody can tell whether a pattern matches; says why."""


def first_match(pattern: str, text: str, timeout_s: float = TIMEOUT_S) -> str | None:
    """What the pattern, with `^` and `$` at every line, matches first; None when nothing.

    Raises:
        PatternError: It took longer than `timeout_s` seconds, or the search failed.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", __file__],
            input=json.dumps([pattern, text]),
            capture_output=True,
            encoding="utf-8",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PatternError(f"{pattern!r} took over {timeout_s:g} s; use a simpler one") from None
    if done.returncode:
        raise PatternError(f"{pattern!r} could not be tried: {done.stderr.strip()[-300:]}")
    return json.loads(done.stdout)


def _main() -> None:
    order: list[str] = json.load(sys.stdin)
    pattern, text = order
    found = re.search(pattern, text, re.MULTILINE)
    json.dump(found[0] if found else None, sys.stdout)


if __name__ == "__main__":
    _main()
