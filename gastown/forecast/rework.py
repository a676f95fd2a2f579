"""Rework: a convoy as it may turn out, drawn from a seed: what is sent back, how long all takes."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from gastown.convoys.course import sent_back
from gastown.formula.plan import Plan
from gastown.placement.session import Session
from gastown.placement.virtual.rigs import factor_of
from gastown.placement.virtual.town import Fact

OWN, CLOUD = 0.5, 0.2
"""Relative spread of one session's tokens, and of how fast a cloud is."""
ASSUMED, LEARNED = 0.3, 0.1
"""The same of a whole role's estimate: its sessions err together."""
_ROUND = " #"


class Drawn(NamedTuple):
    """Sessions with those that nobody foresees, `hidden` by whose end shows them; how they end."""

    sessions: tuple[Session, ...]
    hidden: Mapping[str, str]
    facts: Mapping[str, Fact]


class Chances(NamedTuple):
    """What a draw is made from: the share of reviews that send back, and roles well known."""

    rework: float
    rounds: int
    known: frozenset[str] = frozenset()


def draw(plan: Plan, sessions: Sequence[Session], chances: Chances, seed: int) -> Drawn:
    """One way in which the plan may turn out; the same seed gives the same."""
    source = random.Random(seed)  # noqa: S311 - a repeatable draw, no secret
    made, hidden = _sent_back(plan, sessions, chances, source)
    shared = {
        role: factor_of(source, LEARNED if role in chances.known else ASSUMED)
        for role in sorted({one.role for one in made})
    }
    return Drawn(made, hidden, {one.key: _fact(source, shared[one.role]) for one in made})


def first_round(key: str) -> str:
    """The planned step that a drawn session is a round of."""
    return key.split(_ROUND, 1)[0]


def _fact(source: random.Random, shared: float) -> Fact:
    tokens = shared * factor_of(source, OWN)
    return Fact(local=tokens, cloud=tokens * factor_of(source, CLOUD), price=tokens)


def _sent_back(
    plan: Plan, sessions: Sequence[Session], chances: Chances, source: random.Random
) -> tuple[tuple[Session, ...], dict[str, str]]:
    """Each review may send back, and the next one too, until a person would be asked."""
    by_key = {one.key: one for one in sessions}
    hidden: dict[str, str] = {}
    again: list[Session] = []
    reviews: dict[str, tuple[str, ...]] = {}
    for key, session in by_key.items():
        workers = sent_back(plan, key)
        last = key
        for turn in range(2, chances.rounds + 1):
            if not workers or source.random() >= chances.rework:
                break
            works = tuple(
                replace(by_key[one], key=f"{one}{_ROUND}{turn}", needs=(last,)) for one in workers
            )
            review = replace(
                session, key=f"{key}{_ROUND}{turn}", needs=tuple(one.key for one in works)
            )
            again += [*works, review]
            hidden.update({one.key: last for one in (*works, review)})
            reviews[key] = (*reviews.get(key, ()), review.key)
            last = review.key
    first = tuple(_after(one, reviews) for one in sessions)
    return (*first, *again), hidden


def _after(one: Session, reviews: Mapping[str, tuple[str, ...]]) -> Session:
    """Who needs a review needs its last round."""
    later = tuple(key for need in one.needs for key in reviews.get(need, ()))
    return replace(one, needs=(*one.needs, *later)) if later else one
