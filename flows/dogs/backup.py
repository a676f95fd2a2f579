"""dog-backup: ledgers, records and unmerged work are copied to a folder; old copies are thinned.

No model is asked. What it saved is an artifact of the run.
"""

from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from blocks.town import open_town
from gastown.doctor.backup import KEEP, BackedUp
from gastown.doctor.report import backup_page
from tasks.dogs import save
from tasks.publish_pages import publish_page


@flow(name="dog-backup", flow_run_name="dog: backup", persist_result=False)
def dog_backup(
    town: str,
    dry_run: bool = True,
    folder: str = "",
    keep: Annotated[int, Field(ge=1, le=1000)] = KEEP,
) -> BackedUp:
    """Back the town up while it works; see docs/doctor.md for the way back.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        dry_run: Tell what would be saved and thinned, and write nothing.
        folder: Where backups go, better on another disk; empty: backups/ in the town.
        keep: How many of the newest stay, beside one a week of four weeks before.
    """
    home, log = open_town(town), get_run_logger()
    done = save(home, folder, keep, dry_run=dry_run)
    said = f"{done.folder}: {done.files} files, {done.refs} unmerged branches"
    publish_page("dog-backup", backup_page(done), said)
    log.info("%s%s", "dry run: " if dry_run else "", said)
    return done
