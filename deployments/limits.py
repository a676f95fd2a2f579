"""limits: what this PC lends, as global concurrency limits of the town's server, at `town up`.

They stand in step with town.toml and the machine, whoever holds slots of them, and anybody may take
part with Prefect's own `concurrency("vram-mib", occupy=…)`: what such a one holds, the town does
not give away.
"""

from dataclasses import dataclass

from blocks.limits import Limits
from gastown.machine.admission.here import offered, open_ledger
from gastown.machine.admission.names import host_prefix, limits_of
from gastown.town.town import Town
from tasks.publication import Publication


@dataclass(frozen=True, slots=True)
class Kept:
    """Limits by name that were made or changed, and that stood well."""

    changed: dict[str, int]
    unchanged: tuple[str, ...]


def keep_limits(town: Town, api_url: str) -> Kept:
    """Make the limits, or change those that are out of step; then make their counts true.

    Raises GasTownError when the server does not answer.
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
    return Kept(changed, tuple(name for name in wanted if name not in changed))
