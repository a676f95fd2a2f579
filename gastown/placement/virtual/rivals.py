"""Rivals: policies that others use, under the same machine and the same budgets."""

from collections.abc import Sequence

from gastown.placement.decide import Decision, decide
from gastown.placement.facts import Facts, Verdict
from gastown.placement.outlook import Outlook, Ready


def cloud_only(ready: Sequence[Ready], outlook: Outlook) -> list[Decision]:
    """Everything that has a way through the cloud takes it at once."""
    return decide(_by_age(ready), outlook, rule=_cloud)


def local_only(ready: Sequence[Ready], outlook: Outlook) -> list[Decision]:
    """Everything that has a way here waits for it."""
    return decide(_by_age(ready), outlook, rule=_local)


def immediate(ready: Sequence[Ready], outlook: Outlook) -> list[Decision]:
    """First come, first served: here where it fits now, else in the cloud."""
    return decide(_by_age(ready), outlook, rule=_immediate)


def _by_age(ready: Sequence[Ready]) -> list[Ready]:
    return [one._replace(rank=one.since) for one in ready]


def _cloud(facts: Facts) -> Verdict:
    return Verdict("cloud", "planned") if facts.granted else _here(facts)


def _local(facts: Facts) -> Verdict:
    if facts.local is None or facts.starts is None:
        return _cloud(facts) if facts.granted else Verdict("hold", "refused")
    return _here(facts)


def _immediate(facts: Facts) -> Verdict:
    return Verdict("local", "fits") if facts.fits else _cloud(facts)


def _here(facts: Facts) -> Verdict:
    if facts.fits:
        return Verdict("local", "fits")
    return Verdict("hold" if facts.starts is None else "wait", "refused")
