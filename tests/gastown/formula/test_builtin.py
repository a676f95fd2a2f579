"""The formulas that we ship: each lints clean, cooks, and keeps what it promises."""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from gastown.catalogue.roles import ROLES
from gastown.formula.cook import cook
from gastown.formula.extend import extended
from gastown.formula.find import list_formulas
from gastown.formula.kinds import as_workflow
from gastown.formula.library import Folders
from gastown.formula.lint import lint
from gastown.formula.plan import Assembly, Plan, PlannedStep, Scope, Work
from tests.gastown.formula.given import closure, edges

FILES = {file.name: file for file in list_formulas(())}
LIBRARY = Folders()
SCOPE = Scope(
    convoy="hq-cv-1",
    rigs=("api",),
    beads=(Work(id="api-1", rig="api", title="Count pages"),),
    assemblies=(Assembly(name="web", rig="api"),),
    role="polecat",
)
EXAMPLES: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        "code-review": {"pr": 7, "worry": "{{rig}} twice", "changed_files": ["a.py +1 -2"]},
        "look-into": {"what": "api-1 waits for nobody"},
        "package-work": {"package": "web"},
        "plan-review": {"plan": "plans/dance.md"},
        "release": {"version": "1.4.0-rc.1"},
        "role-trial": {"task": "Count the pages."},
    }
)
DOCUMENTED = (Path(__file__).parents[3] / "docs" / "formulas.md").read_text(encoding="utf-8")
WOVEN = {"security-check"}
"""Put into others; by itself it has no step."""


def planned(name: str, **values: Any) -> Plan:
    return cook(FILES[name].load(), SCOPE, EXAMPLES.get(name, {}) | values, LIBRARY)


def works(plan: Plan) -> list[PlannedStep]:
    return [step for step in plan.steps if step.kind == "work"]


def test_all_that_is_promised_is_there():
    variants = {"polecat-work", "polecat-work-monorepo", "polecat-work-tdd"}
    patrols = {"witness-patrol", "deacon-patrol", "refinery-patrol"}
    others = {"convoy", "code-review", "plan-review", "bug-fix", "release", "spotter"}

    assert variants | patrols | others | {"role-trial"} <= set(FILES)
    assert {FILES[name].load().type for name in ("write-test-mend", "security-check")} == {
        "expansion",
        "aspect",
    }


def test_the_documentation_lists_each_of_them_once():
    listed = re.findall(
        r"^\| `([\w-]+)` \|", DOCUMENTED.split("## Built-in formulas")[1], re.MULTILINE
    )

    assert sorted(listed) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_it_lints_without_error_or_warning(name: str):
    file = FILES[name]

    found = lint(file.text(), file.source, ROLES, LIBRARY)

    assert [str(one) for one in found if one.severity != "note"] == []
    assert file.load().name == name
    assert file.load().description


@pytest.mark.parametrize("name", FILES)
def test_it_cooks_to_a_plan_in_which_every_need_stands_earlier(name: str):
    plan = planned(name)
    seen: set[str] = set()

    for step in plan.steps:
        assert set(step.needs) <= seen
        seen.add(step.key)
    assert bool(plan.steps) == (name not in WOVEN)
    assert planned(name) == plan


@pytest.mark.parametrize("name", FILES)
def test_no_step_and_no_order_of_the_file_is_lost(name: str):
    flow = as_workflow(extended(FILES[name].load(), LIBRARY), EXAMPLES.get(name, {}))
    before = closure(planned(name))
    region = {
        step.id: {key for key in before if re.match(rf"{re.escape(step.id)}($|[.\[])", key)}
        for step in flow.steps
    }

    for step in flow.steps:
        assert region[step.id]
        for need in step.edges:
            assert all(before[key] & region[need] for key in region[step.id])


@pytest.mark.parametrize("name", FILES)
def test_every_work_has_a_role_of_ours_and_a_whole_text(name: str):
    for step in works(planned(name)):
        assert step.role in ROLES
        assert step.title
        text = f"{step.title}\n{step.description}\n{step.acceptance}"
        assert not re.search(r"\{\{(?!rig\}\} twice)|(?<!\{)\{[a-z.]+\}|<no value>", text)
        assert len(step.title) <= 60


@pytest.mark.parametrize("name", FILES)
def test_who_only_reads_is_told_so_and_what_is_used_later_is_named(name: str):
    plan = planned(name)

    for step in works(plan):
        if step.metadata.get("review_only"):
            assert "hange no" in step.description.replace("\n", " ")
        if step.fan_out:
            assert f"`{step.fan_out.for_each}`, a list" in step.description
            assert step.fan_out.bond in plan.library
        if step.role == "gauger" and ".iter1." in step.key:
            assert step.metadata == {"on_red": "report"}
    loops = [step.loop for step in plan.steps if step.loop]
    assert all(loop.until == "test.output.green == true" for loop in loops)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith("-patrol")])
def test_a_patrol_is_a_wisp_that_changes_nothing(name: str):
    assert FILES[name].load().phase == "vapor"
    assert all(
        step.metadata.get("review_only") or step.role == "gauger" for step in works(planned(name))
    )


def test_polecat_work_in_short_rounds():
    assert edges(planned("polecat-work-tdd")) == {
        "understand": set(),
        "tests": {"understand"},
        "tests-red": {"tests"},
        "implement.rounds.iter1.write": {"tests-red", "understand"},
        "implement.rounds.iter1.test": {"implement.rounds.iter1.write"},
        "implement.rounds": {"tests-red", "understand", "implement.rounds.iter1.test"},
        "implement.review": {"implement.rounds"},
        "implement.mend": {"implement.review"},
        "self-review": {"implement.mend"},
        "mend": {"self-review"},
        "check": {"mend"},
        "hand-over": {"check"},
    }
    rounds = planned("polecat-work-tdd", rounds=7).by_key["implement.rounds"].loop
    assert rounds
    assert rounds.max == 7


def test_polecat_work_in_several_packages():
    plan = planned("polecat-work-monorepo")

    assert edges(plan) == {
        "understand": set(),
        "tests": {"understand"},
        "tests.fanout": {"tests"},
        "implement": {"tests", "understand", "tests.fanout"},
        "implement-security": {"implement"},
        "self-review": {"implement-security"},
        "mend": {"self-review"},
        "check": {"mend"},
        "hand-over": {"check"},
    }
    assert plan.by_key["implement-security"].title == "Weaknesses: Fit the packages together"
    assert set(plan.library) == {"package-work"}


def test_a_release():
    assert edges(planned("release")) == {
        "changes": set(),
        "number": {"changes"},
        "audit": {"changes"},
        "merge": {"number", "audit"},
        "gauge[api]": {"merge"},
        "spot[web]": {"gauge[api]"},
        "approve": {"spot[web]", "audit"},
        "announce": {"approve"},
    }
    assert planned("release").by_key["approve"].kind == "gate"


def test_a_beta_that_nobody_audits_is_neither_announced_nor_audited():
    plan = planned("release", audit="no", channel="beta")

    assert {"audit", "announce"}.isdisjoint(plan.by_key)
    assert plan.by_key["merge"].needs == ("number", "changes")


def test_a_code_review_runs_the_sides_that_are_chosen_on_what_it_is_given():
    quick = planned("code-review", preset="quick")
    files = cook(
        FILES["code-review"].load(), SCOPE, {"files": "a.py,b.py", "legs": "docs"}, LIBRARY
    )

    assert edges(quick) == {
        "correctness": set(),
        "tests": set(),
        "synthesis": {"correctness", "tests"},
    }
    said = quick.by_key["tests"].description
    assert "Look at pull request 7.\n\nIt changes:\n- a.py (+1 -2)\n\nThe one who asks" in said
    assert "uneasy about this: {{rig}} twice\n" in said
    assert quick.by_key["tests"].metadata["output"] == ".reviews/hq-cv-1/tests.md"
    assert (
        "Look at these files as they stand: a.py, b.py.\n\nYour" in files.by_key["docs"].description
    )
    assert (
        "The plan is the file plans/dance.md." in planned("plan-review").by_key["order"].description
    )


def test_over_nothing_a_formula_without_each_cooks_too():
    plan = cook(FILES["bug-fix"].load(), Scope(), {"bug": "It stops."}, LIBRARY)

    assert "It stops." in plan.by_key["reproduce"].description
    assert plan.by_key["fix.iter1.mend"].rig is None
