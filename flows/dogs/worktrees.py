"""dog-worktrees: slots, worktrees and drafts that killed processes left are cleared away.

No model is asked. What it found, and what it did, is an artifact of the run.
"""

from prefect import flow, get_run_logger

from blocks.town import open_town
from gastown.doctor.examine import Examined
from gastown.doctor.report import headline, page
from tasks.dogs import fetch_rigs, raise_left, walk
from tasks.publish_pages import publish_page

CHECKS = ("slots", "worktrees", "leftovers")


@flow(name="dog-worktrees", flow_run_name="dog: worktrees", persist_result=False)
def dog_worktrees(town: str, dry_run: bool = True) -> Examined:
    """Clear away slots, worktrees and drafts of nobody; work that is not on main is kept.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        dry_run: Tell what would be done, and change nothing.
    """
    home, log = open_town(town), get_run_logger()
    fetch_rigs(home, log.warning)
    found = walk(home, CHECKS, dry_run=dry_run, tell=log.info)
    said = headline(found, dry_run=dry_run)
    publish_page("dog-worktrees", page("Orphaned worktrees", found, dry_run=dry_run), said)
    raised = [] if dry_run else raise_left(home, "dog-worktrees", found)
    log.info("%s%s", said, f"; escalated: {', '.join(raised)}" if raised else "")
    return found
