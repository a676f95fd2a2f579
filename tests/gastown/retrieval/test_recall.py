"""Recall on real code: the bench's own questions, in the room that a small seat has."""

from gastown.retrieval.indexing import index_of
from tests.bench.crew import LARGE, answerable, found, grepped, rig_of_40, share


def test_most_questions_are_answered_by_what_is_found_and_no_fewer_than_by_git_grep(tmp_path):
    repo = rig_of_40(tmp_path / "rig")
    index = index_of(tmp_path / "index", repo)
    asked = answerable(index)

    ours = share(asked, lambda question: found(index, question, LARGE))

    assert len(asked) >= 20
    assert len(index.files()) == 40
    assert ours >= 85
    assert ours >= share(asked, lambda question: grepped(repo, question, LARGE))
