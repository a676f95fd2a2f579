"""prospects: what a plan will cost and take, before a bead of it exists."""

from gastown.beads.memory import MemoryLedger
from gastown.convoys.convoy import create_convoy
from gastown.convoys.planned import plan_for
from gastown.errors import GasTownError
from gastown.forecast.basis import misfits
from gastown.planning.document import PlanDocument
from gastown.planning.pour import drafts_of
from gastown.planning.prospect import Prospect
from gastown.town.town import Town
from tasks.forecasting import STANDARD_WISH, Wish, budgets_left, estimate_plan


def prospect_of(town: Town, plan: PlanDocument, wish: Wish = STANDARD_WISH) -> Prospect:
    """The forecast of a plan's convoy; one that cannot be made says why.

    Beads and convoy are made in a ledger of memory: the town's own is only read.
    """
    left = budgets_left(town, "")
    try:
        ledger = MemoryLedger()
        beads = [bead.id for bead in ledger.create_many(drafts_of(plan, town.config))]
        convoy = create_convoy(ledger, town.config, plan.title, beads, profile=wish.profile)
        cooked = plan_for(town, convoy, wish.formula, wish.values, ledger=ledger)
        made = estimate_plan(town, convoy, cooked, wish, beads=ledger)
    except GasTownError as error:
        return Prospect(left=left, missing=str(error))
    notes = (*made.basis.notes, *misfits(made.basis, made.terms.cap))
    return Prospect(forecast=made.forecast, left=left, notes=notes)
