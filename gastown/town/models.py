"""A town's models: what [models.NAME] says, before what ships with the town."""

from collections.abc import Mapping
from typing import Any

from gastown.catalogue.catalogue import Catalogue
from gastown.catalogue.price import newest_price
from gastown.catalogue.row import ModelRow
from gastown.catalogue.shipped import shipped_models
from gastown.errors import ConfigError
from gastown.town.tables.models import ModelTable

_SHARED = ModelRow.model_fields.keys() & ModelTable.model_fields.keys()
_PRICES = frozenset({"input_usd", "cached_usd", "output_usd"})


def catalogue_of(models: Mapping[str, ModelTable]) -> Catalogue:
    """The shipped rows and the town's, key by key: what a person says of a model wins."""
    shipped = shipped_models()
    own = {name: _row(shipped.get(name, ModelRow()), table) for name, table in models.items()}
    return Catalogue({**shipped, **own})


def _row(row: ModelRow, table: ModelTable) -> ModelRow:
    said = table.model_fields_set & _SHARED
    return row.model_copy(update={key: getattr(table, key) for key in said})


def served(name: str, models: Mapping[str, ModelTable], catalogue: Catalogue) -> ModelTable:
    """The town's table of a model, with the catalogue's word where it says nothing itself.

    Raises:
        ConfigError: The town does not say where the model is; tells what to add.
    """
    table = models.get(name)
    if table is None:
        where = catalogue[name].where if name in catalogue.rows else "nobody's"
        wanted = "its endpoint and key" if where == "cloud" else "its endpoint, or a local file"
        raise ConfigError(
            f"town.toml: nothing serves {name!r} ({where}) yet: add [models.{_quoted(name)}] "
            f"with {wanted}"
        )
    row = catalogue[name]
    filled: dict[str, Any] = {key: getattr(row, key) for key in _SHARED}
    return table.model_copy(update={**filled, **_prices(name, row, table)})


def _prices(name: str, row: ModelRow, table: ModelTable) -> dict[str, Any]:
    price = newest_price(name)
    if price is None or row.where == "local" or table.model_fields_set & _PRICES:
        return {}
    return {"input_usd": price.input, "cached_usd": price.cached, "output_usd": price.output}


def _quoted(name: str) -> str:
    """A key as TOML wants it."""
    return f'"{name}"' if "." in name else name
