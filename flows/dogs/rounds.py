"""rounds: what every dog does on its round, whatever it looks for."""

from collections.abc import Sequence

from prefect import get_run_logger

from blocks.town import open_town
from flows.herald import herald_now
from gastown.doctor.examine import Examined
from gastown.doctor.report import headline, page
from tasks.dogs import fetch_rigs, raise_left, walk
from tasks.publish_pages import publish_page


def go_round(dog: str, title: str, town: str, checks: Sequence[str], *, dry_run: bool) -> Examined:
    """Look, mend unless it is a dry run, publish the page, raise what is grave and stays.

    Must be called in the flow of that dog.
    """
    home, log = open_town(town), get_run_logger()
    fetch_rigs(home, log.warning)
    found = walk(home, checks, dry_run=dry_run, tell=log.info)
    said = headline(found, dry_run=dry_run)
    publish_page(dog, page(title, found, dry_run=dry_run), said)
    raised = [] if dry_run else raise_left(home, dog, found)
    if not dry_run:
        herald_now(home, log.warning)
    log.info("%s%s", said, f"; escalated: {', '.join(raised)}" if raised else "")
    return found
