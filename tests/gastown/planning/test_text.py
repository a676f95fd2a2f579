"""Text: the document says goal, rigs, risks and acceptance; quoted text stays a quotation."""

from gastown.planning.text import in_order, markdown
from gastown.retrieval.cite import Cited
from gastown.retrieval.reply import Reply
from tests.gastown.planning.given import answer, bead, document


def test_the_document_has_all_its_parts():
    text = markdown(document())

    for title in ("Idea", "Goal", "Acceptance", "Rigs", "Risks", "Beads"):
        assert f"\n## {title}\n" in text
    assert "### show: Do show\n\ntask on shed; needs count, glow\n" in text
    assert "- [ ] show is done." in text


def test_beads_stand_after_those_that_they_need():
    made = answer(bead("c", "a"), bead("a", "b"), bead("b"))

    assert [one.key for one in in_order(made.beads)] == ["b", "a", "c"]


def test_what_the_crew_and_a_person_said_is_fenced():
    reply = Reply(
        rig="garden", commit="a" * 40, question="Where?", answered=True, text="# Not a title",
        citations=(Cited(file="a.py", first=3, last=3, quote="x = 1"),),
    )  # fmt: skip
    text = markdown(document(idea="# Neither\n```\nis this", knowledge=(reply,)))

    assert "````\n# Neither\n```\nis this\n````" in text
    assert "```\nWhere?\n\n# Not a title\n\na.py:3  x = 1\n```" in text
