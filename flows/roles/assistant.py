"""assistant: the morning's brief, kept, shown in the UI and sent; deployed as `assistant`.

Scheduled once town.toml says where it is sent (docs/schedules.md), or started from the UI's form.
"""

from collections.abc import Sequence
from datetime import date

from prefect import flow, get_run_logger
from prefect.artifacts import create_markdown_artifact

from blocks.notify import notify
from blocks.town import open_town
from gastown.errors import GasTownError
from gastown.morning.brief import Brief, plain_brief
from tasks.morning import keep_brief, morning_of
from tasks.wording import brief_of


@flow(name="assistant", flow_run_name="assistant", persist_result=False)
def assistant(
    town: str, day: date | None = None, *, wording: bool = True, send: bool = True
) -> Brief:
    """Write the brief of a day and send it to the team.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        day: Which; yesterday when nothing is said.
        wording: Let the model word the facts; else they are sent as they are.
        send: Send it to `[assistant] notify`; else it is only kept.
    """
    opened, log = open_town(town), get_run_logger()
    morning = morning_of(opened, day)
    brief = brief_of(opened, morning) if wording else plain_brief(morning)
    if brief.because:
        log.warning(brief.because)
    log.info("kept as %s", keep_brief(opened, brief))
    create_markdown_artifact(brief.text, key="brief", description=brief.title)
    if send:
        sent_to_all(opened.config.assistant.notify, brief)
    return brief


def sent_to_all(blocks: Sequence[str], brief: Brief) -> None:
    """Send it through every block; one that fails keeps it from no other.

    Raises GasTownError with each that failed.
    """
    failed: list[str] = []
    for name in blocks:
        try:
            notify(name, brief.title, brief.text)
        except GasTownError as error:
            failed.append(str(error))
    if failed:
        raise GasTownError("\n".join(failed))
