"""go_on: after a gate was answered, let its run go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gastown.cli.out import tell
from gastown.cli.prefect import use_engine
from gastown.errors import GasTownError
from gastown.town.engine import api_url
from gastown.town.town import Town

if TYPE_CHECKING:
    from tasks.gates import Looked


@dataclass(frozen=True, slots=True)
class WentOn:
    """What a look found of gates, and the flow runs that go on because of it."""

    looked: "Sequence[Looked]"
    runs: Sequence[str]


def look_and_go_on(town: Town, gates: Sequence[str]) -> WentOn:
    """Look at gates now, and start again what waited for those that are open by now."""
    url = api_url(town.layout, town.config)
    if url:
        use_engine(town, url)
    from flows.by_hand import follow
    from tasks.gates import look_at

    looked = _told(town, gates, url) if url else look_at(town, gates)
    follow(town, gates)
    return WentOn(looked, go_on(town))


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


def otherwise(town: Town, run: str) -> str:
    """Where a gate's run stands that was not started again just now."""
    if not run:
        return "no run waits for it yet"
    if api_url(town.layout, town.config) is None:
        return "the town is down; its run goes on after: town up"
    return "its run is at work and reads it there"


def _told(town: Town, gates: Sequence[str], url: str) -> "Sequence[Looked]":
    """Look with the server at hand: it has the blocks through which a person is told."""
    from blocks.engine import connected
    from tasks.gates import look_at
    from tasks.telling import teller

    with connected(town.layout, url):
        return look_at(town, gates, teller(town))
