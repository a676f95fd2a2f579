"""The checker: does a town that was killed again and again hold what it promised?

It judges by SQL, git commands, folders and the process table alone; no line of the town's own code
decides. Call it when the town is down: then everything that is left over was leaked.
"""

import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Iterator

from tests.chaos import check_git, check_ledger, check_left, check_money
from tests.chaos.verdict import Case, Fault

Rule = Callable[[Case], Iterator[Fault]]

RULES: tuple[Rule, ...] = (
    *check_ledger.RULES,
    *check_git.RULES,
    *check_money.RULES,
    *check_left.RULES,
)


def name_of(rule: Rule) -> str:
    """What a rule's faults are filed under."""
    return rule.__name__.replace("_", "-")


def check(case: Case, rules: Iterable[Rule] = RULES) -> list[Fault]:
    """Every fault that any rule finds; none, and nothing was lost, doubled or leaked.

    What is too broken to be judged at all is a fault of the rule that could not.
    """
    return [fault for rule in rules for fault in _judged(rule, case)]


def _judged(rule: Rule, case: Case) -> list[Fault]:
    try:
        return list(rule(case))
    except (sqlite3.Error, OSError, ValueError, subprocess.CalledProcessError) as error:
        return [Fault(name_of(rule), "lost", f"cannot be judged: {error}")]
