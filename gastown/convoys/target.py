"""Target: when a convoy is to be done, kept from its first launch on, in its molecule.

A run that goes on, or is retried, keeps it: time that was lost must not buy more time. The clock
begins anew only where the old target says nothing any more: the stretch was changed since, or even
all in the cloud at once would miss it, so that it would only drive everything there.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from gastown.stage import Frozen

TARGET = "target"
"""Key of a molecule's metadata."""


class Target(Frozen):
    """`at` is in seconds since the epoch, `stretch` what it was set by."""

    at: float
    stretch: float


def kept_target(
    metadata: Mapping[str, Any], *, now: float, stretch: float, path_s: float
) -> float | None:
    """The target on record, None where a new one is to be set.

    Args:
        metadata: The molecule's.
        now: Seconds since the epoch.
        stretch: What counts today.
        path_s: What is left, all in the cloud at once, in seconds.
    """
    try:
        target = Target.model_validate(metadata.get(TARGET))
    except ValidationError:  # none yet
        return None
    hopeless = now + path_s > target.at
    return None if hopeless or target.stretch != stretch else target.at


def written(at: float, stretch: float) -> dict[str, Any]:
    """The target as a molecule's metadata keeps it."""
    return {TARGET: Target(at=at, stretch=stretch).model_dump(mode="json")}
