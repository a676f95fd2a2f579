"""Rule: one thing that a person, or a profile, says of a seat; and where it is said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

from gastown.catalogue.catalogue import Catalogue
from gastown.catalogue.files import read
from gastown.catalogue.roles import ROLES
from gastown.town.tables.seats import OverrideTable, ProfileTable, SeatsTable

Slot = Literal["local", "burst"]
SLOTS: tuple[Slot, ...] = ("local", "burst")
NONE = "none"
STANDARD = "balanced"
_UNSET = frozenset({"kilo/kilo-auto/frontier"})  # a client that was told no model sends this


@dataclass(frozen=True, slots=True)
class Rule:
    """What stands at `key` of town.toml, or in a shipped profile: for whom, and each slot."""

    key: str
    because: str
    role: str
    label: str = ""
    rig: str = ""
    local: str = ""
    burst: str = ""

    def says(self, slot: Slot) -> str:
        """A model, NONE, or nothing."""
        return said(self.local if slot == "local" else self.burst)


def said(text: str) -> str:
    """A model's name as it was meant: blanks, and what stands for "any", are nothing."""
    name = text.strip()
    return "" if name in _UNSET else name


def whom(role: str, label: str = "", rig: str = "") -> str:
    """`polecat@gt:pr-fixup on core`."""
    return role + (f"@{label}" if label else "") + (f" on {rig}" if rig else "")


def override_rules(overrides: tuple[OverrideTable, ...]) -> tuple[Rule, ...]:
    """The overrides, each numbered from 0 as in the file."""
    return tuple(
        Rule(
            key=f"seats.overrides.{place}",
            because=f"override {whom(one.role, one.label, one.rig)}",
            role=one.role,
            label=one.label,
            rig=one.rig,
            local=one.local,
            burst=one.burst,
        )
        for place, one in enumerate(overrides)
    )


@cache
def shipped_profiles() -> Mapping[str, ProfileTable]:
    """Those of the catalogue."""
    tables = read("profiles.toml").items()
    return MappingProxyType({name: ProfileTable.model_validate(table) for name, table in tables})


def profile_rules(name: str, profile: ProfileTable) -> tuple[Rule, ...]:
    """A profile's own rows, after those of its base."""
    base = shipped_profiles().get(profile.base)
    below = profile_rules(profile.base, base) if base else ()
    return (*below, *_rows(name, profile))


def _rows(name: str, profile: ProfileTable) -> Iterator[Rule]:
    for place, row in profile.rows.items():
        role, _, label = place.partition("@")
        yield Rule(
            key=f"profiles.{name}.{place}",
            because=f"{name}: {place}",
            role=role,
            label=label,
            local=row.local,
            burst=row.burst,
        )


def own_rules(seats: SeatsTable, catalogue: Catalogue) -> tuple[Rule, ...]:
    """What `[seats] default` and `roles` say, each model in the slot of where it runs."""
    named = {role: (f"seats.roles.{role}", model) for role, model in seats.roles.items()}
    default = "seats.default" if said(seats.default) else "seats.default is not set"
    for name, role in ROLES.items():
        key = "runs tools, no model" if role.tools else default
        named.setdefault(name, (key, "" if role.tools else seats.default))
    return tuple(_own(role, key, model, catalogue) for role, (key, model) in named.items())


def _own(role: str, key: str, model: str, catalogue: Catalogue) -> Rule:
    name = catalogue.find(said(model))
    cloud = name is not None and catalogue[name].where == "cloud"
    local, burst = ("", model) if cloud else (model, "")
    return Rule(key, key, role, local=local, burst=burst)
