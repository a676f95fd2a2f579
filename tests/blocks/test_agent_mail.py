"""Mail for a command-line agent: it reads it at the start of a round."""

from dataclasses import replace
from pathlib import Path

from blocks.door import EndpointDoor
from gastown.agents.external.preset import overlaid
from gastown.agents.external.prompt import prompt_text
from gastown.agents.external.runtime import CliRuntime
from gastown.agents.tools import WorktreeTools
from tests.blocks.agents import IDLES, KEY, MENDS, endpoint, jail_or_skip, stage
from tests.gastown.agents.test_mail import Postman


def test_an_agent_is_told_in_its_prompt_and_what_it_read_is_answered(tmp_path: Path):
    with stage(tmp_path, IDLES, MENDS) as one:
        postman = Postman(["# Mail\nMind the sign.", "# Mail\nStill there?"])
        door = EndpointDoor(endpoint(one.server.url, KEY))
        runtime = CliRuntime(overlaid("rehearsal", {}), door, jail_or_skip())

        outcome = runtime.run(replace(one.job(), mail=postman))

        assert outcome.status == "done"
        assert postman.told == ["# Mail\nMind the sign.", "# Mail\nStill there?"]
        assert [event["text"] for event in one.events("mail")] == postman.told


def test_mail_stands_after_the_task_and_before_what_was_wrong(tmp_path: Path):
    with stage(tmp_path, IDLES) as one:
        tools = one.job().environment
        assert isinstance(tools, WorktreeTools)
        told = prompt_text(one.job(), tools.fence, "It is red.", "# Mail\nMind the sign.")

    assert told.endswith(
        "# Mend the sum (sum)\n\n# Mail\nMind the sign.\n\n# Not done yet\nIt is red."
    )
