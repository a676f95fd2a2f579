"""Judge: the latest-start policy for one session, from its facts alone.

Wait for the machine as long as the cloud would still be in time, and not a moment longer. Where
durations are exact and the cloud is not limited, no convoy ends after its target: each need ends
by the target less its tail, so the cloud is in time at readiness, and no rule lets that pass.
"""

from gastown.placement.facts import Facts, Rule, Verdict

SLACK_S = 1e-6  # sums of seconds in another order differ by less; a later start is no later


def judge(facts: Facts) -> Verdict:
    """Where this session goes now.

    A cloud that refuses (money, provider, pool) leaves the machine: now where it fits, else later.
    """
    rule = _burst(facts) if facts.cloud is not None else None
    if rule is not None and facts.granted:
        return Verdict("cloud", rule)
    if facts.fits:
        return Verdict("local", "fits")
    if rule is not None and facts.busy and not facts.shut and not facts.unpaid:
        return Verdict("wait", "busy")
    if facts.starts is None:
        return Verdict("hold", "nowhere" if facts.cloud is None else "refused")
    if rule is not None:
        return Verdict("wait", "refused")
    return Verdict("wait", "wait", None if facts.cloud is None else facts.due)


def _burst(facts: Facts) -> Rule | None:
    """The rule that sends it to the cloud, if one does."""
    if facts.local is None:
        return "no local route"
    if facts.power >= facts.price:
        return "power"
    if _misses(facts, facts.now):
        return "late"
    if facts.planned or facts.fits:
        return "planned" if facts.planned else None
    return _too_late(facts)


def _too_late(facts: Facts) -> Rule | None:
    """Whether there is no point in waiting, or none any more."""
    if facts.starts is None or _misses(facts, facts.starts):
        return "never in time"
    return "due" if facts.now >= facts.due - SLACK_S else None


def _misses(facts: Facts, start: float) -> bool:
    return start + (facts.local or 0.0) + facts.tail > facts.target + SLACK_S
