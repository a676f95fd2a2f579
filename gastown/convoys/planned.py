"""Planned: the plan that a formula gives over a convoy in its town, before anything is poured."""

from collections.abc import Mapping
from typing import Any

from gastown.beads.bead import Bead
from gastown.beads.ledger import Ledger
from gastown.convoys.convoy import scope_of
from gastown.formula.cook import cook
from gastown.formula.plan import Plan
from gastown.town.town import Town


def plan_for(
    town: Town,
    convoy: Bead,
    formula: str,
    values: Mapping[str, Any],
    *,
    ledger: Ledger | None = None,
) -> Plan:
    """Cook a formula, as it stands in the town or the convoy's only rig, over the convoy.

    Args:
        town: Whose formulas and rigs.
        convoy: What it is cooked over.
        formula: Its name, or the path of its file.
        values: Values of its variables.
        ledger: Where the convoy's beads are; default: the town's.

    Raises:
        NotFoundError: There is no such formula.
        FormulaError: With everything that is wrong in the formula or the values.
        LedgerError: A bead needs one that is open and does not travel with it.
    """
    scope = scope_of(ledger or town.ledger, town.config, convoy)
    shelf = town.shelf(scope.only_rig)
    return cook(shelf.take(formula), scope, values, shelf.library)
