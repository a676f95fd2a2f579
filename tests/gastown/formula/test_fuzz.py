"""The fuzz makes cases that can be had again, and tells what a case broke."""

import json
from random import Random

import pytest

from tests.fuzz.__main__ import attempt, shelf
from tests.fuzz.mutate import document, text
from tests.gastown.formula.generator import LIBRARY_DOCUMENTS

GIVEN = LIBRARY_DOCUMENTS["base"]


@pytest.mark.parametrize("number", range(40))
def test_a_case_ends_in_a_plan_or_in_findings(number: int):
    made = document(Random(number), GIVEN, list(LIBRARY_DOCUMENTS.values()))

    word, problem = attempt(json.dumps(made), "f.formula.json", shelf())

    assert (problem, word in {"plan", "findings", "refused", "refused to grow"}) == ("", True)


def test_the_same_seed_makes_the_same_case():
    first, second = (document(Random(3), GIVEN, [GIVEN]) for _ in range(2))

    assert first == second
    assert text(Random(3), "formula") == text(Random(3), "formula")


def test_what_a_case_breaks_is_told():
    class Broken:
        def load(self, name: str):
            raise KeyError(name)

    word, problem = attempt('formula = "f"\nextends = ["g"]', "f.toml", Broken())

    assert word == "crash"
    assert "KeyError: 'g'" in problem
