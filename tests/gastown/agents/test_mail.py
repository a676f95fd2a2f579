"""Mail in a session: read between turns, and told of once it was answered."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gastown.agents.protocols import Completion
from gastown.errors import ModelError
from gastown.testing import ScriptedModel, call, say
from tests.gastown.agents.given import FIX, SUBMIT, last, run


@dataclass
class Postman:
    """Brings what it was given, one piece a turn; notes what was answered."""

    pieces: list[str]
    out: str = ""
    told: list[str] = field(default_factory=list)

    def news(self, chars: int) -> str:
        assert chars > 1_000
        self.out = self.pieces.pop(0) if self.pieces else ""
        return self.out

    def answered(self) -> None:
        self.told += [self.out] if self.out else []


def test_a_letter_is_read_with_what_the_model_reads_next(root: Path):
    model = ScriptedModel([call(("read_file", {"path": "calc.py"})), call(FIX), call(SUBMIT)])
    postman = Postman(["", "Ann says: mind the sign.", ""])

    outcome = run(model, root, mail=postman)

    assert outcome.status == "done"
    assert "Ann says" not in last(model.asks[0])
    assert last(model.asks[1]).endswith("\n\nAnn says: mind the sign.")
    assert "return a - b" in last(model.asks[1])
    assert [m["role"] for m in model.asks[1].messages] == ["system", "user", "assistant", "tool"]
    assert postman.told == ["Ann says: mind the sign."]


def test_what_is_there_at_the_start_follows_the_task(root: Path):
    model = ScriptedModel([call(FIX, SUBMIT)])
    postman = Postman(["Hello"])

    run(model, root, mail=postman)

    assert last(model.asks[0]) == "Make add add.\n\nHello"
    assert postman.told == ["Hello"]


def test_what_a_model_that_crashed_was_shown_is_not_answered(root: Path):
    def crash(_: object) -> Completion:
        raise ModelError("gone", retryable=False)

    postman = Postman(["Hello"])

    assert run(ScriptedModel([crash]), root, mail=postman).status == "crashed"
    assert postman.told == []


@pytest.mark.parametrize("told", ["Mind the sign.", ""])
def test_a_simpler_conversation_knows_the_last_letter_too(root: Path, told: str):
    bad = call(("bash", {}))
    model = ScriptedModel([bad, bad, say('{"tool": "submit", "summary": "x"}')] + [say("")] * 5)

    run(model, root, mail=Postman(["", told]))

    assert ("Mind" in str(model.asks[2].messages[1]["content"])) == bool(told)
