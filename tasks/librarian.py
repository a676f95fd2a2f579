"""Librarian: brings a rig's documentation in line with what the convoy really changed."""

from gastown.agents.answers import Submission
from gastown.agents.brief import bead_text, material
from gastown.agents.prose import one_line
from gastown.agents.protocols import Check
from gastown.agents.tools import WorktreeTools
from gastown.rigs.diff import diff_text
from gastown.rigs.gauge.steering import steering_files
from gastown.rigs.git import Repo
from gastown.rigs.violations import violations
from gastown.rigs.worktree import add_worktree, remove_worktree
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.merge_queue import through_queue
from tasks.rigs import beads_of_rig, convoy_base, describe, main_ref

DIFF_CHARS = 12_000


def librarian(desk: Desk) -> StageResult:
    """Write documentation only, then merge it like any other change."""
    Repo(desk.layout.canonical).fetch()
    branch = f"librarian/{desk.request.convoy}"
    path = desk.layout.check(f"librarian-{desk.request.convoy}")
    repo = Repo(add_worktree(desk.layout, path, branch, main_ref(desk)))
    stage = f"librarian {desk.request.convoy}"
    if repo.find_trailer("Stage", stage, f"{convoy_base(desk)}..HEAD") is None:
        repo.discard()
        summary = one_line(_write(desk, repo))
        repo.commit_all(f"{summary}\n\nConvoy: {desk.request.convoy}\nStage: {stage}", desk.author)
    changed = repo.changed_files(f"{repo.head()}~1")
    merged = through_queue(desk, branch)
    remove_worktree(desk.layout, path, branch)
    return StageResult(
        summary=f"{', '.join(changed)} in {merged.commit[:10]}",
        evidence={"commit": merged.commit, "files": changed},
    )


def _write(desk: Desk, repo: Repo) -> str:
    """Let the model write; code sees to it that it wrote documentation and nothing else."""
    base, docs = repo.head(), desk.table.docs
    steering = steering_files(desk.table.gauge)

    def verify(_: object) -> Check:
        broken = violations(repo.path, base, docs, steering)
        missing = [] if repo.status() else [f"Nothing has changed in {', '.join(docs)}."]
        faults = [*broken, *missing]
        return Check(ok=not faults, feedback="\n".join(faults))

    tools = WorktreeTools(repo.path, writable=docs, read_only=steering, focus=docs)
    outcome = desk.session(_task(desk, repo), environment=tools, output=Submission, verify=verify)
    assert isinstance(outcome.answer, Submission)  # noqa: S101 — the loop validated it
    return outcome.answer.summary


def _task(desk: Desk, repo: Repo) -> str:
    change = diff_text(repo.path, convoy_base(desk), "HEAD", chars=DIFF_CHARS)
    beads = "\n\n".join(bead_text(bead) for bead in beads_of_rig(desk))
    duty = f"Bring {', '.join(desk.table.docs)} in line with the change below, for its users."
    return "\n\n".join(
        [describe(desk, repo.path), duty, material("what the convoy asked for", beads),
         material("the diff", change)]
    )  # fmt: skip
