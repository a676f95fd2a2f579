"""Every task that ships can be done, and every way to fail it that it knows is found out."""

import json
from pathlib import Path

import pytest

from gastown.agents.jail import Jail, find_jail
from gastown.auditions.exam import Gauge, judge_answer, judge_change, judge_tests, lay
from gastown.auditions.shapes import shape_of
from gastown.auditions.task import SETS, AuditionTask, Files, load_tasks, roles
from gastown.rigs.gauge.gauge import run_gauge
from gastown.rigs.report import TestReport
from tests.godot.engine import need_engine

TASKS = [task for role in roles() for task in load_tasks(role)]
CODING = ("defender", "polecat", "refinery")
ANSWER = "answer"


def named(form: str, *, engine: bool = False) -> list[AuditionTask]:
    """Tasks of a form; those whose tests need an engine, or those whose tests do not."""
    return [one for one in TASKS if one.form == form and engine == (one.language == "gdscript")]


def key(task: AuditionTask) -> str:
    return f"{task.role}/{task.key}"


@pytest.fixture(scope="module")
def jail() -> Jail:
    return find_jail("auto")


class Bench:
    """A task's rig in a folder, with a gauge; each judging gets folders of its own."""

    def __init__(self, task: AuditionTask, folder: Path, jail: Jail) -> None:
        self.task, self.folder, self.jail, self.runs = task, folder, jail, 0

    def work(self, *files: Files) -> Path:
        self.runs += 1
        path = lay(self.task.rig(), self.folder / f"work-{self.runs}")
        for one in files:
            lay(one, path)
        return path

    @property
    def scratch(self) -> Path:
        self.runs += 1
        return self.folder / f"scratch-{self.runs}"

    def gauge(self) -> Gauge:
        table = self.task.table
        if self.task.language == "gdscript":
            table = table.model_copy(update={"engine": str(need_engine())})

        def run(path: Path) -> TestReport:
            self.runs += 1
            return run_gauge(table, path, self.folder / f"out-{self.runs}", self.jail)

        return run


@pytest.mark.parametrize("role", CODING)
@pytest.mark.parametrize("language", ["python", "gdscript"])
def test_a_coding_role_has_six_tasks_of_three_difficulties(role, language):
    mine = [one for one in load_tasks(role) if one.language == language]
    assert len(mine) >= 6
    assert {one.difficulty for one in mine} == {"easy", "medium", "hard"}


def check_change(task: AuditionTask, folder: Path, jail: Jail) -> None:
    bench = Bench(task, folder, jail)
    gauge = bench.gauge()
    untouched = judge_change(task, bench.work(), bench.scratch, gauge)
    assert not untouched.passed, "the untouched rig passes"
    solved = judge_change(task, bench.work(task.solution), bench.scratch, gauge)
    assert solved.passed, solved.why
    for wrong in task.wrong:
        found = judge_change(task, bench.work(task.solution, wrong), bench.scratch, gauge)
        assert not found.passed, "a wrong change passes"
    visible = gauge(bench.work(task.solution))
    assert visible.green, visible.line


def check_tests(task: AuditionTask, folder: Path, jail: Jail) -> None:
    bench = Bench(task, folder, jail)
    gauge = bench.gauge()
    assert gauge(bench.work()).green, "the rig itself is red"
    good = judge_tests(task, bench.work(task.hidden), bench.scratch, gauge)
    assert good.passed, good.why


@pytest.mark.slow
@pytest.mark.parametrize("task", named("change"), ids=key)
def test_a_change_passes_when_it_is_right_and_only_then(task, tmp_path, jail):
    check_change(task, tmp_path, jail)


@pytest.mark.slow
@pytest.mark.parametrize("task", named("change", engine=True), ids=key)
def test_a_change_in_gdscript_passes_when_it_is_right_and_only_then(task, tmp_path, jail):
    check_change(task, tmp_path, jail)


@pytest.mark.slow
@pytest.mark.parametrize("task", named("tests"), ids=key)
def test_good_tests_pass_and_tell_right_code_from_wrong(task, tmp_path, jail):
    check_tests(task, tmp_path, jail)


@pytest.mark.slow
@pytest.mark.parametrize("task", named("tests", engine=True), ids=key)
def test_good_tests_in_gdscript_pass_and_tell_right_code_from_wrong(task, tmp_path, jail):
    check_tests(task, tmp_path, jail)


@pytest.mark.parametrize("task", named("answer") + named("answer", engine=True), ids=key)
def test_a_right_answer_passes_and_wrong_ones_do_not(task):
    shape = shape_of(task.shape)
    right = shape.model_validate_json(task.solution[ANSWER])
    assert judge_answer(task, right).passed, judge_answer(task, right).why
    assert task.wrong
    for one in task.wrong:
        wrong = shape.model_validate_json(one[ANSWER])
        assert not judge_answer(task, wrong).passed, one[ANSWER]


def test_nothing_of_the_judging_is_in_what_a_model_is_shown():
    for task in TASKS:
        shown = json.dumps([task.rig(), task.task, task.acceptance])
        for name, text in task.hidden.items():
            assert text not in shown
            assert name not in task.rig(), f"{key(task)}: {name} is laid over a file it is shown"


def test_every_file_of_the_sets_is_a_task():
    assert len(list(SETS.rglob("*"))) == len(TASKS) + len(roles())
