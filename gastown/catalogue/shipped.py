"""The models that ship with the town, by name."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from gastown.catalogue.files import read
from gastown.catalogue.row import ModelRow


@cache
def shipped_models() -> Mapping[str, ModelRow]:
    """Every row of models.toml."""
    rows = {name: ModelRow.model_validate(row) for name, row in read("models.toml").items()}
    return MappingProxyType(rows)
