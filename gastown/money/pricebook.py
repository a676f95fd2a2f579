"""PriceBook: prices as dated rows; which one holds on a day, and what has no price at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from urllib.parse import urlsplit

from gastown.catalogue.price import PriceRow
from gastown.errors import ConfigError
from gastown.money.prices import Prices
from gastown.town.tables.models import ModelTable


@dataclass(frozen=True, slots=True)
class Price:
    """What a model costs, and the row that says so; its `id` stays on every entry of that price."""

    id: str
    prices: Prices


class PriceBook:
    """Dated rows of many models. Of one model's rows the newest that has begun holds."""

    def __init__(self, rows: Iterable[PriceRow] = ()) -> None:
        self._rows: dict[str, list[PriceRow]] = {}
        for row in sorted(rows, key=lambda row: row.date):
            self._rows.setdefault(row.model, []).append(row)

    def on(self, model: str, day: date) -> Price | None:
        """The price that holds on that day; None before the first row, or for an unknown model."""
        begun = [row for row in self._rows.get(model, ()) if row.date <= day]
        if not begun:
            return None
        row = begun[-1]
        return Price(f"{row.model}@{row.date}", Prices(row.input, row.output, row.cached))


def price_of(name: str, table: ModelTable, book: PriceBook, day: date) -> Price | None:
    """What town.toml says a model costs, else the book by its name there, else by its model's.

    What runs here costs nothing unless town.toml says so, whatever it costs elsewhere.
    """
    own = written(name, table)
    if own is not None or is_free(table):
        return own
    return book.on(name, day) or book.on(table.model, day)


def prices_of(models: Mapping[str, ModelTable], book: PriceBook, day: date) -> Mapping[str, Price]:
    """The price of every model of town.toml that has one."""
    found = {name: price_of(name, table, book, day) for name, table in models.items()}
    return {name: price for name, price in found.items() if price is not None}


def written(name: str, table: ModelTable) -> Price | None:
    """The price in town.toml itself. Its id holds the figures: a person may change them any day."""
    if table.input_usd is None or table.output_usd is None:
        return None
    prices = Prices(table.input_usd, table.output_usd, table.cached_usd)
    cached = "" if prices.cached is None else f"/{prices.cached}"
    return Price(f"town.toml {name} {prices.input}{cached}/{prices.output}", prices)


def is_free(table: ModelTable) -> bool:
    """Whether asking costs nothing but electricity: it runs here.

    A row that does not say where it runs is believed to run here only at a private address.
    """
    if table.where == "cloud":
        return False
    if table.local is not None or "where" in table.model_fields_set:
        return True
    return is_private(table.endpoint)


def is_private(endpoint: str) -> bool:
    """Whether an address is this machine's or of its own network."""
    host = urlsplit(endpoint).hostname or ""
    if host == "localhost" or host.endswith(".local"):
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return False


def check_priced(name: str, table: ModelTable, price: Price | None) -> None:
    """Refuse to ask a cloud model whose price nobody knows; nothing was sent.

    Raises:
        ConfigError: Names the keys to set.
    """
    if table.where == "cloud" and price is None:
        raise ConfigError(
            f"town.toml: models.{name}: runs in a cloud and has no price, so nothing is sent to "
            f"it; set models.{name}.input_usd and models.{name}.output_usd, USD per million tokens"
        )
