"""limits: what this PC lends, as global concurrency limits of the town's server, at `town up`.

They stand in step with town.toml and the machine, whoever holds slots of them, and anybody may take
part with Prefect's own `concurrency("vram-mib", occupy=…)`: what such a one holds, the town does
not give away.
"""

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from blocks.limits import Limits
from gastown.machine.admission.here import offered, open_ledger
from gastown.machine.admission.names import host_prefix, limits_of
from gastown.town.town import Town
from tasks.publication import Publication

_MADE = "limits.json"
"""Names of the limits that a town made on a server, which others may share; in its state."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Limits by name that were made or changed, that stood well, and that were taken away."""

    changed: dict[str, int]
    unchanged: tuple[str, ...]
    dropped: tuple[str, ...] = ()


def keep_limits(town: Town, api_url: str) -> Kept:
    """Make the limits, or change those that are out of step; then make their counts true.

    A limit that this town made goes with the row of its model, unless somebody holds of it; then
    it goes at a later call. Raises GasTownError when the server does not answer.
    """
    offer, host = offered(town.config)(), host_prefix(town.config)
    wanted = limits_of(offer.lent, offer.slots, host)
    with Limits(api_url) as limits:
        found = limits.read()
        changed = {
            name: limit
            for name, limit in wanted.items()
            if name not in found or found[name].limit != limit
        }
        for name, limit in changed.items():
            limits.put(name, limit)
        ledger = open_ledger(town.layout, town.config.machine)
        publication = Publication(ledger, limits, api_url, host)
        with publication.alone() as mine:
            if mine:  # else a run is at it
                publication.reconcile()
        ledger.close()
        dropped = _drop(limits, _made(town), wanted)
    _note(town, {*_made(town), *wanted} - set(dropped))
    return Kept(changed, tuple(name for name in wanted if name not in changed), dropped)


def _drop(limits: Limits, made: Collection[str], wanted: Collection[str]) -> tuple[str, ...]:
    """Take away what was made and is wanted no more, where nobody holds of it."""
    found = limits.read()
    over = [name for name in sorted(made) if name not in wanted]
    gone = tuple(name for name in over if name not in found or not found[name].active)
    for name in gone:
        limits.drop(name)
    return gone


def _made(town: Town) -> tuple[str, ...]:
    """What is on record; a record that is damaged says nothing."""
    with suppress(OSError, ValueError):
        return tuple(map(str, json.loads((town.layout.state / _MADE).read_text("utf-8"))))
    return ()


def _note(town: Town, made: Collection[str]) -> None:
    town.layout.state.mkdir(mode=0o700, exist_ok=True)
    path = town.layout.state / _MADE
    spare = path.with_suffix(".new")
    spare.write_text(json.dumps(sorted(made)), encoding="utf-8")
    spare.replace(path)
