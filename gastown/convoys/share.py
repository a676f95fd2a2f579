"""share_ledgers: the town's beads into git, each prefix into the repository it belongs to.

The rig's main gains a commit that touches `.beads/issues.jsonl` alone; what others pushed into that
file is imported first, so nothing of theirs is lost.
"""

from gastown.beads.ledger import Ledger
from gastown.beads.sync import export_file, import_file
from gastown.errors import GitError, PushRejectedError
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.rigs.stale import clear_stale_locks
from gastown.rigs.worktree import snapshot
from gastown.town.layout import RigLayout
from gastown.town.tables.rigs import RigTable
from gastown.town.town import Town

AUTHOR = "town <town@localhost>"
FILE = ".beads/issues.jsonl"
TRIES = 5


def share_ledgers(town: Town) -> dict[str, str]:
    """Export every prefix and commit it; the commit of each repository that changed, by rig.

    Raises:
        LedgerError: A file holds lines that cannot be taken; it is left alone.
        GitError: An origin cannot be reached.
    """
    with file_lock(town.layout.state / "share.lock"):
        shared = {"": _share_town(town)}
        for name, table in town.config.rigs.items():
            shared[name] = _share_rig(town.ledger, town.layout.rig(name), table)
    return {name: commit for name, commit in shared.items() if commit}


def _share_town(town: Town) -> str:
    """Export, and commit what lies there: an earlier call may have died between the two."""
    export_file(town.ledger, "hq", town.root / FILE)
    if not (town.root / ".git").is_dir():  # a person may have taken the town's git away
        return ""
    repo = Repo(town.root)
    clear_stale_locks(*repo.folders())
    if FILE not in repo.status():
        return ""
    return repo.commit_all("Share the town's beads", AUTHOR, [FILE])


def _share_rig(ledger: Ledger, layout: RigLayout, table: RigTable) -> str:
    """Import what origin has, export, push; again when somebody was quicker."""
    for _ in range(TRIES):
        Repo(layout.canonical).fetch()
        with snapshot(layout, "ledger", f"origin/{table.branch}") as worktree:
            path = worktree / FILE
            if path.exists():
                import_file(ledger, path)
            if not export_file(ledger, table.prefix, path).changed:
                return ""
            commit = Repo(worktree).commit_all("Share this repository's beads", AUTHOR, [FILE])
            try:
                Repo(worktree).push(commit, table.branch)
            except PushRejectedError:
                continue
            return commit
    raise GitError(
        f"{layout.root}: origin/{table.branch} moved {TRIES} times while beads were shared"
    )
