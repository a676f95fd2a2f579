"""A plan of two beads on one rig, and a town to forecast it in."""

from datetime import date
from typing import Any

from gastown.beads.bead import Draft
from gastown.catalogue.price import shipped_prices
from gastown.forecast.basis import Basis, Sources, basis_of
from gastown.forecast.forecast import Terms
from gastown.forecast.rework import Chances
from gastown.forecast.works import Learned
from gastown.formula.plan import Plan, PlannedStep
from gastown.machine.capacity import Capacity
from gastown.money.pricebook import PriceBook
from gastown.placement.routes import Fit
from gastown.testing import MemoryLedger
from gastown.town.config import TownConfig

PC = Capacity(vram_mib=7577, ram_mib=131_072, p_cores=6, e_cores=4, sandboxes=8)


def step(key: str, role: str, *needs: str, bead: str | None = None) -> PlannedStep:
    return PlannedStep(key=key, step=role, title=key, role=role, needs=needs, bead=bead)


def plan(ledger: MemoryLedger) -> Plan:
    one, two = (ledger.create(Draft(title=name, prefix="co")).id for name in ("one", "two"))
    steps = (
        step("defend", "defender"),
        step("work1", "polecat", "defend", bead=one),
        step("refine1", "refinery", "work1", bead=one),
        step("work2", "polecat", "defend", bead=two),
        step("refine2", "refinery", "work2", bead=two),
        step("gauge", "gauger", "refine1", "refine2"),
        step("spot", "spotter", "gauge"),
    )
    return Plan(formula="convoy", digest="d", convoy="cv", steps=steps)


def basis(
    profile: str = "balanced",
    seats: dict[str, Any] | None = None,
    fits: dict[str, Fit] | None = None,
    **tables: Any,
) -> Basis:
    ledger = MemoryLedger()
    table = seats if seats is not None else {"profile": profile}
    config = TownConfig.model_validate({"town": {"name": "t"}, "seats": table, **tables})
    book = PriceBook(shipped_prices())
    sources = Sources(config, ledger, book, date(2026, 11, 1), Learned(), fits=fits or {})
    convoy = ledger.create(Draft(title="c", issue_type="convoy"))
    return basis_of(plan(ledger), convoy, sources)


def terms(*, stretch: float = 0.25, rework: float = 0.2, cap: Capacity = PC, **more: Any) -> Terms:
    return Terms(cap, stretch, Chances(rework, 3), **more)
