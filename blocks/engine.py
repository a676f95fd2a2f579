"""connected: use a town's Prefect server in this process, whatever it used before."""

from collections.abc import Generator
from contextlib import contextmanager

from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

from gastown.town.layout import TownLayout


@contextmanager
def connected(layout: TownLayout, api_url: str) -> Generator[None]:
    """Within the block every client of Prefect in this thread talks to the town's server.

    A process that has not imported Prefect yet sets `gastown.town.engine.engine_env` as well: only
    then is a person's own Prefect profile left unread.
    """
    with temporary_settings({PREFECT_API_URL: api_url, PREFECT_HOME: layout.prefect_home}):
        yield
