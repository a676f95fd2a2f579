"""resolve: which models a step may use, and because of which rule; pure and total.

It reads town.toml and the bead, never load, money, clock or environment, so what a preview shows is
what a run gets. For each slot the first that says something counts: the bead's own model, overrides
(role@label on rig, role@label, role on rig, role), then the profile (role@label, role). Constraints
only narrow what was chosen.
"""

from collections.abc import Iterable, Mapping

from gastown.catalogue.roles import LABELS, ROLES, unknown_role
from gastown.placement.ask import Ask
from gastown.placement.narrow import Needs, narrow
from gastown.placement.seat import Hold
from gastown.stage import Seat, Slot
from gastown.town.config import TownConfig
from gastown.town.rules import NONE, SLOTS, Rule, override_rules, own_rules, profile_rules, said
from gastown.town.rules import Slot as SlotName

Place = tuple[str, str]  # label, rig


def resolve(config: TownConfig, ask: Ask) -> Seat | Hold:
    """The seat of a step, or why it has none."""
    role = ROLES.get(ask.role)
    if role is None:
        return Hold(unknown_role(ask.role))
    if role.town_level:
        ask = Ask(ask.role)  # no bead, rig or convoy moves it
    if ask.mistake:
        return Hold(ask.mistake)
    chosen = _pinned(config, ask) if said(ask.model) else _ruled(config, ask)
    if isinstance(chosen, Hold):
        return chosen
    rig = config.rigs.get(ask.rig)
    needs = Needs(ask.role, ask.context, ask.local_only or (rig is not None and rig.local_only))
    return narrow(chosen, config.catalogue, needs)


def _pinned(config: TownConfig, ask: Ask) -> Seat | Hold:
    """The bead's own model in the slot of where it runs; the other is none."""
    name = config.catalogue.find(said(ask.model))
    if name is None:
        return Hold(f"unknown model {said(ask.model)}")
    local, burst = (name, None) if config.catalogue[name].where == "local" else (None, name)
    because = "bead override"
    return Seat(local=Slot(model=local, because=because), burst=Slot(model=burst, because=because))


def _ruled(config: TownConfig, ask: Ask) -> Seat | Hold:
    named = ask.profile or config.seats.profile
    if named and named not in config.all_profiles:
        return Hold(
            f"unknown profile {named!r}; profiles: {', '.join(sorted(config.all_profiles))}"
        )
    overrides = _places(override_rules(config.seats.overrides), ask.role)
    profile = _places(_profile(config, named), ask.role)
    labels = [label for label in LABELS if label in ask.labels]
    ranked = [
        *_at(overrides, [(label, ask.rig) for label in labels]),
        *_at(overrides, [(label, "") for label in labels]),
        *_at(overrides, [("", ask.rig), ("", "")]),
        *_at(profile, [*((label, "") for label in labels), ("", "")]),
    ]
    local, burst = (_first(config, ask, ranked, slot) for slot in SLOTS)
    return Seat(local=local, burst=burst)


def _profile(config: TownConfig, named: str) -> tuple[Rule, ...]:
    """The rows of a profile; the town's own simple one where none is named."""
    if not named:
        return own_rules(config.seats, config.catalogue)
    return profile_rules(named, config.all_profiles[named])


def _places(rules: Iterable[Rule], role: str) -> Mapping[Place, list[Rule]]:
    """A role's rules by label and rig; of a profile and its base, the profile's own first."""
    found: dict[Place, list[Rule]] = {}
    for rule in rules:
        if rule.role == role:
            found.setdefault((rule.label, rule.rig), []).insert(0, rule)
    return found


def _at(rules: Mapping[Place, list[Rule]], places: Iterable[Place]) -> Iterable[Rule]:
    return (rule for place in places for rule in rules.get(place, ()))


def _first(config: TownConfig, ask: Ask, ranked: Iterable[Rule], slot: SlotName) -> Slot:
    """What the first rule says that says anything of this slot."""
    last = f"nothing names one for {ask.role}"
    for rule in ranked:
        last = rule.because
        if model := rule.says(slot):
            name = None if model == NONE else config.catalogue.find(model)
            return Slot(model=name, because=rule.because)
    return Slot(model=None, because=last)
