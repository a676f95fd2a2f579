"""route: which tiers are asked, in which order. Pure.

A category begins where Gas Town has it begin; a worse severity skips tiers; the Overseer is always
last. Nobody is asked about what they raised themselves.
"""

from collections.abc import Mapping
from types import MappingProxyType

from gastown.escalation.escalation import (
    LADDER,
    OVERSEER,
    WITNESS,
    Category,
    Severity,
    Tier,
    rank,
)
from gastown.stage import Frozen

_USUAL: Mapping[Category, tuple[Tier, ...]] = MappingProxyType(
    {
        "decision": ("deacon", "mayor"),
        "help": ("deacon", "mayor"),
        "blocked": ("mayor",),
        "failed": ("deacon",),
        "emergency": (),
        "gate_timeout": ("deacon",),
        "lifecycle": (WITNESS,),
    }
)


class Route(Frozen):
    """The tiers, nearest first, and why those."""

    tiers: tuple[Tier, ...]
    because: str

    def after(self, tier: Tier) -> Tier | None:
        """The next tier above one; None above the Overseer."""
        return next((one for one in self.tiers if rank(one) > rank(tier)), None)

    def from_(self, tier: Tier) -> Tier:
        """The first tier that is not below one."""
        higher: list[Tier] = [one for one in self.tiers if rank(one) >= rank(tier)]
        return higher[0] if higher else OVERSEER


def route(severity: Severity, category: Category, *, source: str = "", rig: str = "") -> Route:
    """Who is asked.

    Args:
        severity: MEDIUM goes through every tier from where its category begins; HIGH only through
            the category's own; CRITICAL straight to the Overseer.
        category: Where it begins; an emergency with the Overseer.
        source: Address of who raises it; tiers up to its own are left out.
        rig: Whose Witness is meant; default: the source's rig. Without one no Witness is asked.
    """
    usual = _USUAL[category]
    if severity == "CRITICAL" or not usual:
        why = (
            f"{severity} goes to the Overseer at once" if usual else f"{category} is the Overseer's"
        )
        return Route(tiers=(OVERSEER,), because=why)
    begins = LADDER[rank(usual[0]) :] if severity == "MEDIUM" else (*usual, OVERSEER)
    own = tier_of(source)
    there = rig or rig_of(source)
    tiers: tuple[Tier, ...] = tuple(
        tier
        for tier in begins
        if (own is None or rank(tier) > rank(own) or tier == OVERSEER)
        and (tier != WITNESS or there)
    )
    how = "every tier from there" if severity == "MEDIUM" else "past those between"
    said = f"{category} begins with the {usual[0].capitalize()}; {severity}: {how}"
    return Route(tiers=tiers, because=f"{said}; raised by the {own}" if own else said)


def tier_of(address: str) -> Tier | None:
    """The tier that an address is; None for a worker's."""
    name = address.rstrip("/").rpartition("/")[2]
    town_wide = "/" not in address.rstrip("/")
    return next((tier for tier in LADDER if tier == name and (tier == WITNESS) != town_wide), None)


def rig_of(address: str) -> str:
    """The rig of an address; empty for one of the town."""
    rig, slash, _ = address.partition("/")
    return rig if slash and rig not in LADDER else ""


def address_of(tier: Tier, rig: str = "") -> str:
    """Where a tier gets its mail."""
    return f"{rig}/{tier}" if tier == WITNESS else tier
