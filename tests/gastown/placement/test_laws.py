"""The laws hold of every random town, and each is broken by the policy that lacks what upholds it.

`PLACEMENT_TOWNS=10000 make test ARGS=tests/gastown/placement/test_laws.py` is the nightly setting.
"""

import os
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.placement.ahead.plan import plan_ahead
from gastown.placement.decide import Decision, decide
from gastown.placement.facts import Facts, Verdict
from gastown.placement.hint import Hint
from gastown.placement.judge import judge
from gastown.placement.outlook import Outlook, Ready
from gastown.placement.virtual.laws import broken, idle, late
from gastown.placement.virtual.run import Ahead, Policy, run
from gastown.placement.virtual.town import Town
from tests.gastown.placement.towns import open_town, tight_town

TOWNS = int(os.environ.get("PLACEMENT_TOWNS", "300"))
HUNTED = 400  # towns in which a planted bug must show
SEEDS = st.integers(min_value=0, max_value=1 << 32)
many = settings(max_examples=TOWNS, deadline=None)
pytestmark = pytest.mark.timeout(max(300, TOWNS // 5))


def breaches(town: Town, policy: Policy = decide) -> list[str]:
    """The laws that any run breaks."""
    return broken(town, run(town, policy, log=True))


def breaches_when_open(town: Town, policy: Policy = decide) -> list[str]:
    """The same, and that of the target."""
    history = run(town, policy, log=True)
    return [*broken(town, history), *late(town, history)]


@many
@given(SEEDS)
def test_with_nothing_in_the_way_every_convoy_ends_by_its_target(seed: int):
    assert breaches_when_open(open_town(seed)) == []


@many
@given(SEEDS)
def test_no_plan_however_wrong_makes_a_convoy_late_or_breaks_a_law(seed: int):
    town, source = open_town(seed), random.Random(seed)
    keys = [one.key for convoy in town.convoys for one in convoy.sessions]
    wrong = {key: Hint(source.uniform(-9, 9), burst=source.random() < 0.5) for key in keys}
    history = run(town, hints=wrong, log=True)

    assert [*broken(town, history), *late(town, history)] == []


@settings(max_examples=min(TOWNS, 60), deadline=None)
@given(SEEDS)
def test_plans_made_on_the_way_break_no_law(seed: int):
    for town in (open_town(seed), tight_town(seed)):
        ahead = Ahead(partial(plan_ahead, rollouts=3), seconds=5)
        assert broken(town, run(town, ahead=ahead, log=True)) == []


@many
@given(SEEDS)
def test_budgets_caps_and_noise_break_no_law(seed: int):
    assert breaches(tight_town(seed)) == []


@many
@given(SEEDS)
def test_what_can_be_done_gets_done(seed: int):
    history = run(tight_town(seed))

    assert history.held == ()


@many
@given(SEEDS)
def test_nobody_waits_beside_free_room(seed: int):
    for town in (open_town(seed), tight_town(seed)):
        assert list(idle(town, run(town, log=True))) == []


@settings(max_examples=min(TOWNS, 100), deadline=None)
@given(SEEDS)
def test_the_same_town_gives_the_same_history(seed: int):
    assert run(tight_town(seed), log=True) == run(tight_town(seed), log=True)


def test_more_patience_does_not_cost_more():
    """List scheduling has anomalies, so this holds of many towns together, not of each."""
    stretched = (0.0, 0.25, 1.0, 3.0)
    bills = [sum(run(patient(seed, stretch)).paid for seed in range(60)) for stretch in stretched]

    assert bills == sorted(bills, reverse=True)


def patient(seed: int, stretch: float) -> Town:
    town = open_town(seed)
    return replace(town, convoys=tuple(replace(one, stretch=stretch) for one in town.convoys))


def without(rule: str, instead: Callable[[Facts], Verdict], facts: Facts) -> Verdict:
    """The judge, but for one rule."""
    verdict = judge(facts)
    return instead(facts) if verdict.rule == rule else verdict


def stays_anyway(facts: Facts) -> Verdict:
    return judge(facts._replace(target=facts.target + 1e9))


def waits_till_due(facts: Facts) -> Verdict:
    return Verdict("wait", "wait", facts.due) if facts.now < facts.due else judge(facts)


def waits_on(facts: Facts) -> Verdict:
    return Verdict("wait", "wait", facts.now + 5 if facts.starts else None)


def no_rule(rule: str, instead: Callable[[Facts], Verdict]) -> Policy:
    return partial(decide, rule=partial(without, rule, instead))


def no_tail(ready: Sequence[Ready], outlook: Outlook) -> list[Decision]:
    return decide([one._replace(tail=0.0) for one in ready], outlook)


def no_vram(ready: Sequence[Ready], outlook: Outlook) -> list[Decision]:
    return decide(ready, replace(outlook, cap=replace(outlook.cap, vram_mib=1 << 30)))


def no_cores(ready: Sequence[Ready], outlook: Outlook) -> list[Decision]:
    return decide(ready, replace(outlook, cap=replace(outlook.cap, p_cores=1 << 30)))


def no_weights(ready: Sequence[Ready], outlook: Outlook) -> list[Decision]:
    bare = [replace(one, model=None) for one in outlook.leases]
    return decide(ready, replace(outlook, leases=tuple(bare)))


def no_memory(ready: Sequence[Ready], outlook: Outlook) -> list[Decision]:
    """Forgets in one round what it has just admitted and set aside."""
    return [decide([one], outlook)[0] for one in ready]


def no_purse(ready: Sequence[Ready], outlook: Outlook) -> list[Decision]:
    return decide([one._replace(purses=()) for one in ready], outlook)


def no_earmark(ready: Sequence[Ready], outlook: Outlook) -> list[Decision]:
    bare = {name: replace(purse, earmarked=0) for name, purse in outlook.purses.items()}
    return decide(ready, replace(outlook, purses=bare))


@pytest.mark.parametrize(
    ("law", "policy"),
    [
        pytest.param("target", no_rule("late", stays_anyway), id="no rule 2"),
        pytest.param("too late", no_rule("never in time", waits_till_due), id="no rule 4"),
        pytest.param("target", no_rule("due", waits_on), id="no rule 5"),
        pytest.param("target", no_tail, id="no tail"),
        pytest.param("overcommit", no_vram, id="VRAM forgotten"),
        pytest.param("overcommit", no_cores, id="P-cores forgotten"),
        pytest.param("overcommit", no_weights, id="weights forgotten"),
        pytest.param("overcommit", no_memory, id="admissions of the round forgotten"),
    ],
)
def test_a_planted_bug_breaks_its_law_in_open_towns(law: str, policy: Policy):
    assert any(law in one for seed in range(HUNTED) for one in found(open_town(seed), policy))


@pytest.mark.parametrize("policy", [no_purse, no_memory, no_earmark])
def test_a_reservation_forgotten_overspends(policy: Policy):
    found_ = (one for seed in range(HUNTED) for one in breaches(tight_town(seed), policy))

    assert any(one.startswith("day:") for one in found_)


def found(town: Town, policy: Policy) -> list[str]:
    return breaches_when_open(town, policy)
