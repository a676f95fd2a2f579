"""`python -m tests.bench [name …]`: run the measurements and print one table.

Every module of this package with `rows() -> list[Row]` takes part; a name is a module's. One whose
`rows` takes `seconds` runs so long: --seconds 600 is the long form.
"""

import argparse
import importlib
import inspect
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from tests.bench.table import Row, table

Rows = Callable[..., list[Row]]


def benches() -> dict[str, Rows]:
    """Each measuring module's `rows`, by the module's name."""
    found: dict[str, Rows] = {}
    for module in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda m: m.name):
        if not module.name.startswith("_"):
            rows = getattr(importlib.import_module(f"tests.bench.{module.name}"), "rows", None)
            if rows is not None:
                found[module.name] = rows
    return found


def measure(
    known: dict[str, Rows], names: Sequence[str], progress: Console, seconds: float | None = None
) -> Iterator[Row]:
    """The rows of the named benches, each told of before it starts."""
    for name in names or known:
        progress.print(f"measuring {name} …", style="dim")
        timed = seconds is not None and "seconds" in inspect.signature(known[name]).parameters
        yield from known[name](seconds=seconds) if timed else known[name]()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 2 when a name is unknown."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", help="modules to run; all when none is given")
    parser.add_argument("--json", action="store_true", help="print a JSON array, no table")
    parser.add_argument("--seconds", type=float, help="how long those run that run for a while")
    asked = parser.parse_args(arguments)
    known, progress = benches(), Console(stderr=True)
    if unknown := sorted(set(asked.names) - set(known)):
        progress.print(f"no bench {', '.join(unknown)}; there are: {', '.join(known)}")
        return 2
    rows = list(measure(known, asked.names, progress, asked.seconds))
    if asked.json:
        sys.stdout.write(json.dumps([asdict(row) for row in rows], indent=2) + "\n")
    else:
        Console().print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
