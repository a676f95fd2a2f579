"""npm: the gauge of web rigs. `npm test` runs in a copy, without a network.

Where it starts Node's own test runner, a reporter of ours tells of each test; jest and vitest are
given options to do so. Any other runner needs `gauge.report`; without one, all that is known is the
exit code, and the report says so.
"""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from gastown.agents.jail import Ran
from gastown.rigs.gauge.forms import Form, exit_only, form_of, read_form, remove_old
from gastown.rigs.gauge.generic import EXIT_ONLY, judged, set_up
from gastown.rigs.gauge.junit import MAX_CASES, Junit
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.gauge.verdict import read_plain
from gastown.rigs.gauge.web_runner import (
    read_told,
    runner_in,
    script_of,
    telling,
    with_options,
)
from gastown.rigs.report import CaseStatus, TestCase, TestReport

TEST = ("npm", "test")
_REPORTER = Path(__file__).with_name("node_reporter.mjs")
_QUIET = {
    "npm_config_globalconfig": os.devnull,  # the machine's may name files that are not visible
    "npm_config_update_notifier": "false",
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_offline": "true",
    "CI": "1",
    "OPENSSL_CONF": os.devnull,  # Node ends where this file is there and cannot be read
}


def _by_runner(
    run: GaugeRun, command: Sequence[str], quiet: Mapping[str, str]
) -> TestReport | None:
    """As jest or vitest tell it; None where neither runs, or it wrote nothing down."""
    manifest = run.project / "package.json"
    text = manifest.read_text(encoding="utf-8", errors="replace") if manifest.is_file() else ""
    runner = runner_in(script_of(text) if command[0] == "npm" else " ".join(command))
    if not runner:
        return None
    report = run.out / f"{runner}-report"
    report.unlink(missing_ok=True)
    ran = run.start(
        with_options(command, telling(runner, report)),
        writable=[run.worktree, run.out],
        readable=run.caches,
        env=quiet,
    )
    if not report.exists() and not ran.timed_out:
        return None
    told = f"{' '.join(command)}, {runner}"
    return judged(run, told, Form(runner, None), ran, read_told(run, runner, report))


class Prepared(NamedTuple):
    """A run on a copy, npm's environment, and the report if its packages cannot be had."""

    run: GaugeRun
    env: Mapping[str, str]
    failed: TestReport | None


class _Line(BaseModel):
    name: str
    file: str
    status: CaseStatus
    message: str = ""
    seconds: float = 0.0


def run_npm(run: GaugeRun) -> TestReport:
    """Run `gauge.setup` and `npm test`, or `gauge.test`, and judge by the best report there is."""
    run, quiet, failed = prepare(run)
    if failed:
        return failed
    form = form_of(run) if run.table.report else None
    if form:
        remove_old(form)
    told_by_node = run.out / "node.jsonl"
    told_by_node.unlink(missing_ok=True)
    command = [run.filled(word) for word in run.table.test or TEST]
    if form is None and (told := _by_runner(run, command, quiet)):
        return told
    ran = run.start(
        command,
        writable=[run.worktree, run.out],
        readable=run.caches,
        env={**quiet, **_reporting(run, told_by_node)},
    )
    told = " ".join(command)
    if form:
        return judged(run, told, form, ran, read_form(run, form, ran, told))
    if told_by_node.exists():
        return judged(
            run, f"{told}, node --test", Form("node", None), ran, _read(run, told_by_node)
        )
    return judged(
        run, f"{told}, {EXIT_ONLY}", Form("exit-only", None), ran, _silent(run, ran, told)
    )


def prepare(run: GaugeRun) -> Prepared:
    """Copy the rig and carry out `gauge.setup`, which brings its packages."""
    run = _copied(run)
    quiet = {**_QUIET, "npm_config_cache": str(_cache(run))}
    return Prepared(run, quiet, set_up(run, quiet))


def _copied(run: GaugeRun) -> GaugeRun:
    """The same run on a copy: what is installed or built there is no part of the worktree."""
    copy = run.out / "rig"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(run.worktree, copy, symlinks=True, ignore=shutil.ignore_patterns(".git"))
    return replace(run, worktree=copy)


def _cache(run: GaugeRun) -> Path:
    """A cache of its own, in which npm finds what a person's holds and may write besides."""
    own = run.out / "npm"
    parts = own / "_cacache"
    parts.mkdir(parents=True, exist_ok=True)
    for cache in run.caches:
        for name in ("content-v2", "index-v5"):
            spot, there = parts / name, cache / "_cacache" / name
            if there.is_dir() and not spot.is_symlink():
                spot.symlink_to(there, target_is_directory=True)
    return own


def _reporting(run: GaugeRun, target: Path) -> dict[str, str]:
    """What makes Node's test runner tell us too; no other program of Node's minds."""
    reporter = run.out / _REPORTER.name
    shutil.copyfile(_REPORTER, reporter)
    options = ("spec", "stdout"), (str(reporter), os.devnull)
    words = [f"--test-reporter={a} --test-reporter-destination={b}" for a, b in options]
    return {"NODE_OPTIONS": " ".join(words), "GAUGE_NODE_REPORT": str(target)}


def _read(run: GaugeRun, file: Path) -> Junit:
    data = read_plain(file, [run.out])
    if isinstance(data, str):
        return Junit((), (data,))
    lines = data.decode(errors="replace").splitlines()
    if len(lines) > MAX_CASES:
        return Junit((), (f"the report holds more than {MAX_CASES} cases",))
    try:
        return Junit(tuple(_case(run, _Line.model_validate_json(line)) for line in lines))
    except ValidationError:
        return Junit((), ("the report of node --test is not whole",))


def _case(run: GaugeRun, line: _Line) -> TestCase:
    """A test by its file from the worktree's root; one that is a whole file is called by its end.

    A file that does not load did not get as far as an assertion.
    """
    file = Path(line.file)
    path = file.relative_to(run.worktree).as_posix() if file.is_relative_to(run.worktree) else ""
    whole = line.name == line.file
    status: CaseStatus = "error" if whole and line.status == "failed" else line.status
    return TestCase(
        name=file.name if whole else line.name,
        file=path,
        status=status,
        message=line.message,
        seconds=line.seconds,
    )


def _silent(run: GaugeRun, ran: Ran, command: str) -> Junit:
    told = exit_only(ran, command)
    if not run.table.expect_files:
        return told
    why = "nothing tells which test files ran: set gauge.report, or leave expect_files empty"
    return Junit(told.cases, (why,))
