"""watchdog: a repository scanned for secrets and weaknesses; deployed as `watchdog`.

Started from the UI's form, by a schedule, or called: no convoy, and nothing in the repository
changes. What was found is remembered in the town's private repository.
"""

from prefect import flow, get_run_logger

from blocks.town import open_town
from tasks.publish_pages import publish_page
from tasks.scan_alone import ScanReport, scan_alone


@flow(name="watchdog", flow_run_name="scan {repository}", persist_result=False)
def watchdog(town: str, repository: str, since: str = "", *, model: bool = True) -> ScanReport:
    """Scan a repository.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        repository: A rig of the town, or the folder of a git checkout.
        since: The commit from which on a model reads what changed; empty: the last scan's.
        model: Whether a model reads the change, or scanners work alone.
    """
    log = get_run_logger()
    home = open_town(town)
    report = scan_alone(home, repository, since=since, model=model, tell=log.info)
    log.info("%s", report.standing.line)
    page = report.files()["report.md"]
    publish_page(f"security-{report.name}", page, report.standing.line)
    return report
