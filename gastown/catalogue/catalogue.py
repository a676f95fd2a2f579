"""Catalogue: the models one town can name, its own rows before those that ship."""

from collections.abc import Mapping
from dataclasses import dataclass

from gastown.catalogue.row import ModelRow


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Models by name. An alias is another way to say a name, never a model's own row."""

    rows: Mapping[str, ModelRow]

    def find(self, said: str) -> str | None:
        """The name of the model that is meant; None for one that nobody knows."""
        if said in self.rows:
            return said
        named = (name for name, row in self.rows.items() if said in row.aliases)
        return next(named, None)

    def __getitem__(self, name: str) -> ModelRow:
        """The row of a name. Raises KeyError."""
        return self.rows[name]
