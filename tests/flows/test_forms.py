"""The forms of the roles' flows in the UI: every field is told, and known values are a choice."""

from importlib import import_module
from typing import Any

import pytest
from prefect.utilities.callables import parameter_schema

from deployments.definitions import load_definitions
from gastown.auditions.task import roles

ENTRYPOINTS = [
    one.entrypoint
    for one in load_definitions().deployments
    if one.entrypoint.startswith("flows.roles.")
]
GAUGES = ["pytest", "godot-gut", "godot-gdunit4", "godot-script", "npm", "cargo", "generic"]


def form(entrypoint: str) -> Any:
    module, _, name = entrypoint.rpartition(".")
    return parameter_schema(getattr(import_module(module), name))


@pytest.mark.parametrize("entrypoint", ENTRYPOINTS)
def test_every_field_says_what_it_is_and_the_town_comes_first(entrypoint):
    fields = form(entrypoint).properties

    assert fields["town"]["position"] == 0
    assert [name for name, one in fields.items() if not one.get("description")] == []


@pytest.mark.parametrize(
    ("entrypoint", "field", "wanted"),
    [
        ("flows.roles.audition.audition", "role", list(roles())),
        ("flows.roles.gauger.gauger", "kind", ["", *GAUGES]),
    ],
)
def test_where_the_values_are_known_they_are_a_choice(entrypoint, field, wanted):
    assert sorted(form(entrypoint).properties[field]["enum"]) == sorted(wanted)
