"""scouting: what a run of Bug Scout and one of Oracle have in common."""

import os
from collections.abc import Sequence

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact

from blocks.town import open_town
from gastown.feedback.report import ScoutReport, scout_page
from gastown.town.tables.sources import Reader
from tasks.scout import Scout, failure


def scouted(town: str, reader: Reader, sources: Sequence[str], read: int | None) -> ScoutReport:
    """Read, store, sort; the report becomes an artifact.

    Raises:
        ConfigError: The town has no such source.
        StageFailedError: No source could be read; what was known is sorted and listed all the same.
    """
    log = get_run_logger()
    report = Scout(open_town(town), reader, os.environ, log.info).run(sources, read)
    create_markdown_artifact(scout_page(report), key=reader, description=report.line)
    for one in report.sources:
        if one.failed:
            log.warning("%s: %s", one.source, one.why)
    if error := failure(report):
        raise error
    return report
