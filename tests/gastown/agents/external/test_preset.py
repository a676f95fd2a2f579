"""Presets: those that ship are sound, own ones overlay them, and mistakes are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.agents.external.preset import WORDS, filled, overlaid, shipped
from gastown.errors import ConfigError

OWN = {"command": ["own", "{prompt}"], "wire": "chat"}


def test_the_agents_of_the_notes_are_there():
    assert {"aider", "claude", "codex", "gemini", "goose", "mini", "opencode"} <= set(shipped())


@pytest.mark.parametrize("name", sorted(shipped()))
def test_each_says_what_of_it_was_run_and_carries_no_key(name):
    preset = shipped()[name]
    assert preset.measured
    assert all(preset.env[key] == "town" for key in preset.env if key.endswith("_KEY"))


@pytest.mark.parametrize("name", sorted(shipped()))
def test_each_is_told_where_its_endpoint_is(name):
    preset = shipped()[name]
    said = " ".join([*preset.command, *preset.env.values(), *preset.files.values()])
    assert "{url}" in said or "{base}" in said


def test_a_table_of_a_shipped_name_changes_only_what_it_says():
    preset = overlaid("aider", {"rounds": 7})
    assert preset.rounds == 7
    assert preset.command == shipped()["aider"].command


def test_a_new_name_is_a_new_agent():
    assert overlaid("own", OWN).command == ("own", "{prompt}")


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"wire": "chat"}, "agents.own.command: Field required"),
        ({"command": ["own", "{prompt}"]}, "agents.own.wire: Field required"),
        ({**OWN, "wire": "telepathy"}, "agents.own.wire"),
        ({**OWN, "comand": []}, "agents.own.comand: Extra inputs"),
        ({**OWN, "command": []}, "agents.own.command"),
        ({**OWN, "command": ["own", "{promt}"]}, "{promt} is no word"),
        ({**OWN, "command": ["own"]}, "wants {prompt} in it"),
        ({**OWN, "prompt": "file"}, "wants {prompt_file} in it"),
        ({**OWN, "env": {"PATH": "/x"}}, "PATH is set by the jail"),
        ({**OWN, "env": {"LD_PRELOAD": "/x"}}, "LD_PRELOAD is set by the jail"),
        ({**OWN, "env": {"A B": "x"}}, "no name of a variable"),
        ({**OWN, "env": {"K": "sk-abc"}}, "looks like a key"),
        ({**OWN, "files": {"../x": ""}}, "below the agent's home"),
        ({**OWN, "files": {"/x": ""}}, "below the agent's home"),
        ({**OWN, "rounds": 0}, "agents.own.rounds"),
    ],
)
def test_a_mistake_is_named_with_its_key(given_, said):
    with pytest.raises(ConfigError) as error:
        overlaid("own", given_)
    assert said in str(error.value)


@given(st.text(), st.dictionaries(st.sampled_from(sorted(WORDS)), st.text("{}prompt_x")))
def test_what_is_filled_in_is_not_looked_at_again(text, words):
    """A task that holds `{url}` stays as it is: no text says what an agent is started with."""
    whole = filled("{prompt}" + text, {**words, "prompt": "{url}{home}"})
    assert whole.startswith("{url}{home}")


def test_other_braces_stand_for_themselves():
    assert filled('{"*":"allow"} {model}', {"model": "m"}) == '{"*":"allow"} m'
