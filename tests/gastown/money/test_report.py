"""Whatever the record is grouped by, it adds up; and the same tokens are priced elsewhere."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gastown.money.entry import Bid, Reservation, Spent, Who
from gastown.money.prices import Prices
from gastown.money.report import Beside, By, Line, beside, report
from gastown.money.sqlite import SqliteSpendLedger
from gastown.stage import Usage
from gastown.testing import FakeClock

PRICES = {"kimi": Prices(Decimal(1), Decimal(2), Decimal("0.1"))}
ALL: tuple[By, ...] = ("bead", "convoy", "rig", "role", "label", "model", "day")


def put(ledger: SqliteSpendLedger, number: int, who: Who, spent: Spent, day: str = "2026-01-29"):
    reservation = ledger.reserve(Bid(who, number, spent.usage.micro_usd, day))
    assert isinstance(reservation, Reservation)
    return ledger.settle(reservation, spent)


@pytest.fixture
def ledger(tmp_path) -> SqliteSpendLedger:
    return SqliteSpendLedger(tmp_path / "spend.db", clock=FakeClock())


def tokens(read: int, cached: int, written: int, usd: int) -> Usage:
    return Usage(
        requests=1, input_tokens=read, cached_tokens=cached, output_tokens=written, micro_usd=usd
    )


HERE = Who("a/1", bead="sk-1", role="polecat", model="q7", local="q7", burst="kimi")
THERE = Who("b/1", bead="sk-2", role="spotter", model="kimi", where="cloud", burst="kimi")


def test_a_line_sums_its_entries_and_the_dearest_comes_first(ledger):
    put(ledger, 1, HERE, Spent(tokens(100, 40, 10, 0), 300, 13, 1000))
    put(ledger, 2, HERE, Spent(tokens(200, 0, 20, 0), 600, 25, 2000))
    put(ledger, 1, THERE, Spent(tokens(30, 0, 5, 40), 0, 0, 500))

    told = report(ledger.path, "bead")

    assert told.lines == (
        Line("sk-2", 1, 30, 0, 5, 0, 40, 0, 0, 500),
        Line("sk-1", 2, 260, 40, 30, 0, 0, 900, 38, 3000),
    )
    assert told.total == Line("", 3, 290, 40, 35, 0, 40, 900, 38, 3500)


def test_a_report_since_a_day_leaves_out_what_was_before(ledger):
    put(ledger, 1, HERE, Spent(tokens(1, 0, 1, 1)), "2026-01-28")
    put(ledger, 2, HERE, Spent(tokens(1, 0, 1, 2)), "2026-01-29")

    assert report(ledger.path, "day", date(2026, 1, 29)).total.micro_usd == 2


def test_of_nothing_there_are_no_lines(ledger):
    assert report(ledger.path, "role").lines == ()
    assert report(ledger.path, "role").total == Line("")


def test_the_same_tokens_are_priced_on_the_seats_other_model(ledger):
    put(ledger, 1, HERE, Spent(tokens(100, 40, 10, 0)))
    put(ledger, 1, THERE, Spent(tokens(30, 0, 5, 40)))

    assert beside(ledger.path, PRICES.get) == Beside(
        all_cloud=60 + 4 + 20 + 40, as_it_was=40, local_only=40
    )


def test_what_could_have_run_here_costs_nothing_in_local_only(ledger):
    both = Who("c/1", role="polecat", model="kimi", where="cloud", local="q7", burst="kimi")
    put(ledger, 1, both, Spent(tokens(30, 0, 5, 40)))

    assert beside(ledger.path, PRICES.get).local_only == 0


def test_where_a_price_is_unknown_the_sum_is_unknown_and_says_of_which_model(ledger):
    put(ledger, 1, HERE, Spent(tokens(100, 40, 10, 0)))

    assert beside(ledger.path, {}.get) == Beside(None, 0, 0, ("kimi",))


names = st.sampled_from(["", "a", "b", "c"])


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(names, names, names, names, st.integers(27, 29), st.integers(0, 10**6)),
        max_size=12,
    )
)
def test_beads_convoys_roles_models_and_days_add_up_to_the_same_sum(tmp_path_factory, rows):
    ledger = SqliteSpendLedger(tmp_path_factory.mktemp("sums") / "spend.db", clock=FakeClock())
    for number, (bead, convoy, role, model, day, amount) in enumerate(rows):
        who = Who(f"a{number}", convoy, bead=bead, role=role, model=model)
        put(ledger, 1, who, Spent(tokens(amount, 0, 3, amount)), f"2026-01-{day}")

    entries = ledger.entries()
    for by in ALL:
        told = report(ledger.path, by)
        assert sum(line.micro_usd for line in told.lines) == told.total.micro_usd
        assert sum(line.fresh for line in told.lines) == told.total.fresh
        assert told.total.micro_usd == sum(entry.micro_usd for entry in entries)
