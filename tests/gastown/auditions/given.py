"""Trials for tests."""

from gastown.auditions.trial import Trial


def trial(model: str = "q7", task: str = "a", *, passed: bool = True, **more: object) -> Trial:
    facts = {
        "role": "polecat", "model": model, "task": task, "difficulty": "easy", "number": 1,
        "language": "python", "passed": passed, "why": "" if passed else "red", "status": "done",
    }  # fmt: skip
    return Trial.model_validate({**facts, **more})
