"""check_compiles: load every script of a rig once, in one engine.

No exit code tells of a script that does not compile: neither that of an import, nor of an export,
nor of tests that do not happen to use it.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gastown.rigs.gauge.godot_output import find_errors
from gastown.rigs.gauge.godot_work import GodotWork
from gastown.rigs.gauge.run import read_log
from gastown.rigs.gauge.verdict import chosen
from gastown.rigs.report import TestCase

_SCRIPT = Path(__file__).with_name("compile_check.gd")
_LINE = "compile check: "


@dataclass(frozen=True, slots=True)
class Compiled:
    """What is wrong with each script that does not compile, and with the check itself.

    `bad` maps paths from the worktree's root to what the engine says.
    """

    bad: dict[str, str]
    problems: tuple[str, ...] = ()


def check_compiles(work: GodotWork, own: Sequence[str] = ()) -> Compiled:
    """Load every script of the project, and of the addons (`own`) that are the rig itself."""
    paths = {f"res://{path}": work.in_worktree(path) for path in _scripts(work.project)}
    for key in own:
        addon = work.project / "addons" / key
        inner = addon.resolve().relative_to(work.root.resolve())
        for path in _scripts(addon.resolve()):
            paths[f"res://addons/{key}/{path}"] = (inner / path).as_posix()
    if not paths:
        return Compiled({})
    script, listed = work.home / _SCRIPT.name, work.home / "scripts.txt"
    shutil.copyfile(_SCRIPT, script)
    listed.write_text("\n".join(paths), encoding="utf-8")
    log = work.run.out / "compile.log"
    ran = work.start("--script", str(script), "--", str(listed), log=log)
    output = read_log(log)
    bad = _told(output)
    if bad is None:
        why = "did not end in time" if ran.timed_out else f"ended with exit code {ran.rc}"
        return Compiled({}, (f"the compile check {why}: see compile.log",))
    said = _said(output)
    return Compiled({paths[path]: said.get(path) or "it does not compile" for path in bad})


def asked_of(bad: Mapping[str, str], tests: Sequence[str], only: Sequence[str]) -> dict[str, str]:
    """What does not compile, without the test files that nobody asked for."""
    others = set(tests) - set(chosen(tests, only))
    return {file: why for file, why in bad.items() if file not in others}


def with_broken(
    cases: Sequence[TestCase], problems: Sequence[str], bad: Mapping[str, str], tests: Sequence[str]
) -> tuple[list[TestCase], tuple[str, ...]]:
    """Cases and problems, with what does not compile, where neither tells of it yet.

    A test file that does not compile is a case in error, for its runner leaves it out; any other
    script is a problem.
    """
    red = {case.file for case in cases if case.status == "error"}
    broken = [
        TestCase(name=Path(file).name, file=file, status="error", message=bad[file])
        for file in tests
        if file in bad and file not in red
    ]
    told = "\n".join(problems)
    others = [
        f"{file} does not compile: {why}"
        for file, why in bad.items()
        if file not in tests and f"{file}: " not in told
    ]
    return [*cases, *broken], (*problems, *others)


def _scripts(folder: Path) -> Iterator[str]:
    """Paths of scripts that the engine sees there, but for those of addons."""
    for file in sorted(folder.rglob("*.gd")):
        path = file.relative_to(folder)
        hidden = any(part.startswith(".") for part in path.parts)
        if hidden or path.parts[0] == "addons" or file.is_symlink():
            continue
        if not any((folder / above / ".gdignore").exists() for above in path.parents):
            yield path.as_posix()


def _told(output: str) -> list[str] | None:
    """The scripts of our line; a script of the rig may print when it is loaded, so the last one."""
    for line in reversed(output.splitlines()):
        if line.startswith(_LINE):
            try:
                return list(json.loads(line.removeprefix(_LINE))["bad"])
            except (ValueError, KeyError, TypeError):
                return None
    return None


def _said(output: str) -> dict[str, str]:
    """The engine's words on each script."""
    found: dict[str, list[str]] = {}
    for error in find_errors(output):
        if error.frames:
            found.setdefault(f"res://{error.frames[0].file}", []).append(error.message)
    return {path: "\n".join(dict.fromkeys(messages)) for path, messages in found.items()}
