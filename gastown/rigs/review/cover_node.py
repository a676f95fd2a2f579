"""cover_node: the changed lines of a web rig that the tests reach.

By V8's own coverage in every process of Node; where jest or vitest run, by what they tell.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from gastown.rigs.gauge.npm import TEST, Prepared, prepare
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.gauge.web_runner import runner_in, script_of, with_options
from gastown.rigs.review.cover_istanbul import SUFFIXES, options_of, read_istanbul
from gastown.rigs.review.covered import Changed, Covered

TOOL = "V8"
MAX_BYTES = 64 << 20  # of one process's report
MAX_FILES = 200
# These run a translation of the sources, whose lines are others.
_TRANSLATING = re.compile(r"\b(?:vitest|jest|babel|tsx|ts-node|ts-mocha|esbuild|bun)\b")
_PLAIN = (".js", ".mjs", ".cjs")
_NO_CODE = re.compile(r"^(?://.*|/?\*.*|[\s{}()\[\];,]*|else\s*\{)$")


class Range(BaseModel):
    """Characters that were run so often, those of ranges within it apart."""

    model_config = ConfigDict(populate_by_name=True)
    start: int = Field(alias="startOffset", ge=0)
    end: int = Field(alias="endOffset", ge=0)
    count: int = Field(ge=0)


class Function(BaseModel):
    """Its own range, and those of its branches."""

    ranges: list[Range]


class _Script(BaseModel):
    url: str
    functions: list[Function]


class _Report(BaseModel):
    result: list[_Script]


class _Source(NamedTuple):
    path: str
    text: str


def cover_node(run: GaugeRun, changed: Changed) -> Covered:
    """Run `npm test`, or `gauge.test`, once more, and count what is run."""
    command = [run.filled(word) for word in run.table.test or TEST]
    script = _script(run, command)
    if not script:
        return Covered(why="package.json has no test script")
    runner = runner_in(script)
    translates = _TRANSLATING.search(script)
    if translates and not runner:
        return Covered(
            why=f"{translates[0]} runs a translation of the sources, whose lines are others"
        )
    kinds = SUFFIXES if runner else _PLAIN
    sources = [_Source(f, _text(run.worktree / f)) for f in changed if f.endswith(kinds)]
    code = {one.path: changed[one.path] & code_lines(one.text) for one in sources}
    code = {file: lines for file, lines in code.items() if lines}
    if not code:
        return Covered(runner or TOOL)
    ready = prepare(run)
    if ready.failed:
        return Covered(why="; ".join(ready.failed.problems))
    if runner:
        return _reported(ready, runner, command, code)
    return _counted(ready, command, sources, code)


def _reported(ready: Prepared, runner: str, command: Sequence[str], code: Changed) -> Covered:
    """As jest or vitest tell it."""
    folder = ready.run.out / "coverage"
    options = options_of(runner, ready.run.project, folder)
    if not options:
        return Covered(why=f"{runner} measures with @vitest/coverage-v8, which the rig has not")
    if late := _started(ready, with_options(command, options), {}):
        return late
    return read_istanbul(ready.run, runner, folder, code)


def _counted(
    ready: Prepared, command: Sequence[str], sources: Sequence[_Source], code: Changed
) -> Covered:
    """As V8 counts it, in all processes."""
    folder = ready.run.out / "v8"
    folder.mkdir(exist_ok=True)
    if late := _started(ready, command, {"NODE_V8_COVERAGE": str(folder)}):
        return late
    scripts = list(_scripts(folder))
    if not scripts:
        return Covered(why="the tests left no report of Node's")
    root = ready.run.worktree.resolve()
    seen = {one.path: _seen(one, root / one.path, scripts) for one in sources if one.path in code}
    return Covered(TOOL, code, seen)


def _started(ready: Prepared, command: Sequence[str], env: Mapping[str, str]) -> Covered | None:
    """Run the tests; why nothing is measured, if they take too long."""
    run = ready.run
    ran = run.start(
        command,
        writable=[run.worktree, run.out],
        readable=run.caches,
        env={**ready.env, **env},
    )
    if ran.timed_out:
        return Covered(why=f"the tests took longer than {run.table.timeout_s:g} s when measured")
    return None


def _script(run: GaugeRun, command: Sequence[str]) -> str:
    """What is run in the end."""
    alone = " ".join(command)
    return script_of(_text(run.project / "package.json")) if command[0] == "npm" else alone


def _scripts(folder: Path) -> Iterator[_Script]:
    """What each process told of each script; what cannot be read is left out."""
    for file in sorted(folder.glob("*.json"))[:MAX_FILES]:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > MAX_BYTES:
            continue
        try:
            yield from TypeAdapter(_Report).validate_json(file.read_bytes()).result
        except ValidationError:
            continue


def _seen(source: _Source, path: Path, scripts: Iterable[_Script]) -> frozenset[int]:
    """Lines that any process ran."""
    found: set[int] = set()
    for script in scripts:
        place = urlsplit(script.url)
        if place.scheme == "file" and unquote(place.path) == str(path):
            found |= set(run_lines(source.text, script.functions))
    return frozenset(found)


def run_lines(text: str, functions: Iterable[Function]) -> Iterator[int]:
    """Lines with a character whose innermost range was run. V8 counts in units of UTF-16."""
    units = text.encode("utf-16-le")
    counts = bytearray(len(units) // 2)
    ranges = [one for function in functions for one in function.ranges]
    for one in sorted(ranges, key=lambda r: (r.start, -r.end)):
        end = min(one.end, len(counts))
        counts[one.start : end] = bytes([one.count > 0]) * max(0, end - one.start)
    start = 0
    for number, line in enumerate(text.split("\n"), start=1):
        length = len(line.encode("utf-16-le")) // 2
        indent = len(line) - len(line.lstrip())
        if any(counts[start + indent : start + length]):
            yield number
        start += length + 1


def code_lines(text: str) -> frozenset[int]:
    """Lines that hold more than brackets and comments."""
    lines = enumerate(text.split("\n"), start=1)
    return frozenset(number for number, line in lines if not _NO_CODE.match(line.strip()))


def _text(file: Path) -> str:
    plain = file.is_file() and not file.is_symlink()
    return file.read_bytes().decode("utf-8", "replace") if plain else ""
