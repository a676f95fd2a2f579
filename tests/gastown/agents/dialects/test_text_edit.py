"""The text dialect: files in, edits out, each request on its own, small enough for 6,000 tokens."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from gastown.agents.answers import Review, Submission
from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Check, Job, Limits, Outcome
from gastown.agents.roles import role_card
from gastown.agents.tools import WorktreeTools
from gastown.testing import ScriptedModel, say


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "calc.py").write_text("def add(a, b):\n    return a - b\n")
    (tmp_path / "other.py").write_text("y = 1\n")
    return tmp_path


def edit(search: str, replace: str) -> str:
    return f"calc.py\n<<<<<<< SEARCH\n{search}\n=======\n{replace}\n>>>>>>> REPLACE\n"


GOOD = edit("    return a - b", "    return a + b")
BAD = edit("    return a - b", "    return b - a")


def run(model: ScriptedModel, root: Path, **changes: Any) -> Outcome:
    def added(_: BaseModel | None) -> Check:
        ok = "a + b" in (root / "calc.py").read_text()
        return Check(ok=ok, feedback="" if ok else "add(1, 1) is not 2")

    fields: dict[str, Any] = {
        "role": "polecat",
        "system": role_card("polecat"),
        "task": "Make add add.",
        "limits": Limits(bad_answers=9),
        "environment": WorktreeTools(root, focus=("calc.py",)),
        "verify": added,
        **changes,
    }
    return NativeRuntime(model).run(Job(**fields))


def text_model(*answers: str, context: int = 6144) -> ScriptedModel:
    return ScriptedModel([say(one) for one in answers], protocol="text", context=context)


def test_one_answer_is_enough(root: Path):
    model = text_model("The sign is wrong.\n\n" + GOOD)

    outcome = run(model, root)

    assert (outcome.status, outcome.turns) == ("done", 1)
    assert outcome.answer == Submission(summary="The sign is wrong.\n\ncalc.py")
    assert not model.asks[0].tools
    assert model.asks[0].schema is None
    assert "return a - b" in model.asks[0].messages[1]["content"]


def test_a_second_attempt_sees_the_files_as_they_are_and_only_the_last_failure(root: Path):
    model = text_model(BAD, edit("    return b - a", "    return a * b"), edit("a * b", "a + b"))

    outcome = run(model, root)

    assert outcome.status == "done"
    third = model.asks[2].messages
    assert [message["role"] for message in third] == ["system", "user"]
    assert "return a * b" in third[1]["content"]
    assert third[1]["content"].count("add(1, 1) is not 2") == 1


def test_after_three_reflections_it_gives_up_with_the_last_failure(root: Path):
    model = text_model(BAD, *[edit("    return b - a", "    return b - a")] * 5)

    outcome = run(model, root)

    assert (outcome.status, outcome.turns) == ("gave_up", 4)
    assert outcome.error == "4 attempts failed; the last: add(1, 1) is not 2"


def test_a_wrong_search_names_the_nearest_line_and_nothing_is_judged(root: Path):
    model = text_model(edit("    return a * b", "    return a + b"), GOOD)

    assert run(model, root).status == "done"
    told = model.asks[1].messages[1]["content"]
    assert "the nearest line is 2: '    return a - b'" in told
    assert "is not 2" not in told


def test_edits_that_landed_may_be_sent_again_with_the_one_that_did_not(root: Path):
    """Models repeat the whole answer; what is there already is no failure."""
    imports = edit("def add(a, b):", "import operator as op_module\n\n\ndef add(a, b):")
    model = text_model(imports + edit("return a * b", "x"), imports + GOOD)

    assert run(model, root).status == "done"
    assert (root / "calc.py").read_text().count("import") == 1


def test_a_new_file_is_written_whole(root: Path):
    run(text_model("src/new.py\n```python\nx = 1\n```\n" + GOOD), root)

    assert (root / "src" / "new.py").read_text() == "x = 1\n"


def test_prose_without_an_edit_is_a_bad_answer(root: Path):
    model = text_model("I would change the sign.", GOOD)

    assert run(model, root).status == "done"
    assert "no edit in your answer" in model.asks[1].messages[1]["content"]


def test_an_answer_of_another_form_is_a_json_object_at_the_end(root: Path):
    review = Review(verdict="approve", summary="I set the sign right.")
    model = text_model(f"d = {{}}\n{GOOD}\n```json\n{review.model_dump_json()}\n```")

    assert run(model, root, output=Review).answer == review


def test_a_reader_without_hands_to_write_is_not_told_to_edit(root: Path):
    model = text_model('```json\n{"verdict": "rework", "summary": "No."}\n```')
    reader = WorktreeTools(root, writable=())

    outcome = run(model, root, environment=reader, output=Review, verify=None)

    assert outcome.status == "done"
    assert "SEARCH" not in model.asks[0].messages[0]["content"]


def test_every_request_fits_a_context_of_six_thousand_tokens(root: Path):
    for number in range(30):
        (root / f"module{number}.py").write_text(f"value{number} = {number}\n" * 60)
    model = text_model(
        BAD, edit("    return b - a", "    return 0"), edit("return 0", "return a + b")
    )

    outcome = run(model, root, task="Make add add.\n" + "A long acceptance text. " * 60)

    assert outcome.status == "done"
    for ask in model.asks:
        assert sum(len(m["content"]) for m in ask.messages) / 3 + ask.max_tokens < 6144
        assert "def add(a, b):" in ask.messages[1]["content"]
