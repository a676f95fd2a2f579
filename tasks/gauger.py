"""Gauger: runs a rig's tests on main and judges by their report, then builds each assembly.

It runs commands and needs no model.
"""

from pathlib import Path
from shutil import rmtree

from gastown.errors import StageFailedError
from gastown.rigs.git import Repo
from gastown.rigs.worktree import snapshot
from gastown.spans import span
from gastown.stage import StageResult
from gastown.town.tables.rigs import AssemblyTable
from tasks.commands import filled
from tasks.desk import Desk
from tasks.rigs import main_ref, red_text


def gauger(desk: Desk) -> StageResult:
    """Test the rig as it is on main; when it is green, build every assembly."""
    Repo(desk.layout.canonical).fetch()
    commit = Repo(desk.layout.canonical).rev(main_ref(desk))
    with snapshot(desk.layout, f"gauger-{desk.request.convoy}", commit) as worktree:
        report = desk.gauge(worktree)
        if not report.green:
            raise StageFailedError(f"{desk.rig} at {commit[:10]}: {red_text(report)}")
        builds = {
            name: build(desk, worktree, name, table)
            for name, table in desk.table.assemblies.items()
        }
    built = f"; built {', '.join(builds)}" if builds else ""
    return StageResult(
        summary=f"{report.line}{built}",
        evidence={"commit": commit, "tests": report.line, "builds": builds},
    )


def build(desk: Desk, worktree: Path, name: str, table: AssemblyTable) -> str:
    """Build one assembly into a folder of its own, with its log; the path from the town's root.

    Raises StageFailedError when the command fails or leaves nothing behind.
    """
    out = desk.town.layout.build(desk.request.convoy, name)
    rmtree(out, ignore_errors=True)
    product = out / "product"
    product.mkdir(parents=True)
    log = out / "build.log"
    with span("build"):
        ran = desk.jail.run(
            filled(table.build, {"out": product, "worktree": worktree}),
            cwd=worktree,
            writable=[product],
            readable=[worktree],
            timeout_s=table.timeout_s,
            log=log,
        )
    if ran.rc or not any(product.iterdir()):
        why = "timed out" if ran.timed_out else f"exit {ran.rc}" if ran.rc else "left no product"
        raise StageFailedError(f"building {name}: {why}; {log} ends with:\n{ran.output[-1000:]}")
    return str(product.relative_to(desk.town.root))
