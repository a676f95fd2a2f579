"""drive, on the real engine, of plans that grow, join and wait at gates."""

import threading
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.schemas.objects import TaskRun, TaskRunResult
from prefect.runtime import flow_run

from flows.book import Look
from flows.drive import Drive, drive
from gastown.convoys.course import Course, Mark
from gastown.formula.cook import cook
from gastown.formula.library import Frozen
from gastown.formula.parse import parse_formula
from gastown.formula.plan import Plan, PlannedStep, Scope
from gastown.stage import StageResult
from tests.engine.test_drive import all_task_runs, said, task_runs

pytestmark = pytest.mark.engine

ONE = """
formula = "one"
[vars]
part = ""
[[steps]]
id = "look"
title = "Look at {{part}}"
"""
LOOK = """
formula = "look"
[[steps]]
id = "survey"
title = "Survey"
on_complete = { for_each = "output.items", bond = "one", vars = { part = "{item.name}" } }
[[steps]]
id = "first"
title = "First word"
needs = ["survey"]
waits_for = "any-children"
[[steps]]
id = "polish"
title = "Polish"
needs = ["survey"]
waits_for = "all-children"
[steps.loop]
until = "check.output.ok == true"
max = 2
[[steps.loop.body]]
id = "check"
title = "Check"
[[steps]]
id = "last"
title = "Last"
needs = ["polish", "first"]
"""
ITEMS = {"items": [{"name": "roses"}, {"name": "lilies"}]}


def cooked(text: str) -> Plan:
    one = parse_formula(ONE, "one.formula.toml")
    formula = parse_formula(text, "look.formula.toml")
    return cook(formula, Scope(convoy="hq-cv-1", role="polecat"), {}, Frozen({"one": one}))


class Worker:
    """Does steps by handing out what it was given for them."""

    def __init__(self, outputs: Mapping[str, dict[str, Any]]) -> None:
        self.outputs = outputs
        self.did: list[str] = []

    def __call__(self, step: PlannedStep, *_: object) -> StageResult:
        self.did.append(step.key)
        output = self.outputs.get(step.key, {})
        return StageResult(summary=f"did {step.key}", evidence={"output": output})


def run(plan: Plan, worker: Worker, **more: Any) -> tuple[Drive, UUID]:
    @flow(name="plan")
    def whole() -> tuple[Drive, UUID]:
        marks = {key: Mark(closed=True) for key in more.get("recorded", {})}
        return drive(Course(plan, marks), worker, **more), UUID(str(flow_run.id))

    return whole()


def inputs(ran: TaskRun) -> set[UUID]:
    given = [one for group in ran.task_inputs.values() for one in group]
    return {one.id for one in given if isinstance(one, TaskRunResult)}


GOOD = {"survey": ITEMS, "polish.iter2.check": {"ok": True}}


def test_fan_outs_and_rounds_of_a_loop_grow_the_graph_as_it_runs():
    worker = Worker(GOOD)
    end, ran = run(cooked(LOOK), worker)

    assert end.landed
    assert sorted(worker.did) == [
        "first",
        "last",
        "polish.iter1.check",
        "polish.iter2.check",
        "survey",
        "survey.0.look",
        "survey.1.look",
    ]
    assert worker.did.index("polish.iter1.check") > worker.did.index("survey.1.look")
    assert {*end.results} == {*end.plan.by_key}
    runs = task_runs(ran, len(end.plan.steps))
    polish = runs[end.plan.by_key["polish"].title]
    assert said(polish) == ("Completed", "round 2 of at most 2: check.output.ok == true")
    assert runs["Look at roses"].id in inputs(runs[end.plan.by_key["survey.0"].title])


def test_a_run_in_the_middle_of_a_fan_out_goes_on_where_it_was():
    """What an earlier run had closed is replayed; what it grew and did not close runs now."""
    end, _ = run(cooked(LOOK), Worker(GOOD))
    done = {"survey", "survey.0.look", "survey.0", "first.any", "first"}
    recorded = {key: end.results[key] for key in done}
    again = Worker(GOOD)

    finished, ran = run(end.plan, again, recorded=recorded)

    assert finished.landed
    assert not {*again.did} & done
    assert len(again.did) == len(set(again.did))
    assert said(task_runs(ran, len(end.plan.steps))["Look at roses"])[0] == "Recorded"


def test_a_loop_whose_condition_never_holds_fails_at_its_last_round_and_holds_what_needs_it():
    worker = Worker({"survey": {"items": []}})
    end, ran = run(cooked(LOOK), worker)

    assert worker.did.count("polish.iter2.check") == 1
    assert "polish.iter3.check" not in worker.did
    assert end.errors.keys() == {"polish"}
    assert "does not hold after 2 of at most 2 rounds" in end.errors["polish"]
    assert end.held == ("last",)
    state = task_runs(ran, 7)[end.plan.by_key["polish"].title].state
    assert state is not None
    assert state.is_failed()


def test_an_output_without_the_list_fails_the_fan_out_alone_and_says_what_is_missing():
    worker = Worker({"survey": {"things": []}})
    end, _ = run(cooked(LOOK), worker)

    assert end.errors.keys() == {"survey.fanout"}
    assert "the output has no 'items'" in end.errors["survey.fanout"]
    assert "polish" in end.held


GATED = """
formula = "look"
[[steps]]
id = "write"
title = "Write"
[[steps]]
id = "beside"
title = "Beside"
[[steps]]
id = "send"
title = "Send"
needs = ["write"]
gate = { type = "human", id = "ok" }
"""


def test_when_only_gates_are_left_the_drive_ends_and_names_them():
    worker = Worker({})
    end, _ = run(cooked(GATED), worker)

    assert sorted(worker.did) == ["beside", "write"]
    assert (end.gates, end.held, end.errors) == (("send.gate-ok",), (), {})
    assert not end.landed


def test_a_gate_is_one_node_of_the_graph_while_it_waits_and_after_it_opened():
    """Also where the run ended at the gate and was started again: the same flow run goes on."""
    plan = cooked(GATED)
    title = plan.by_key["send.gate-ok"].title

    @flow(name="plan")
    def twice() -> tuple[UUID, TaskRun]:
        ran = UUID(str(flow_run.id))
        first = drive(Course(plan, {}), Worker({}))
        waiting = next(one for one in all_task_runs(ran, 2) if one.name == title)
        results = {**first.results, "send.gate-ok": StageResult(summary="ann: yes")}
        marks = {key: Mark(closed=True) for key in results}
        drive(Course(plan, marks), Worker({}), recorded=results)
        return ran, waiting

    ran, waiting = twice()

    assert said(waiting) == ("Gated", "waits for a person's word: ok")
    runs = all_task_runs(ran, 6)
    (gate,) = [one for one in runs if one.name == title]
    (send,) = [one for one in runs if one.name == "Send"]
    assert (gate.id, said(gate)) == (waiting.id, ("Opened", "ann: yes"))
    assert gate.id in inputs(send)
    assert inputs(gate) & {one.id for one in runs if one.name == "Write"}


def test_a_gate_that_opens_while_other_steps_run_lets_its_step_go_on():
    opened = threading.Event()
    looks: list[Look] = []

    class Slow(Worker):
        def __call__(self, step: PlannedStep, *_: object) -> StageResult:
            if step.key == "beside":
                assert opened.wait(60)
            if step.key == "send":
                opened.set()
            return super().__call__(step)

    def poll(look: Look) -> Mapping[str, StageResult]:
        looks.append(look)
        return {"send.gate-ok": StageResult(summary="ann: yes")} if len(looks) > 1 else {}

    worker = Slow({})
    end, ran = run(cooked(GATED), worker, poll_gates=poll)

    assert end.landed
    assert worker.did == ["write", "send", "beside"]
    assert [step.key for step in looks[0].gates] == ["send.gate-ok"]
    assert looks[0].outcomes["write"].status == "closed"
    runs = task_runs(ran, 4)
    gate = runs[end.plan.by_key["send.gate-ok"].title]
    assert said(gate) == ("Opened", "ann: yes")
    assert gate.id in inputs(runs["Send"])


def test_a_gate_that_is_refused_fails_and_holds_what_is_behind_it():
    def poll(_: Look) -> Mapping[str, StageResult]:
        return {"send.gate-ok": StageResult(verdict="failed", summary="ann: not yet")}

    end, _ = run(cooked(GATED), Worker({}), poll_gates=poll)

    assert end.errors == {"send.gate-ok": "ann: not yet"}
    assert (end.held, end.gates) == (("send",), ())
    assert "beside" in end.results
