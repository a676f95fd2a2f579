"""Requests of one role and rig begin with the same bytes, whatever the bead, in each protocol."""

import json

import pytest

from gastown.agents.protocols import Ask, EditProtocol
from gastown.testing import ScriptedModel, say
from tests.gastown.agents.given import run

RIG = "# Material: README\n```\nPlants.\n```"


def asked(tmp_path, protocol: EditProtocol, task: str) -> Ask:
    (tmp_path / "calc.py").write_text("def add(a, b):\n    return a - b\n")
    model = ScriptedModel([say("no")] * 20, protocol=protocol)
    run(model, tmp_path, task=f"{RIG}\n\n{task}")
    return model.asks[0]


def sent(ask: Ask) -> str:
    return json.dumps([ask.tools, ask.schema, ask.messages])


@pytest.mark.parametrize("protocol", ["tools", "json", "text"])
def test_two_beads_share_tools_system_and_rig(tmp_path, protocol):
    one, other = (sent(asked(tmp_path, protocol, task)) for task in ("Prune it.", "Water it."))

    shared = one[: one.index("Prune it.")]
    assert other.startswith(shared)
    assert json.dumps(RIG)[1:-1] in shared


@pytest.mark.parametrize("protocol", ["tools", "json", "text"])
def test_two_attempts_at_one_bead_ask_the_same(tmp_path, protocol):
    assert sent(asked(tmp_path, protocol, "Prune it.")) == sent(
        asked(tmp_path, protocol, "Prune it.")
    )
