"""cover_python: the changed lines of Python that pytest reaches, by a line tracer of ours."""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import cast

from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.gauge.verdict import read_plain
from gastown.rigs.review.covered import Changed, Covered

TOOL = "line tracer"
_START = Path(__file__).with_name("python_tracer.py")
_LEFT_OUT = "pragma: no cover"
_OPTIONS = (
    *("-p", "no:cacheprovider", "-p", "no:randomly", "--continue-on-collection-errors"),
    *("--rootdir=.", "--color=no", "--tb=no", "-q"),
)


def cover_python(run: GaugeRun, changed: Changed) -> Covered:
    """Run pytest under the tracer, with the interpreter that runs us."""
    texts = {file: _text(run.worktree / file) for file in changed}
    code = {file: changed[file] & code_lines(text) for file, text in texts.items()}
    code = {file: lines for file, lines in code.items() if lines}
    if not code:
        return Covered(TOOL)
    told = run.out / "lines.json"
    told.unlink(missing_ok=True)
    files = [str(run.worktree / file) for file in code]
    start = [sys.executable, "-P", "-c", _START.read_text(encoding="utf-8"), str(told)]
    ran = run.start(
        [*start, json.dumps(files), *_OPTIONS],
        writable=[run.out],
        readable=[run.worktree],
        env={
            "PYTHONDONTWRITEBYTECODE": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(run.out / "hypothesis"),
            "COVERAGE_FILE": str(run.out / "coverage"),
        },
    )
    if ran.timed_out:
        return Covered(why=f"the tests took longer than {run.table.timeout_s:g} s under the tracer")
    return _read(run, told, code)


def _read(run: GaugeRun, told: Path, code: Changed) -> Covered:
    data = read_plain(told, [run.out])
    try:
        lines = json.loads(data) if isinstance(data, bytes) else None
        seen = {
            str(k): frozenset(map(int, v)) for k, v in cast("dict[str, list[int]]", lines).items()
        }
    except (ValueError, TypeError, AttributeError):
        return Covered(why="the tracer left no report that can be read")
    root = run.worktree.resolve()
    return Covered(TOOL, code, {file: seen.get(str(root / file), frozenset()) for file in code})


def code_lines(text: str) -> frozenset[int]:
    """Lines on which something is run; those that only a type checker or a shell reaches are not.

    A line that says `pragma: no cover` is left out too.
    """
    try:
        tree = ast.parse(text)
        top = compile(text, "", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    spared = {number for number, line in enumerate(text.split("\n"), 1) if _LEFT_OUT in line}
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and _is_elsewhere(ast.unparse(node.test)):
            spared |= set(range(node.body[0].lineno, (node.body[-1].end_lineno or 0) + 1))
    return frozenset(_lines(top)) - spared


def _is_elsewhere(test: str) -> bool:
    return "TYPE_CHECKING" in test or "__name__" in test


def _lines(code: CodeType) -> Iterator[int]:
    yield from (line for _, _, line in code.co_lines() if line)
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _lines(const)


def _text(file: Path) -> str:
    plain = file.is_file() and not file.is_symlink()
    return file.read_text(encoding="utf-8", errors="replace") if plain else ""
