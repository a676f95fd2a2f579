"""`town scan`: the Watchdog on one repository, without a convoy."""

from pathlib import Path

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, tell
from gastown.cli.security import drawn


def scan(
    repository: str,
    /,
    *,
    since: str = "",
    no_model: bool = False,
    sarif: Path | None = None,
    options: Options = PLAIN,
) -> int:
    """Scan a repository for secrets and weaknesses, and remember what was found.

    What is committed on the main branch is scanned; the repository itself is not touched. Exit
    code 1 when there is a new finding of high or critical severity.

    Args:
        repository: A rig of the town, or the folder of a git checkout.
        since: The commit from which on a model reads the change. [default: that of the last scan]
        no_model: Let scanners work alone; the report says that no model read the change.
        sarif: Write the findings as SARIF 2.1.0 to this file too.
    """
    from tasks.scan_alone import scan_alone

    report = scan_alone(options.open(), repository, since=since, model=not no_model, tell=tell)
    if sarif is not None:
        sarif.write_text(report.files()["report.sarif"], encoding="utf-8")
    show(options, report.data(), *drawn(report.name, report.standing, report.history))
    return int(bool(report.standing.alarming))
