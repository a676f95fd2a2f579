"""Prompt: the Mayor's task fits its model, quotes what others said, and says what it may touch."""

from dataclasses import replace

import pytest

from gastown.planning.prompt import Briefing, Sight, sight_text, task_text
from gastown.retrieval.reply import Reply
from tests.gastown.planning.given import IDEA, document

REPLY = Reply(rig="garden", commit="a" * 40, question="Where?", answered=True, text="There.")


BRIEFING = Briefing(
    idea=IDEA,
    sights=[Sight("garden", "# Material: garden"), Sight("shed", "")],
    replies=[REPLY],
    means=["2 stages work on this PC at once"],
    open_beads=[],
    may_ask=True,
)


def test_the_task_says_rigs_means_and_idea_and_what_the_crew_knows():
    told = task_text(BRIEFING)

    assert "Rigs that it may touch: garden, shed." in told
    assert "The rig shed is shown to no cloud model." in told
    assert "# Material: the Crew of garden\n```\nQuestion: Where?\n\nThere.\n```" in told
    assert f"# Material: the idea\n```\n{IDEA}\n```" in told
    assert "put questions to its Crew" in told
    assert "No more questions" in task_text(replace(BRIEFING, may_ask=False))


def test_a_revision_quotes_plan_and_remark_and_not_what_the_crew_said_then():
    before = document(knowledge=(REPLY.model_copy(update={"text": "Elsewhere."}),))
    told = task_text(replace(BRIEFING, before=before, remark="Less."))

    assert "# Material: what a person says of it\n```\nLess.\n```" in told
    assert '"key":"glow"' in told
    assert "Elsewhere." not in told


@pytest.mark.parametrize("chars", [300, 2_000, 9_000])
def test_a_rig_takes_no_more_than_its_room(chars):
    files = [f"src/part_{number}.gd" for number in range(500)]
    told = sight_text("garden", files, "read " * 5_000, "guide " * 5_000, chars)

    assert len(told) < chars + 400
    assert "more" in told
    assert "README of the rig garden" in told
