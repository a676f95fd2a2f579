"""cover_istanbul: the changed lines that tests reach, as jest and vitest tell it themselves.

Both run a translation of the sources and know which line of a source each part of it was.
"""

import json
from pathlib import Path

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.gauge.verdict import read_plain
from gastown.rigs.review.covered import Changed, Covered

SUFFIXES = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
REPORT = "coverage-final.json"
_PROVIDERS = {"v8": "@vitest/coverage-v8", "istanbul": "@vitest/coverage-istanbul"}


class _Place(BaseModel):
    line: int


class _Span(BaseModel):
    start: _Place


class _File(BaseModel):
    path: str
    statements: dict[str, _Span] = Field(alias="statementMap")
    counts: dict[str, int] = Field(alias="s")


def options_of(runner: str, project: Path, folder: Path) -> tuple[str, ...]:
    """What makes it write its report into a folder; nothing where it lacks what it measures with.

    Args:
        runner: `jest` or `vitest`.
        project: Where its packages are.
        folder: Where the report goes.
    """
    if runner == "jest":
        where = f"--coverageDirectory={folder}"
        return ("--coverage", "--coverageReporters=json", "--coverageThreshold={}", where)
    provider = next(
        (one for one, name in _PROVIDERS.items() if (project / "node_modules" / name).is_dir()), ""
    )
    if not provider:
        return ()
    return (
        "--coverage.enabled",
        f"--coverage.provider={provider}",
        "--coverage.reporter=json",
        f"--coverage.reportsDirectory={folder}",
    )


def read_istanbul(run: GaugeRun, runner: str, folder: Path, code: Changed) -> Covered:
    """What the report says of the changed lines of code; a file that it leaves out was not run.

    Where a line begins no statement, nothing is said of it.
    """
    data = read_plain(folder / REPORT, [run.out])
    if isinstance(data, str):
        return Covered(why=f"{runner} left no report of its coverage")
    try:
        told = TypeAdapter(dict[str, _File]).validate_python(json.loads(data))
    except (ValidationError, ValueError, RecursionError):
        return Covered(why=f"{runner}'s report of its coverage cannot be read")
    root = run.worktree.resolve()
    by_path = {Path(one.path).resolve(): one for one in told.values()}
    found = {file: by_path.get(root / file) for file in code}
    known = {file: lines & _begun(found[file], lines) for file, lines in code.items()}
    ran = {file: _ran(one) for file, one in found.items() if one}
    return Covered(runner, {file: lines for file, lines in known.items() if lines}, ran)


def _begun(told: _File | None, lines: frozenset[int]) -> frozenset[int]:
    """Lines with a beginning of a statement; of a file that nobody ran, any line may have one."""
    return lines if told is None else frozenset(one.start.line for one in told.statements.values())


def _ran(told: _File) -> frozenset[int]:
    counts = told.counts
    return frozenset(one.start.line for key, one in told.statements.items() if counts.get(key))
