"""Mail for a command-line agent, read at the start of a round; and the note that it leaves."""

from dataclasses import replace
from pathlib import Path

import pytest

from blocks.door import EndpointDoor
from gastown.agents.external.preset import Preset, overlaid
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


def leaves(note: str) -> Preset:
    """An agent that gives up at once, and runs this in its home."""
    code = f"import os; os.chdir(os.environ['HOME']); {note}"
    command = ["{python}", "-c", code, "{prompt}"]
    return overlaid("own", {"command": command, "wire": "chat", "rounds": 1})


def test_the_note_that_an_agent_leaves_is_kept_and_where_to_is_told(tmp_path: Path):
    with stage(tmp_path, IDLES) as one:
        code = "open('HANDOFF.md', 'w').write('Feet, not metres; ' + (3900 * 'x') + 100 * 'y')"

        outcome = one.work(leaves(code))

        assert outcome.status == "gave_up"
        assert outcome.note.startswith("Feet, not metres; xxx")
        assert len(outcome.note) == 4_000
        assert [event["text"] for event in one.events("handoff")] == [outcome.note]
        told = prompt_text(one.job(), WorktreeTools(one.root).fence, note=Path("/home/HANDOFF.md"))
        assert "write into /home/HANDOFF.md what whoever goes on has to know" in told


@pytest.mark.parametrize(
    "code",
    [
        "os.symlink('/etc/hostname', 'HANDOFF.md')",
        "os.mkfifo('HANDOFF.md')",
        "os.mkdir('HANDOFF.md')",
        "open('HANDOFF.md', 'w').write(' ')",
    ],
)
def test_a_link_a_pipe_or_a_folder_is_no_note(tmp_path: Path, code: str):
    with stage(tmp_path, IDLES) as one:
        assert one.work(leaves(code)).note == ""
