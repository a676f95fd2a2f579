"""`[agents.NAME]`: who works as which command-line agent, and what is refused."""

import pytest

from gastown.agents.external.preset import shipped
from gastown.errors import ConfigError
from gastown.town.config import load_config
from gastown.town.tables.agents import agent_for, preset_of


@pytest.fixture
def load(tmp_path):
    def _load(text: str):
        file = tmp_path / "town.toml"
        file.write_text(f'[town]\nname = "oak"\n{text}')
        return load_config(file).agents

    return _load


def test_without_a_table_every_role_works_natively(load):
    assert agent_for("polecat", load("")) is None


def test_a_role_works_as_the_agent_that_names_it(load):
    agents = load('[agents.aider]\nroles = ["polecat"]')
    assert agent_for("polecat", agents) == shipped()["aider"]
    assert agent_for("defender", agents) is None


def test_a_shipped_agent_keeps_what_is_not_said(load):
    agents = load('[agents.aider]\nrounds = 1\nreadable = ["/opt/aider"]')
    preset = preset_of("aider", agents)
    assert (preset.rounds, preset.readable) == (1, ("/opt/aider",))
    assert preset.wire == "chat"
    assert preset.env == shipped()["aider"].env


def test_an_own_agent_is_one_like_those_that_ship(load):
    agents = load(
        '[agents.mine]\nroles = ["defender"]\ncommand = ["mine", "{prompt}"]\nwire="chat"'
    )
    preset = agent_for("defender", agents)
    assert preset is not None
    assert preset.command == ("mine", "{prompt}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[agents.aider]\nroles = ["refinery"]', "agents.aider.roles: 'refinery' hands in"),
        ('[agents.aider]\nroles = ["mayor"]', "agents.aider.roles: 'mayor'"),
        (
            '[agents.aider]\nroles = ["polecat"]\n[agents.codex]\nroles = ["polecat"]',
            "agents.codex.roles: polecat works as aider already",
        ),
        ('[agents.mine]\nwire = "chat"', "agents.mine.command: Field required"),
        ('[agents.mine]\ncommand = ["x", "{prompt}"]', "agents.mine.wire: Field required"),
        ('[agents.aider]\ncolour = "red"', "agents.aider.colour: Extra inputs"),
        ('[agents.aider]\nenv = { OPENAI_API_KEY = "sk-123" }', "OPENAI_API_KEY looks like a key"),
        ('[agents.aider]\ncommand = ["aider", "{promt}"]', "{promt} is no word"),
        ('[agents."Not a name"]\ncommand = ["x", "{prompt}"]\nwire = "chat"', "agents.Not a name"),
    ],
)
def test_a_mistake_names_file_key_and_reason(load, text, said):
    with pytest.raises(ConfigError) as error:
        load(text)
    assert "town.toml: " in str(error.value)
    assert said in str(error.value)
