"""give_up: drop a convoy, tell its subscribers, and cancel the run that waits for its gates."""

from contextlib import suppress

from blocks.engine import connected
from flows.keeping import resume_ready
from gastown.errors import ServerAwayError
from gastown.town.engine import api_url
from gastown.town.town import Town
from tasks.drop import Dropped, drop
from tasks.subscribers import tell_end


def give_up(town: Town, convoy: str, reason: str, *, force: bool = False) -> Dropped:
    """Give up a convoy that will not land, as `tasks.drop.drop` says, with the same errors.

    A run of it that waits is cancelled now, or, where the server is away, at its next look.
    """
    dropped = drop(town, convoy, reason, force=force)
    url = api_url(town.layout, town.config)
    if url is None:
        tell_end(town, convoy, blocks=False)
        return dropped
    with connected(town.layout, url), suppress(ServerAwayError):
        tell_end(town, convoy)
        resume_ready(town)
    return dropped
