"""dog-unmerged: finished work that never came to main is kept, and told to a person.

No model is asked. What it found, and what it did, is an artifact of the run.
"""

from prefect import flow, get_run_logger

from blocks.town import open_town
from gastown.doctor.examine import Examined
from gastown.doctor.report import headline, page
from tasks.dogs import fetch_rigs, raise_left, walk
from tasks.publish_pages import publish_page

CHECKS = ("clones", "unmerged", "merges", "doubled")


@flow(name="dog-unmerged", flow_run_name="dog: unmerged", persist_result=False)
def dog_unmerged(town: str, dry_run: bool = True) -> Examined:
    """Keep finished work that never came to main, and look for work that came twice.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        dry_run: Tell what would be done, and change nothing.
    """
    home, log = open_town(town), get_run_logger()
    fetch_rigs(home, log.warning)
    found = walk(home, CHECKS, dry_run=dry_run, tell=log.info)
    said = headline(found, dry_run=dry_run)
    publish_page("dog-unmerged", page("Unmerged finished work", found, dry_run=dry_run), said)
    raised = [] if dry_run else raise_left(home, "dog-unmerged", found)
    log.info("%s%s", said, f"; escalated: {', '.join(raised)}" if raised else "")
    return found
