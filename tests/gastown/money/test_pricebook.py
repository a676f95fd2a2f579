"""Which price holds, and what has none: an unknown price is never taken for a low one."""

from datetime import date
from decimal import Decimal

import pytest

from gastown.catalogue.price import PriceRow
from gastown.errors import ConfigError
from gastown.money.pricebook import PriceBook, check_priced, is_free, price_of, prices_of
from gastown.money.prices import Prices
from gastown.town.tables.models import ModelTable

CLOUD = ModelTable(endpoint="https://models.example/v1", where="cloud")
DAY = date(2026, 3, 1)


def row(day: date, price: str) -> PriceRow:
    return PriceRow("kimi", day, Decimal(price), None, Decimal(price), "test")


BOOK = PriceBook([row(date(2026, 6, 1), "0.9"), row(date(2026, 1, 1), "0.6")])


@pytest.mark.parametrize(
    ("day", "id_"),
    [
        (date(2026, 1, 1), "kimi@2026-01-01"),
        (date(2026, 5, 31), "kimi@2026-01-01"),
        (date(2026, 6, 1), "kimi@2026-06-01"),
    ],
)
def test_a_row_holds_from_its_day_until_the_next_one(day, id_):
    price = BOOK.on("kimi", day)

    assert price is not None
    assert price.id == id_


def test_before_its_first_row_a_model_has_no_price():
    assert BOOK.on("kimi", date(2025, 12, 31)) is None
    assert BOOK.on("unheard-of", DAY) is None


def test_what_town_toml_says_goes_before_the_book_and_its_id_holds_the_figures():
    said = {"input_usd": Decimal("0.5"), "output_usd": Decimal(2), "cached_usd": Decimal("0.05")}

    price = price_of("kimi", CLOUD.model_copy(update=said), BOOK, DAY)

    assert price is not None
    assert price.id == "town.toml kimi 0.5/0.05/2"
    assert price.prices == Prices(Decimal("0.5"), Decimal(2), Decimal("0.05"))


def test_the_book_is_asked_by_the_rows_name_and_then_by_its_models():
    own = CLOUD.model_copy(update={"model": "kimi"})

    assert price_of("mine", own, BOOK, DAY) == BOOK.on("kimi", DAY)
    assert price_of("kimi", CLOUD, BOOK, DAY) == BOOK.on("kimi", DAY)


def test_a_model_that_runs_here_costs_nothing_whatever_it_costs_elsewhere():
    here = ModelTable(endpoint="http://127.0.0.1:8080/v1")

    assert price_of("kimi", here, BOOK, DAY) is None


@pytest.mark.parametrize(
    ("table", "free"),
    [
        ({"endpoint": "http://localhost:1/v1"}, True),
        ({"endpoint": "http://192.168.1.5:1/v1"}, True),
        ({"endpoint": "http://pc.local:1/v1"}, True),
        ({"endpoint": "https://models.example/v1"}, False),
        ({"endpoint": "https://models.example/v1", "where": "local"}, True),
        ({"endpoint": "http://localhost:1/v1", "where": "cloud"}, False),
    ],
)
def test_what_does_not_say_where_it_runs_is_free_only_at_a_private_address(table, free):
    assert is_free(ModelTable.model_validate(table)) is free


def test_a_cloud_model_without_a_price_is_refused_by_the_keys_to_set():
    with pytest.raises(ConfigError, match=r"town.toml: models\.far: .*models\.far\.input_usd and"):
        check_priced("far", CLOUD, None)

    check_priced("kimi", CLOUD, BOOK.on("kimi", DAY))
    check_priced("near", ModelTable(endpoint="http://localhost:1/v1"), None)


def test_prices_of_all_rows_leave_out_what_has_none():
    near = ModelTable(endpoint="http://localhost:1/v1")

    assert list(prices_of({"near": near, "kimi": CLOUD, "far": CLOUD}, BOOK, DAY)) == ["kimi"]
