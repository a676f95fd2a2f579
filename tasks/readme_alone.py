"""readme_alone: the Librarian outside a convoy, on a rig or on any checkout.

It proposes: what it wrote comes back as a patch, and reaches the repository when a person says so,
a rig through its merge queue, a checkout as changes that are not committed.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from gastown.agents.brief import material
from gastown.documents.fault import Fault
from gastown.errors import ConfigError
from gastown.queue.merge import merge
from gastown.rigs.diff import diff_text
from gastown.rigs.git import Repo
from gastown.stage import Frozen
from gastown.town.tables.rigs import GaugeTable, RigTable
from gastown.town.town import Town
from tasks.desk import Desk
from tasks.errand import errand
from tasks.librarian import DIFF_CHARS
from tasks.merge_queue import require_merged, table_terms
from tasks.rigs import describe_tree
from tasks.scanning import EMPTY
from tasks.visit import Visit, visit
from tasks.writing import Manuscript, standing_faults, write

STAGE = "librarian alone"
FIRST = 20  # commits that are told of where the Librarian never wrote before
_WHOLE = 10_000_000  # characters of a patch that is to be applied: all of it


class Proposal(Frozen):
    """What the Librarian would change. Without `files`, nothing happened that is to be told."""

    name: str
    commit: str
    since: str
    summary: str = ""
    files: tuple[str, ...] = ()
    patch: str = ""
    faults: tuple[Fault, ...] = ()
    applied: str = ""


def check_alone(town: Town, repository: str) -> tuple[str, tuple[Fault, ...]]:
    """The name of a repository and the faults of its documentation; no model is asked.

    Raises NotFoundError or GitError.
    """
    with visit(town, repository) as found:
        return found.name, standing_faults(Repo(found.worktree), _table(found))


def readme_alone(
    town: Town,
    repository: str,
    *,
    since: str = "",
    apply: bool = False,
    tell: Callable[[str], object] = lambda _: None,
) -> Proposal:
    """Bring a repository's documentation in line with what happened since a commit.

    Args:
        town: Whose model and budget it uses.
        repository: A rig, or the folder of a git checkout.
        since: By default the Librarian's own last commit, else the last twenty commits.
        apply: Change the repository, too.
        tell: Hears what is being done.

    Raises:
        NotFoundError: There is no such repository.
        ConfigError: The page's comments do not pair up; or, with `apply`, a person's own changes
            are in the way.
        StageFailedError: No text passed its checks, or the rig's tests are red with it.
        GitError: Git refuses.
    """
    with visit(town, repository) as found:
        repo, table = Repo(found.worktree), _table(found)
        base = _base(repo, since)
        if not repo.changed_files(base):
            told = standing_faults(repo, table)
            return Proposal(name=found.name, commit=found.commit, since=base, faults=told)
        title = f"readme of {found.name}"
        with errand(town, "librarian", rig=found.rig, title=title, tell=tell) as desk:
            tell(f"{desk.request.model} writes about {found.name} since {base[:10]} …")
            proposal = _propose(desk, found, table, base)
            if not apply:
                return proposal
            applied = _land(desk, found, table) if found.rig else _patch(found, proposal)
            return proposal.model_copy(update={"applied": applied})


def _propose(desk: Desk, found: Visit, table: RigTable, base: str) -> Proposal:
    repo, script = Repo(found.worktree), Manuscript.open(Repo(found.worktree), table)
    subjects = "\n".join(f"{one.id[:10]} {one.subject}" for one in repo.log(_span(repo, base)))
    change = diff_text(repo.path, base, "HEAD", chars=DIFF_CHARS)
    facts = "\n\n".join([material("commits", subjects), material("the diff", change)])
    rig = describe_tree(found.name, repo.path, table.guide)
    summary = write(desk, script, rig, facts)
    commit = repo.commit_all(f"{summary}\n\nStage: {STAGE}", desk.author)
    return Proposal(
        name=found.name,
        commit=commit,
        since=base,
        summary=summary,
        files=tuple(repo.changed_files(script.base)),
        patch=diff_text(repo.path, script.base, commit, chars=_WHOLE),
        faults=standing_faults(repo, table),
    )


def _land(desk: Desk, found: Visit, table: RigTable) -> str:
    """Through the rig's merge queue, gated by its tests."""
    branch, canonical = f"librarian/alone-{uuid4().hex[:8]}", Repo(desk.layout.canonical)
    canonical.run("branch", branch, Repo(found.worktree).head())
    try:
        outcome = merge(
            desk.layout, branch, target=table.branch, gate=desk.gauge, bead=branch,
            author=desk.author, terms=table_terms(table, desk.town.ledger),
        )  # fmt: skip
    finally:
        canonical.delete_branch(branch)
    return f"merged as {require_merged(outcome, 'the documentation').commit[:10]}"


def _patch(found: Visit, proposal: Proposal) -> str:
    """Into the person's working tree, where nothing of theirs is in the way."""
    repo = Repo(Path(found.origin))
    mine = sorted(set(repo.status()) & set(proposal.files))
    if mine:
        raise ConfigError(f"{', '.join(mine)}: has changes of yours; commit them first")
    with tempfile.TemporaryDirectory(prefix="gastown-readme-") as folder:
        file = Path(folder, "patch")
        file.write_text(proposal.patch, encoding="utf-8")
        repo.run("apply", "--whitespace=nowarn", str(file))
    return f"changed in {found.origin}, not committed"


def _table(found: Visit) -> RigTable:
    """Its configuration; of a checkout whose tests nobody can find, what documents need of it."""
    try:
        return found.table
    except ConfigError:
        gauge = GaugeTable(kind="generic")
        return RigTable(prefix="visit", origin=str(found.origin), gauge=gauge)


def _base(repo: Repo, since: str) -> str:
    if since:
        return repo.rev(repo.find(f"refs/remotes/origin/{since}") or since)
    mine = (c.id for c in repo.log("HEAD") if dict(c.trailers).get("stage", "").startswith("libr"))
    return next(mine, None) or repo.find(f"HEAD~{FIRST}") or EMPTY


def _span(repo: Repo, base: str) -> str:
    return "HEAD" if base == EMPTY else f"{repo.rev(base)}..HEAD"
