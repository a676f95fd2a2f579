"""cargo: the gauge of Rust rigs. It works on a copy, with a target folder and a home of its own.

One test file that does not compile keeps cargo from running any other, so those run once more.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from gastown.agents.jail import Ran
from gastown.errors import ConfigError
from gastown.rigs.gauge.cargo_output import CargoOutput, parse_cargo
from gastown.rigs.gauge.generic import set_up
from gastown.rigs.gauge.run import GaugeRun, read_log
from gastown.rigs.gauge.verdict import chosen, exit_problems, find_files, find_problems
from gastown.rigs.report import TestCase, TestReport

TEST = ("cargo", "test", "--no-fail-fast")
_LEFT_BEHIND = shutil.ignore_patterns(".git", "target")
_WORKSPACE = re.compile(r"^\[workspace\]", re.MULTILINE)


def run_cargo(run: GaugeRun) -> TestReport:
    """Run `cargo test`, or `gauge.test`, and judge by each test's line and the targets' sums."""
    toolchain = find_toolchain()
    if failed := set_up(run):
        return failed
    copy = run.out / "rig"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(run.worktree, copy, symlinks=True, ignore=_LEFT_BEHIND)
    files = _files(run)
    command = [run.filled(word) for word in run.table.test or TEST]
    asked = _options(run, files)
    ran = _cargo(run, toolchain, [*command, *asked], run.log)
    found = parse_cargo(read_log(run.log))
    broken = [file for file in files if file in found.broken]
    if broken and not run.table.test and set(found.broken) <= set(files):
        _rest(run, toolchain, [file for file in files if file not in broken], found)
    cases, problems = _judge(run, found, files)
    if not ran.timed_out:
        problems += exit_problems(ran.rc, cases)
    return run.report(_version(toolchain), ran, cases, problems)


def find_toolchain(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder that holds `bin/cargo` itself, behind rustup's stand-in.

    Raises:
        ConfigError: There is none.
    """
    path = os.pathsep.join([environ.get("PATH", ""), str(Path.home() / ".cargo" / "bin")])
    rustc = shutil.which("rustc", path=path)
    if rustc is None:
        raise ConfigError("no Rust here: neither PATH nor ~/.cargo/bin has rustc")
    argv = [rustc, "--print", "sysroot"]
    said = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    root = Path(said.stdout.strip() or "/nowhere")
    if not (root / "bin" / "cargo").is_file():
        raise ConfigError(f"{rustc} has no cargo beside it: {said.stderr.strip()[-300:]}")
    return root


def _files(run: GaugeRun) -> list[str]:
    """The test files that must report; of a workspace only those that the table names."""
    if run.table.expect_files:
        return find_files(run.worktree, run.table.expect_files)
    manifest = run.project / "Cargo.toml"
    text = manifest.read_text(encoding="utf-8", errors="replace") if manifest.is_file() else ""
    if _WORKSPACE.search(text):
        return []
    place = run.project.relative_to(run.worktree).as_posix()
    return find_files(run.worktree, [f"{place}/tests/*.rs".removeprefix("./")])


def _options(run: GaugeRun, files: Sequence[str]) -> list[str]:
    """`--test` for each file that was asked for."""
    if not run.only:
        return []
    return [part for file in chosen(files, run.only) for part in ("--test", Path(file).stem)]


def _rest(run: GaugeRun, toolchain: Path, files: Sequence[str], found: CargoOutput) -> None:
    """Run what else compiles, and add it to what was found."""
    wanted = chosen(files, run.only)
    targets = [part for file in wanted for part in ("--test", Path(file).stem)]
    if not run.only:
        targets += [
            option
            for option, source in (("--lib", "src/lib.rs"), ("--bins", "src/main.rs"))
            if (run.project / source).is_file()
        ]
    if targets:
        log = run.out / "compile.log"
        _cargo(run, toolchain, [*TEST, *targets], log)
        more = parse_cargo(read_log(log))
        found.cases += more.cases
        found.problems += more.problems


def _judge(
    run: GaugeRun, found: CargoOutput, files: Sequence[str]
) -> tuple[list[TestCase], tuple[str, ...]]:
    place = run.project.relative_to(run.worktree)
    told = [
        case.model_copy(update={"file": (place / case.file).as_posix() if case.file else ""})
        for case in found.cases
    ]
    cases = [case for case in told if chosen([case.file], run.only)]
    asked = chosen(files, run.only)
    cases += [
        TestCase(name=Path(file).name, file=file, status="error", message="\n".join(why))
        for file, why in found.broken.items()
        if file in asked
    ]
    problems = found.problems + [
        f"{file} does not compile: {why[0]}"
        for file, why in found.broken.items()
        if file not in files
    ]
    expected = [] if found.broken.keys() - set(files) else asked
    return cases, (
        *problems,
        *find_problems(cases, expected=expected, min_tests=run.table.min_tests),
    )


def _cargo(run: GaugeRun, toolchain: Path, command: Sequence[str], log: Path) -> Ran:
    copy, home = run.out / "rig", run.out / "cargo"
    home.mkdir(exist_ok=True)
    for cache in run.caches:
        _link(cache, home / cache.name)
    own = str(toolchain / "bin")
    argv = [str(Path(own, "cargo")) if command[0] == "cargo" else command[0], *command[1:]]
    return run.start(
        argv,
        writable=[copy, run.out],
        readable=[toolchain, *run.caches],
        env={
            "PATH": f"{own}:/usr/local/bin:/usr/bin:/bin",
            "CARGO_HOME": str(home),
            "CARGO_TARGET_DIR": str(run.out / "target"),
            "CARGO_NET_OFFLINE": "true",
            "CARGO_TERM_COLOR": "never",
            "RUST_BACKTRACE": "0",
        },
        cwd=copy / run.project.relative_to(run.worktree),
        log=log,
    )


def _link(cache: Path, spot: Path) -> None:
    """Show cargo `registry` or `git` of a person's ~/.cargo; what it unpacks of them is its own."""
    spot.mkdir(exist_ok=True)
    for child in cache.iterdir():
        if child.name not in {"src", "checkouts"} and not (spot / child.name).is_symlink():
            (spot / child.name).symlink_to(child, target_is_directory=child.is_dir())


def _version(toolchain: Path) -> str:
    argv = [str(toolchain / "bin" / "cargo"), "--version"]
    said = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    return " ".join(said.stdout.split()[:2]) or "cargo"
