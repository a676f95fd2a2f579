"""Set this process up for the town's Prefect server, before Prefect is imported."""

import os
from collections.abc import Generator
from contextlib import contextmanager

from gastown.town.engine import engine_env, require_api_url
from gastown.town.town import Town


def use_engine(town: Town, api_url: str = "") -> None:
    """Give this process the town's environment. A person's own Prefect profile stays unread.

    Args:
        town: Whose server.
        api_url: Its address; none while it is not known yet.
    """
    wanted = engine_env(town.layout, api_url, os.environ)
    for name in [name for name in os.environ if name not in wanted]:
        del os.environ[name]
    os.environ.update(wanted)


@contextmanager
def server(town: Town) -> Generator[None]:
    """The town's server for the block. Raises GasTownError when the town is down."""
    url = require_api_url(town.layout, town.config)
    use_engine(town, url)
    from blocks.engine import connected

    with connected(town.layout, url):
        yield
