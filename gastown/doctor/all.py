"""CHECKS: everything that the doctor looks at, in the order in which it mends.

Work is kept before what holds it is freed, and a claim is opened before the bead it stood on.
"""

from gastown.doctor.checks import (
    admissions,
    branches,
    claims,
    clones,
    convoys,
    disk,
    doubled,
    hooks,
    ledger,
    leftovers,
    merges,
    money,
    processes,
    settings,
    slots,
    tools,
    unmerged,
    work,
    worktrees,
)
from gastown.doctor.finding import Check
from gastown.errors import NotFoundError

CHECKS: tuple[Check, ...] = tuple(
    module.CHECK
    for module in (
        settings,
        tools,
        disk,
        ledger,
        processes,
        claims,
        admissions,
        money,
        convoys,
        hooks,
        clones,
        unmerged,
        merges,
        slots,
        work,
        worktrees,
        branches,
        doubled,
        leftovers,
    )
)


def named(names: tuple[str, ...]) -> tuple[Check, ...]:
    """The checks of these names in the order of all; all for none. Raises NotFoundError."""
    known = {check.name: check for check in CHECKS}
    if unknown := [name for name in names if name not in known]:
        raise NotFoundError(f"no check {unknown[0]!r}; checks: {', '.join(known)}")
    return tuple(check for check in CHECKS if not names or check.name in names)
