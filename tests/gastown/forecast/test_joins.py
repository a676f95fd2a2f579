"""A plan with joins and gates is reckoned with as its work alone."""

from datetime import date
from typing import Literal

from gastown.beads.bead import Draft
from gastown.catalogue.price import shipped_prices
from gastown.forecast.basis import Basis, Sources, basis_of
from gastown.forecast.forecast import forecast
from gastown.forecast.works import Learned
from gastown.formula.plan import Plan, PlannedStep
from gastown.money.pricebook import PriceBook
from gastown.testing import MemoryLedger
from gastown.town.config import TownConfig
from tests.gastown.forecast.towns import step, terms

Kind = Literal["join", "gate"]


def other(key: str, kind: Kind, *needs: str, members: tuple[str, ...] = ()) -> PlannedStep:
    made = step(key, "polecat", *needs)
    return made.model_copy(update={"kind": kind, "members": members})


def basis(*steps: PlannedStep) -> Basis:
    ledger = MemoryLedger()
    config = TownConfig.model_validate({"town": {"name": "t"}, "seats": {"profile": "balanced"}})
    book = PriceBook(shipped_prices())
    sources = Sources(config, ledger, book, date(2026, 11, 1), Learned())
    convoy = ledger.create(Draft(title="c", issue_type="convoy"))
    return basis_of(Plan(formula="f", digest="d", convoy="cv", steps=steps), convoy, sources)


JOINED = (
    step("look1", "polecat"),
    step("look2", "polecat"),
    other("looks", "join", "look1", "look2", members=("look1", "look2")),
    other("ask", "gate", "looks"),
    step("sum", "polecat", "ask"),
)
PLAIN = (
    step("look1", "polecat"),
    step("look2", "polecat"),
    step("sum", "polecat", "look1", "look2"),
)


def test_joins_and_gates_are_no_sessions_and_keep_the_order():
    made = basis(*JOINED)

    assert [one.key for one in made.sessions] == ["look1", "look2", "sum"]
    assert made.sessions[2].needs == ("look1", "look2")


def test_a_plan_with_joins_is_forecast_as_the_same_plan_without():
    joined, plain = (forecast(basis(*steps), terms(), 6) for steps in (JOINED, PLAIN))

    assert joined == plain
    assert joined.held == {}
