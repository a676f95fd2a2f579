"""What travels is a value without paths and secrets."""

from typing import Any

import pytest
from pydantic import ValidationError

from gastown.beads.bead import Bead
from gastown.beads.ledger import utc_now
from gastown.burst.parcel import Parcel, clean, is_remote, prefix_of
from gastown.town.tables.rigs import RigTable

COMMIT = "a" * 40


def parcel(**changes: Any):
    gauge = {"kind": "pytest", **changes.pop("gauge", {})}
    table = {"prefix": "sk", "origin": "https://git.example/sk.git", "gauge": gauge}
    given = {"town": "oak", "rig": "sk", "table": table, "refs": {"main": COMMIT}, "beads": []}
    return Parcel.model_validate({**given, **changes})


def test_a_parcel_goes_through_json_unchanged():
    one = parcel()

    assert Parcel.model_validate_json(one.model_dump_json()) == one


@pytest.mark.parametrize(
    "url", ["https://h/a.git", "ssh://git@h/a", "git@h:team/a.git", "git://127.0.0.1:9/a.git"]
)
def test_an_address_that_others_reach_is_a_remote(url):
    assert is_remote(url)


@pytest.mark.parametrize("url", ["/srv/a.git", "file:///srv/a", "../a", "C:\\a", "", "a b://x/y"])
def test_a_folder_of_this_machine_is_none(url):
    assert not is_remote(url)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"table": RigTable.model_validate(
            {"prefix": "sk", "origin": "/srv/sk", "gauge": {"kind": "pytest"}})}, "no git remote"),
        ({"gauge": {"engine": "/opt/godot"}}, "gauge.engine"),
        ({"refs": {"main": "main"}}, "no commit id"),
        ({"refs": {"work": COMMIT}}, "rig's main branch"),
        ({"root": "/srv/town"}, "root"),
    ],
)  # fmt: skip
def test_paths_and_names_that_move_are_refused(change, key):
    with pytest.raises(ValidationError, match=key):
        parcel(**change)


def test_a_bead_travels_without_what_was_done_with_it_here():
    now = utc_now()
    bead = Bead.model_validate(
        {
            "id": "sk-1",
            "title": "t",
            "created_at": now,
            "updated_at": now,
            "assignee": "sk/nux",
            "metadata": {"session": "/srv/town/.town"},
            "odd": "/srv",
        }
    )

    assert clean(bead).model_dump(exclude_defaults=True, exclude={"created_at", "updated_at"}) == {
        "id": "sk-1",
        "title": "t",
    }


def test_a_steps_branches_lie_below_a_name_that_git_takes():
    assert prefix_of("hq-mol-1.12") == "burst/hq-mol-1-12"
