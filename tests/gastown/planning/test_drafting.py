"""Drafting: faults go back to the model, then end the session with them; questions go first."""

from gastown.planning.answer import RigQuestion
from gastown.planning.drafting import MOST_QUESTIONS, TRIES, Drafting
from tests.gastown.planning.given import RIGS, answer, bead

BAD = answer(bead("a", acceptance=()))


def drafting(*, may_ask: bool = True) -> Drafting:
    return Drafting((*RIGS, "cellar"), RIGS, may_ask)


def test_a_plan_in_order_ends_it():
    heard = drafting()

    assert heard.hear(answer()).ok
    assert (heard.faults, heard.questions) == ((), ())


def test_faults_go_back_until_the_last_try_and_then_stand():
    heard = drafting()
    checks = [heard.hear(BAD) for _ in range(TRIES)]

    assert [check.ok for check in checks] == [False] * (TRIES - 1) + [True]
    assert "a: no acceptance criteria" in checks[0].feedback
    assert heard.faults


def test_what_is_set_right_is_taken():
    heard = drafting()
    heard.hear(BAD)

    assert heard.hear(answer()).ok
    assert heard.faults == ()


def test_questions_end_the_session_whatever_else_was_handed_in():
    asked = tuple(RigQuestion(rig="garden", question=f"{n}?") for n in range(MOST_QUESTIONS + 2))
    heard = drafting()

    assert heard.hear(BAD.model_copy(update={"questions": asked})).ok
    assert heard.questions == asked[:MOST_QUESTIONS]
    assert heard.faults == ()


def test_a_rig_that_is_not_asked_about_has_no_crew_here():
    asked = (RigQuestion(rig="cellar", question="How deep?"),)
    check = drafting().hear(answer(questions=asked))

    assert not check.ok
    assert "no Crew of 'cellar' to ask; rigs: garden, shed" in check.feedback


def test_when_no_more_may_be_asked_questions_do_not_count():
    asked = (RigQuestion(rig="garden", question="How wide?"),)
    heard = drafting(may_ask=False)

    assert heard.hear(answer(questions=asked)).ok
    assert heard.questions == ()
    assert not drafting(may_ask=False).hear(BAD.model_copy(update={"questions": asked})).ok
