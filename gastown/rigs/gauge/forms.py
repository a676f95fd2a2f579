"""The forms of `gauge.report`: where a command's results are, and how they are written.

`junit:PATH` (or just a path), `tap:PATH`, `tap` and `json:passed` (in the output), `exit-only`.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple, cast

from gastown.agents.jail import Ran
from gastown.errors import ConfigError
from gastown.rigs.gauge.godot_output import find_results
from gastown.rigs.gauge.junit import Junit
from gastown.rigs.gauge.run import GaugeRun, read_log
from gastown.rigs.gauge.tap import parse_tap
from gastown.rigs.gauge.verdict import read_plain, read_report
from gastown.rigs.report import TestCase


class Form(NamedTuple):
    """How results are written, and the file they are in; None for the command's output."""

    kind: str
    path: Path | None


def form_of(run: GaugeRun) -> Form:
    """The form that the table names. Raises ConfigError for a path that is elsewhere."""
    kind, _, rest = run.table.report.partition(":")
    if run.table.report in {"tap", "exit-only", "json:passed"}:
        return Form(kind, None)
    name = rest if kind in {"junit", "tap"} and rest else run.table.report
    path = run.project / run.filled(name)
    if not any(path.parent.resolve().is_relative_to(root.resolve()) for root in _roots(run)):
        raise ConfigError(f"gauge.report: {path} lies neither in {{worktree}} nor in {{out}}")
    return Form("tap" if kind == "tap" and rest else "junit", path)


def remove_old(form: Form) -> None:
    """Yesterday's report must not speak for today."""
    if form.path is not None:
        form.path.unlink(missing_ok=True)


def read_form(run: GaugeRun, form: Form, ran: Ran, command: str) -> Junit:
    """The cases. Of `exit-only` it is one, which is the command itself."""
    if form.kind == "exit-only":
        return exit_only(ran, command)
    if form.path is None:
        output = read_log(run.log)
        return parse_tap(output) if form.kind == "tap" else _by_line(output, command)
    if form.kind == "junit":
        return read_report(form.path, _roots(run))
    text = read_plain(form.path, _roots(run))
    if isinstance(text, str):
        return Junit((), (text,))
    return parse_tap(text.decode(errors="replace"))


def exit_only(ran: Ran, command: str) -> Junit:
    """All that is known is how the command ended."""
    why = "" if ran.rc == 0 else f"exit code {ran.rc}\n{ran.output[-3_000:]}"
    case = TestCase(name=command, file="", status="failed" if ran.rc else "passed", message=why)
    return Junit((case,))


def _by_line(output: str, command: str) -> Junit:
    """The last line that is an object with `passed`, and perhaps with `results`."""
    if (told := find_results(output)) is not None:
        cases = tuple(
            TestCase(
                name=one.name,
                file=one.file,
                status="passed" if one.passed else "failed",
                message=one.message,
            )
            for one in told.results
        )
        contradicts = not told.passed and all(one.passed for one in told.results)
        return Junit(cases, ("the command says that it failed, yet no test did",) * contradicts)
    for line in reversed(output.splitlines()):
        if isinstance(passed := _passed(line), bool):
            status = "passed" if passed else "failed"
            return Junit((TestCase(name=command, file="", status=status, message=line[:3_000]),))
    return Junit((), ("the command printed no line of JSON with passed",))


def _passed(line: str) -> object:
    if not line.startswith("{"):
        return None
    try:
        return cast("dict[str, Any]", json.loads(line)).get("passed")
    except ValueError:
        return None


def _roots(run: GaugeRun) -> list[Path]:
    return [run.worktree, run.out]
