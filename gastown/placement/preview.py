"""Preview: seats before anything runs, worked out by what the run uses."""

from collections.abc import Iterator
from dataclasses import dataclass

from gastown.catalogue.roles import LABELS, ROLES
from gastown.placement.ask import Ask
from gastown.placement.resolve import resolve
from gastown.placement.seat import Hold
from gastown.stage import Seat
from gastown.town.config import TownConfig
from gastown.town.rules import SLOTS, Rule, Slot, override_rules, profile_rules


@dataclass(frozen=True, slots=True)
class Preview:
    """What was asked, and the seat or the hold."""

    ask: Ask
    found: Seat | Hold


def preview(config: TownConfig, ask: Ask) -> Preview:
    """One seat."""
    return Preview(ask, resolve(config, ask))


def on_profile(config: TownConfig, profile: str) -> TownConfig:
    """The town as if it had this profile; its overrides stay."""
    seats = config.seats.model_copy(update={"profile": profile, "default": "", "roles": {}})
    return config.model_copy(update={"seats": seats})


def whole_table(config: TownConfig) -> Iterator[Preview]:
    """Every role, and every label and rig that changes something for it.

    A label without a row is as none, a rig without a row as any other.
    """
    for name, role in ROLES.items():
        yield preview(config, Ask(name))
        if not role.town_level:
            yield from _special(config, name)


def covered(config: TownConfig) -> Iterator[str]:
    """Overrides of a whole role that also go before what the town's profile says of a label."""
    if not config.seats.profile:
        return
    rows = profile_rules(config.seats.profile, config.profile(config.seats.profile))
    for rule in override_rules(config.seats.overrides):
        for slot in SLOTS:
            below = [row.because for row in rows if _covers(rule, row, slot)]
            if below:
                yield f"{rule.because}: its {slot} goes before {', '.join(below)} too"


def _covers(rule: Rule, row: Rule, slot: Slot) -> bool:
    same = (rule.role, rule.label) == (row.role, "")
    return same and bool(row.label and rule.says(slot) and row.says(slot))


def _special(config: TownConfig, role: str) -> Iterator[Preview]:
    labels = [label for label in LABELS if _selects(config, role, label)]
    for label in labels:
        yield preview(config, Ask(role, labels=(label,)))
    for rig in config.rigs:
        for here in ((), *((label,) for label in labels)):
            found = preview(config, Ask(role, rig, here))
            if found.found != resolve(config, Ask(role, labels=here)):
                yield found


def _selects(config: TownConfig, role: str, label: str) -> bool:
    """A label makes a difference, somewhere."""
    return any(
        resolve(config, Ask(role, rig, (label,))) != resolve(config, Ask(role, rig))
        for rig in ("", *config.rigs)
    )
