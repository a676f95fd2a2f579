"""Graphs of names: which must stand before which. Used for steps, for beads and for plans."""

import heapq
from collections.abc import Mapping, Sequence

Needs = Mapping[str, Sequence[str]]


def dependents(needs: Needs) -> dict[str, list[str]]:
    """The same edges, turned around."""
    found: dict[str, list[str]] = {name: [] for name in needs}
    for name, wanted in needs.items():
        for need in wanted:
            found[need].append(name)
    return found


def ordered(needs: Needs) -> list[str]:
    """Names with every need before its dependents; else in the order of the mapping.

    Names on a cycle, and those that need one, are left out.
    """
    names = list(needs)
    place = {name: number for number, name in enumerate(names)}
    open_needs = {name: len(set(wanted)) for name, wanted in needs.items()}
    turned = dependents({name: tuple(set(wanted)) for name, wanted in needs.items()})
    free = [place[name] for name in names if not open_needs[name]]
    result: list[str] = []
    while free:
        name = names[heapq.heappop(free)]
        result.append(name)
        for dependent in turned[name]:
            open_needs[dependent] -= 1
            if not open_needs[dependent]:
                heapq.heappush(free, place[dependent])
    return result


def cycles(needs: Needs) -> list[list[str]]:
    """Cycles that share no name, each as a chain that ends where it began: a, b, a."""
    found: list[list[str]] = []
    rest: dict[str, tuple[str, ...]] = {name: tuple(wanted) for name, wanted in needs.items()}
    while rest := _without(rest, set(ordered(rest))):
        chain = _walk(rest)
        found.append(chain)
        rest = _without(rest, set(chain))
    return found


def _walk(needs: Needs) -> list[str]:
    """Follow first needs until a name comes again; every name here has a need."""
    seen: dict[str, None] = {}
    name = next(iter(needs))
    while name not in seen:
        seen[name] = None
        name = needs[name][0]
    chain = list(seen)
    return [*chain[chain.index(name) :], name]


def _without(needs: Needs, gone: set[str]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(need for need in wanted if need not in gone)
        for name, wanted in needs.items()
        if name not in gone
    }


def chain_text(chain: Sequence[str]) -> str:
    """A cycle as a person reads it."""
    return f"{' → '.join(chain)} (each needs the next)"
