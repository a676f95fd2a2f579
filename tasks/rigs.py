"""What several stages do with a rig: name its branches, describe it, show a model what is red."""

from pathlib import Path

from gastown.agents.brief import rig_text
from gastown.agents.protocols import Check
from gastown.beads.bead import Bead
from gastown.convoys.convoy import lands_later, members, show_convoy
from gastown.convoys.homecoming import is_homecoming
from gastown.rigs.gauge.steering import steering_files
from gastown.rigs.git import Repo
from gastown.rigs.report import TestReport
from gastown.rigs.traces import convoy_branch, integration_branch
from tasks.desk import Desk

CONFLICT = "conflict with main"
"""How the reason begins when a bead's work no longer fits main."""

TRUTH = ".truth/**"
SHOWN_CASES = 8
SHOWN_CHARS = 600


def integration_of(desk: Desk) -> str:
    """The branch at origin that the convoy's work comes together on; empty where that is main."""
    convoy = desk.request.convoy
    if not convoy:
        return ""
    later = lands_later(desk.town.config, desk.town.ledger.show(convoy), desk.rig)
    return integration_branch(convoy) if later else ""


def main_ref(desk: Desk) -> str:
    """What the convoy's work is put on top of, as origin has it: the rig's main branch.

    With `review-then-land` it is the convoy's own branch, from its first merge until it lands.
    """
    own = integration_of(desk)
    if own and Repo(desk.layout.canonical).find(f"refs/remotes/origin/{own}"):
        return f"origin/{own}"
    return f"origin/{desk.table.branch}"


def convoy_base(desk: Desk) -> str:
    """The commit of main from which this convoy set out."""
    repo, branch = Repo(desk.layout.canonical), f"origin/{convoy_branch(desk.request.convoy)}"
    first = repo.log(f"{main_ref(desk)}..{branch}")
    tip = first[-1].id if first else repo.rev(branch)
    return repo.merge_base(tip, main_ref(desk))


def merged_as(desk: Desk) -> str | None:
    """The newest commit of main that carries this bead's work of this convoy.

    Work reaches main in one push, whole, so one commit with both trailers says that all is there.
    """
    repo, bead = Repo(desk.layout.canonical), desk.bead
    wanted = {("bead", bead.id), ("convoy", desk.request.convoy)}
    if is_homecoming(bead):  # it has no tests of a Defender's to set out with
        base = repo.merge_base(f"origin/{desk.table.branch}", main_ref(desk))
    else:
        base = convoy_base(desk)
    for commit in repo.log(f"{base}..{main_ref(desk)}"):
        if wanted <= set(commit.trailers):
            return commit.id
    return None


def fixed(desk: Desk) -> tuple[str, ...]:
    """What nobody may write whose work it judges: tests and how they run, truth, guide, ledger."""
    truths = [f"{one.truth.strip('/')}/**" for one in desk.table.assemblies.values()] or [TRUTH]
    judges = (*desk.table.tests, *steering_files(desk.table.gauge), *truths, desk.table.guide)
    return tuple(dict.fromkeys((*judges, ".beads/**")))


def trailers(bead: Bead, desk: Desk) -> str:
    """The last lines of a commit: what it belongs to, so that git alone can tell it is done."""
    stage = f"{desk.request.role} {desk.request.round}"
    return f"Bead: {bead.id}\nConvoy: {desk.request.convoy}\nStage: {stage}"


def beads_of_rig(desk: Desk) -> list[Bead]:
    """The convoy's beads of this rig, each after those of them that it needs."""
    ledger = desk.town.ledger
    beads = members(ledger, show_convoy(ledger, desk.request.convoy))
    mine = {b.id: b for b in beads if desk.town.config.rig_of(b.id) == desk.rig}
    placed: dict[str, Bead] = {}
    while len(placed) < len(mine):  # ends: cooking refused a convoy whose beads need each other
        for bead in mine.values():
            if all(need in placed or need not in mine for need in bead.needs):
                placed.setdefault(bead.id, bead)
    return list(placed.values())


def describe(desk: Desk, worktree: Path) -> str:
    """The rig in short, for the start of a session's task."""
    return describe_tree(desk.rig, worktree, desk.table.guide)


def describe_tree(name: str, worktree: Path, guide: str) -> str:
    """The same of any tree; `guide` is the path of its style guide, if it has one."""
    files = Repo(worktree).files()
    return rig_text(name, files, _text(worktree / "README.md"), _text(worktree / guide))


def _text(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        return ""
    return path.read_text(encoding="utf-8", errors="replace")


def green(report: TestReport) -> Check:
    """Green is ok; else the model is shown what is red."""
    facts = {"tests": report.line}
    return Check(ok=report.green, feedback="" if report.green else red_text(report), facts=facts)


def red_text(report: TestReport) -> str:
    """What a run showed, short enough for a small model."""
    if report.green:
        return f"All green: {report.line}"
    lines = [f"Not green: {report.line}"]
    lines += [f"- {problem}" for problem in report.problems[:SHOWN_CASES]]
    shown = report.red[:SHOWN_CASES]
    lines += [f"- {case.file} {case.name}: {case.message[:SHOWN_CHARS]}" for case in shown]
    if len(report.red) > SHOWN_CASES:
        lines.append(f"… and {len(report.red) - SHOWN_CASES} more")
    return "\n".join(lines)
