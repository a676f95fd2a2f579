"""Terms: under which a branch goes through the queue."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gastown.beads.ledger import Clock, utc_now
from gastown.queue.request import MergeRequest

MOST = 20
History = Literal["merges", "linear"]


def _held(_: MergeRequest) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Terms:
    """What a merge depends on beside the branch. The default is a branch of no convoy.

    Args:
        convoy: Whose work it is, and since when there is that convoy.
        convoy_at: The same.
        priority: The bead's, 0 to 4.
        step: The claim under which it asks, and its fencing token.
        token: The same.
        trunk: Where the target starts if origin has none yet; empty: the target itself.
        keep: Its commits keep their ids: they are merged, not rebased.
        most: How many requests may be stacked.
        history: How a batch becomes commits: see `gastown.queue.stack`.
        held: Whether a request's claim is still its own; one whose is not is withdrawn.
        clock: The time.
        wait: Passes so many seconds; may raise to end the waiting.
    """

    convoy: str = ""
    convoy_at: datetime | None = None
    priority: int = 2
    step: str = ""
    token: int = 0
    trunk: str = ""
    keep: bool = False
    most: int = MOST
    history: History = "merges"
    held: Callable[[MergeRequest], bool] = _held
    clock: Clock = utc_now
    wait: Callable[[float], object] = time.sleep


ALONE = Terms()
