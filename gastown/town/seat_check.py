"""What is wrong with the seats that town.toml gives: found when it is read, not when it runs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gastown.catalogue.catalogue import Catalogue
from gastown.catalogue.roles import LABELS, ROLES, unknown_role
from gastown.town.rules import (
    NONE,
    SLOTS,
    Rule,
    Slot,
    override_rules,
    profile_rules,
    said,
    shipped_profiles,
    whom,
)
from gastown.town.tables.seats import ProfileTable, SeatsTable


@dataclass(frozen=True, slots=True)
class Named:
    """What seats may name."""

    catalogue: Catalogue
    rigs: tuple[str, ...]
    profiles: Mapping[str, ProfileTable]


def mistakes(seats: SeatsTable, own: Mapping[str, ProfileTable], named: Named) -> list[str]:
    """Every mistake, `key: what is wrong`."""
    return [*_models(named), *_seats(seats, named), *_profiles(own, named)]


def _models(named: Named) -> Iterator[str]:
    for name in named.catalogue.rows:
        if said(name) in {"", NONE}:
            yield f"models.{name}: that name stands for no model; take another"


def _seats(seats: SeatsTable, named: Named) -> Iterator[str]:
    if seats.profile and seats.profile not in named.profiles:
        known = ", ".join(sorted(named.profiles))
        yield f"seats.profile: unknown profile {seats.profile!r}; profiles: {known}"
    if seats.profile and (seats.default or seats.roles):
        yield (
            "seats: profile and default/roles exclude each other; "
            "say what differs from the profile in [[seats.overrides]]"
        )
    yield from _own(seats, named)
    rules = override_rules(seats.overrides)
    for rule in rules:
        yield from _rule(rule, named)
    yield from _said_twice(rules)


def _own(seats: SeatsTable, named: Named) -> Iterator[str]:
    """One model for each role: it may run anywhere, so its slot is right by itself."""
    for role, model in {"": seats.default, **seats.roles}.items():
        key = f"seats.roles.{role}" if role else "seats.default"
        if role and role not in ROLES:
            yield f"{key}: {unknown_role(role)}"
        elif said(model) not in {"", NONE}:
            yield from _model(key, role, model, named)


def _profiles(own: Mapping[str, ProfileTable], named: Named) -> Iterator[str]:
    for name, profile in shipped_profiles().items():  # a town may have moved a model they name
        for rule in profile_rules(name, profile):
            yield from _rule(rule, named)
    for name, profile in own.items():
        if name in shipped_profiles():
            yield (
                f"profiles.{name}: a profile of that name ships with the town; "
                f'give yours another and base = "{name}"'
            )
        elif profile.base and profile.base not in shipped_profiles():
            known = ", ".join(shipped_profiles())
            yield f"profiles.{name}.base: no shipped profile {profile.base!r}; these are: {known}"
        else:
            yield from _profile(name, profile, named)


def _profile(name: str, profile: ProfileTable, named: Named) -> Iterator[str]:
    rules = profile_rules(name, profile)
    for rule in rules:
        yield from _rule(rule, named)
    missing = [
        role for role in ROLES if role not in {rule.role for rule in rules if not rule.label}
    ]
    if missing:
        yield f'profiles.{name}: no row for {", ".join(missing)}; add them, or base = "balanced"'


def _rule(rule: Rule, named: Named) -> Iterator[str]:
    """A rule for somebody there is, at a kind of work and a place there are."""
    role = ROLES.get(rule.role)
    if role is None:
        yield f"{rule.key}: {unknown_role(rule.role)}"
        return
    if role.town_level and (rule.rig or rule.label):
        yield f"{rule.key}: {rule.role} is town-level: it has no rig and no labels"
    if rule.label and rule.label not in LABELS:
        yield f"{rule.key}: unknown label {rule.label!r}; labels: {', '.join(LABELS)}"
    if rule.rig and rule.rig not in named.rigs:
        yield f"{rule.key}: unknown rig {rule.rig!r}; rigs: {', '.join(named.rigs) or 'none yet'}"
    for slot in SLOTS:
        if rule.says(slot) not in {"", NONE}:
            yield from _slot(rule, slot, named)


def _slot(rule: Rule, slot: Slot, named: Named) -> Iterator[str]:
    key, model = f"{rule.key}.{slot}", rule.says(slot)
    yield from _model(key, rule.role, model, named)
    name = named.catalogue.find(model)
    where = named.catalogue[name].where if name else None
    if where and (where == "local") != (slot == "local"):
        yield f"{key}: {model} is {where}, slot is {slot}"


def _model(key: str, role: str, model: str, named: Named) -> Iterator[str]:
    name = named.catalogue.find(said(model))
    if name is None:
        known = ", ".join(sorted(named.catalogue.rows))
        yield f"{key}: unknown model {model!r}: add [models.{model}], or take one of {known}"
    elif role and ROLES[role].vision and not named.catalogue[name].vision:
        yield f"{key}: {role} needs vision, {model} has none"


def _said_twice(rules: tuple[Rule, ...]) -> Iterator[str]:
    """Two rules of one rank would make the order of the file decide."""
    first: dict[tuple[str, ...], str] = {}
    for rule in rules:
        for slot in SLOTS:
            place = (rule.role, rule.label, rule.rig, slot)
            if rule.says(slot) and (other := first.setdefault(place, rule.key)) != rule.key:
                about = whom(rule.role, rule.label, rule.rig)
                yield f"{rule.key}.{slot}: {other} sets {slot} of {about} already; leave one out"
