"""What cannot run here has its price set aside, with room for its last turn."""

from decimal import Decimal

from gastown.formula.plan import PlannedStep
from gastown.money.earmarks import earmarks
from gastown.money.entry import Earmark
from gastown.money.prices import Prices
from gastown.stage import Seat, Slot, Usage

KIMI = Prices(Decimal("0.6"), Decimal("0.6"))
TAKES = Usage(requests=8, input_tokens=176_000, output_tokens=4_000)


def step(role: str) -> PlannedStep:
    return PlannedStep(key=f"{role}[web]", step=role, title=role, role=role)


def seat(local: str | None, burst: str | None) -> Seat:
    return Seat(local=Slot(model=local, because=""), burst=Slot(model=burst, because=""))


SEATS = {
    "spotter": seat(None, "kimi"),
    "polecat": seat("q7", "kimi"),
    "librarian": seat("q1", None),
    "defender": seat(None, "unpriced"),
    "gauger": None,
}


def test_only_a_stage_without_a_local_route_has_an_earmark():
    found = earmarks(
        "cv",
        [step(role) for role in SEATS],
        lambda one: SEATS[one.role],
        {"kimi": KIMI}.get,
        dict.fromkeys(SEATS, TAKES),
    )

    assert [mark.step for mark in found] == ["spotter[web]"]


def test_it_is_the_sessions_price_and_one_turn_at_its_worst():
    (mark,) = earmarks(
        "cv", [step("spotter")], lambda _: SEATS["spotter"], {"kimi": KIMI}.get, {"spotter": TAKES}
    )

    assert mark == Earmark("cv", "spotter[web]", "spotter", 108_000 + 53_100)
