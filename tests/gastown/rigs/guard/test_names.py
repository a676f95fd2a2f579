"""The table of the engine's names, and how it is made."""

import json

import pytest

from gastown.errors import ConfigError
from gastown.rigs.guard.dump import names_of
from gastown.rigs.guard.modern import modern, nearest
from gastown.rigs.guard.names import GodotNames, Members, godot_names, read_names, shipped

API = {
    "header": {"version_major": 4, "version_minor": 7, "version_patch": 1},
    "utility_functions": [{"name": "sin"}],
    "global_constants": [{"name": "LIMIT"}],
    "global_enums": [{"name": "Side", "values": [{"name": "SIDE_LEFT"}]}],
    "singletons": [{"name": "Input", "type": "Input"}],
    "builtin_classes": [
        {
            "name": "Vector2",
            "members": [{"name": "x"}],
            "constants": [{"name": "ZERO"}],
            "methods": [{"name": "length", "is_static": False}],
        }
    ],
    "classes": [
        {"name": "Object", "methods": [{"name": "get", "is_static": False}]},
        {
            "name": "Input",
            "inherits": "Object",
            "methods": [
                {"name": "get_speed", "is_static": False},
                {"name": "is_speed", "is_static": False},
                {"name": "make", "is_static": True},
            ],
            "properties": [{"name": "speed"}, {"name": "a/b"}],
            "signals": [{"name": "pressed"}],
            "enums": [{"name": "Mode", "values": [{"name": "MODE_ON"}]}],
        },
    ],
}
XML = '<method name="preload"><annotation name="@export"><constant name="PI">'


def members(names: GodotNames, name: str) -> Members:
    found = names.members(name)
    assert found is not None
    return found


def test_a_table_says_what_the_dump_says():
    names = read_names(json.loads(json.dumps(names_of(API, XML))))

    has = members(names, "Input")
    assert names.version == "4.7.1"
    assert {"sin", "preload", "LIMIT", "Side", "SIDE_LEFT", "PI", "Vector2"} <= names.free
    assert names.annotations == {"export"}
    assert has.all >= {"get", "get_speed", "is_speed", "speed", "make", "pressed", "MODE_ON"}
    assert "set_speed" not in has.all
    assert has.methods >= {"get_speed", "is_speed", "make", "free"}
    assert has.static >= {"make", "Mode", "MODE_ON", "new"}
    assert has.signals == {"pressed"}
    assert members(names, "Vector2").all == {"x", "ZERO", "length"}
    assert names.members("Nothing") is None


def test_a_file_that_is_no_dump_is_refused():
    with pytest.raises(ConfigError, match="not as Godot 4 writes it"):
        names_of({"header": {}}, "")


def test_the_nearest_version_that_ships_is_taken():
    assert godot_names("4.9") is godot_names("4.6.3") is godot_names("4.0")
    assert shipped()[-1] == "4.6"


def test_every_old_spelling_is_gone_and_what_replaces_it_is_there():
    names, old = godot_names(), modern()

    assert names.free.isdisjoint([*old.classes, *old.functions, *old.constants])
    assert set(old.classes.values()) <= names.free
    assert {new for new in old.constants.values() if new.isupper()} <= names.free | names.everywhere
    bare = {new for new in old.members.values() if new.isidentifier()}
    unknown = bare - names.everywhere
    assert unknown == set()


def test_nearest_names_share_words_or_letters():
    has = members(godot_names(), "AudioServer").all
    assert "get_time_since_last_mix" in nearest("get_time_since_mix", has)
    assert nearest("zzzz", has) == []
