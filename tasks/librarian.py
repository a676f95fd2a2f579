"""Librarian: brings a rig's documentation in line with what the convoy really changed."""

from gastown.agents.brief import bead_text, material
from gastown.rigs.diff import diff_text
from gastown.rigs.git import Repo
from gastown.rigs.worktree import add_worktree, remove_worktree, snapshot
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.merge_queue import through_queue
from tasks.rigs import beads_of_rig, convoy_base, describe, main_ref
from tasks.writing import SHOWN, Manuscript, require_sound, standing_faults, write

DIFF_CHARS = 12_000


def librarian(desk: Desk) -> StageResult:
    """Write documentation only, then merge it like any other change."""
    Repo(desk.layout.canonical).fetch()
    convoy = desk.request.convoy
    branch = f"librarian/{convoy}"
    path = desk.layout.check(f"librarian-{convoy}")
    repo = Repo(add_worktree(desk.layout, path, branch, main_ref(desk)))
    stage = f"librarian {convoy}"
    if repo.find_trailer("Stage", stage, f"{convoy_base(desk)}..HEAD") is None:
        repo.discard()
        summary = _write(desk, repo)
        repo.commit_all(f"{summary}\n\nConvoy: {convoy}\nStage: {stage}", desk.author)
    else:
        _check_again(desk, repo)
    changed, faults = repo.changed_files(f"{repo.head()}~1"), standing_faults(repo, desk.table)
    merged = through_queue(desk, branch)
    remove_worktree(desk.layout, path, branch)
    left = f"; {len(faults)} older faults in the documentation" if faults else ""
    return StageResult(
        summary=f"{', '.join(changed)} in {merged.commit[:10]}{left}",
        evidence={
            "commit": merged.commit,
            "files": changed,
            "faults": [str(fault) for fault in faults[:SHOWN]],
        },
    )


def _check_again(desk: Desk, repo: Repo) -> None:
    """What an attempt that died, or another machine, had committed is judged as if made now."""
    base = repo.rev("HEAD~1")
    with snapshot(desk.layout, f"librarian-{desk.request.convoy}-base", base) as before:
        faults = standing_faults(Repo(before), desk.table)
    require_sound(Manuscript(repo, base, desk.table, faults))


def _write(desk: Desk, repo: Repo) -> str:
    change = diff_text(repo.path, convoy_base(desk), "HEAD", chars=DIFF_CHARS)
    beads = "\n\n".join(bead_text(bead) for bead in beads_of_rig(desk))
    asked = material("what the convoy asked for", beads)
    facts = "\n\n".join([asked, material("the diff", change)])
    return write(desk, Manuscript.open(repo, desk.table), describe(desk, repo.path), facts)
