"""digest: what the town did on a day, from ledger, git and money; deployed as `digest`.

No model is asked. The page is an artifact of the run, and is kept in the Librarian's repository.
"""

from prefect import flow, get_run_logger

from blocks.town import open_town
from gastown.days.day import Day
from gastown.days.digest import digest as as_page
from gastown.days.digest import headline
from tasks.digesting import day_named, gather_day, keep_digest
from tasks.publish_pages import publish_page


@flow(name="digest", flow_run_name="digest {day}", persist_result=False)
def digest(town: str, day: str = "yesterday") -> Day:
    """Tell what happened on a day.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        day: `yesterday`, `today`, or a date as in 2026-01-29.
    """
    log = get_run_logger()
    home = open_town(town)
    facts = gather_day(home, day_named(home, day), log.warning)
    log.info("%s, kept as %s", headline(facts), keep_digest(home, facts))
    publish_page(f"digest-{facts.day.isoformat()}", as_page(facts), headline(facts))
    return facts
