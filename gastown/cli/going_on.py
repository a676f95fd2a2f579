"""go_on: after a gate was answered, let its run go on."""

from collections.abc import Sequence

from gastown.cli.out import tell
from gastown.cli.prefect import use_engine
from gastown.errors import GasTownError
from gastown.town.engine import api_url
from gastown.town.town import Town


def go_on(town: Town) -> Sequence[str]:
    """Start again what waited for this; a town that is down does it at its next `town up`."""
    url = api_url(town.layout, town.config)
    if url is None:
        return []
    use_engine(town, url)
    from blocks.engine import connected
    from flows.keeping import resume_ready

    try:
        with connected(town.layout, url):
            return resume_ready(town)
    except GasTownError as error:
        tell(f"warning: the answer is on record, but no run was started again: {error}")
        return []
