"""A town whose seats cannot be is refused when town.toml is read, each mistake by file and key."""

import pytest

from gastown.errors import ConfigError
from gastown.town.config import load_config

HEAD = """
[town]
name = "oak"
[rigs.core]
prefix = "co"
origin = "/srv/core.git"
gauge = { kind = "pytest" }
"""
NIGHT = '[profiles.night]\nbase = "balanced"\n'


def override(**said: str) -> str:
    """One [[seats.overrides]]."""
    return "[[seats.overrides]]\n" + "".join(f'{key} = "{text}"\n' for key, text in said.items())


# fmt: off
MISTAKES = {
    "unknown profile": ('[seats]\nprofile = "lavish"',
        "seats.profile: unknown profile 'lavish'; profiles: balanced, frugal, premium"),
    "a profile and a default": ('[seats]\nprofile = "frugal"\ndefault = "gpt-oss-20b"',
        "seats: profile and default/roles exclude each other"),
    "unknown role of the own seats": ('[seats.roles]\nbaker = "gpt-oss-20b"',
        "seats.roles.baker: unknown role 'baker'; roles: mayor,"),
    "unknown model of a role": ('[seats.roles]\ncrew = "gpt-9"',
        "seats.roles.crew: unknown model 'gpt-9': add [models.gpt-9], or take one of "),
    "unknown model of an override": (override(role="crew", local="gpt-9"),
        "seats.overrides.0.local: unknown model 'gpt-9'"),
    "no eyes": ('[seats.roles]\nspotter = "gpt-oss-20b"',
        "seats.roles.spotter: spotter needs vision, gpt-oss-20b has none"),
    "unknown label": (override(role="crew", label="gt:hurry"),
        "seats.overrides.0: unknown label 'gt:hurry'; labels: gt:triage, "),
    "unknown rig": (override(role="crew", rig="cellar"),
        "seats.overrides.0: unknown rig 'cellar'; rigs: core"),
    "the mayor at a label": (override(role="mayor", label="gt:triage"),
        "seats.overrides.0: mayor is town-level"),
    "a local model in the cloud's slot": (override(role="crew", burst="gpt-oss-20b"),
        "seats.overrides.0.burst: gpt-oss-20b is local, slot is burst"),
    "one slot, two words": (
        override(role="crew", local="none") + override(role="crew", local="gpt-oss-20b"),
        "seats.overrides.1.local: seats.overrides.0 sets local of crew already"),
    "a shipped profile's name": ('[profiles.frugal]\nbase = "balanced"',
        "profiles.frugal: a profile of that name ships with the town"),
    "a base that does not ship": (NIGHT + '[profiles.day]\nbase = "night"',
        "profiles.day.base: no shipped profile 'night'; these are: balanced, frugal, premium"),
    "a profile with gaps": ('[profiles.bare.crew]\nlocal = "gpt-oss-20b"',
        "profiles.bare: no row for mayor, defender,"),
    "a profile's wrong slot": (NIGHT + 'crew = { local = "kimi-k2.5" }',
        "profiles.night.crew.local: kimi-k2.5 is cloud, slot is local"),
    "a profile's wrong role": (NIGHT + '"triage@gt:triage" = { local = "gpt-oss-20b" }',
        "profiles.night.triage@gt:triage: unknown role 'triage': use label gt:triage"),
    "negative stretch": ("[profiles.night]\nstretch = -1",
        "profiles.night.stretch: Input should be greater than or equal to 0"),
    "a key that a slot has not": (NIGHT + 'crew = { lokal = "gpt-oss-20b" }',
        "profiles.night.crew.lokal: Extra inputs are not permitted"),
    "a model named like no model": ('[models.none]\nendpoint = "http://127.0.0.1:1/v1"',
        "models.none: that name stands for no model"),
    "a model of a shipped profile moved": (
        '[models.gpt-oss-20b]\nendpoint = "http://127.0.0.1:1/v1"\nwhere = "cloud"',
        "profiles.balanced.crew.local: gpt-oss-20b is cloud, slot is local"),
}
# fmt: on


@pytest.mark.parametrize(("said", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_by_file_and_key(tmp_path, said, message):
    file = tmp_path / "town.toml"
    file.write_text(HEAD + said)

    with pytest.raises(ConfigError) as refused:
        load_config(file)

    assert str(refused.value).splitlines()[0].startswith(f"{file}: {message}")


def test_every_mistake_has_a_line_of_its_own(tmp_path):
    file = tmp_path / "town.toml"
    file.write_text(HEAD + override(role="triage") + override(role="baker"))

    with pytest.raises(ConfigError) as refused:
        load_config(file)

    lines = str(refused.value).splitlines()
    assert [line.split(": ")[:2] for line in lines] == [
        [str(file), "seats.overrides.0"],
        [str(file), "seats.overrides.1"],
    ]


def test_two_overrides_may_share_a_place_when_each_sets_a_slot(tmp_path):
    file = tmp_path / "town.toml"
    both = override(role="crew", local="none") + override(role="crew", burst="gemini-3-flash")
    file.write_text(HEAD + both)

    assert len(load_config(file).seats.overrides) == 2
