"""What can't happen, whatever the values."""

import pytest

from tests.gastown.formula.linting.said import after, findings, odd, step

ENV = '[vars.env]\nenum = ["test", "prod"]\nrequired = true\n'


def test_a_condition_that_no_value_meets():
    assert odd(ENV + step('condition = "{{env}} == stage"')) == {
        "steps.a.condition": "always false: env is one of test, prod; the step never runs"
    }
    assert odd(ENV + step('condition = "{{env}} == prod"')) == {}


def test_a_condition_that_every_value_meets_is_noted():
    found = findings(ENV + step('condition = "{{env}} != stage"'))

    message = "always true, so it changes nothing: env is one of test, prod"
    assert ("note", "steps.a.condition", message, "") in found


def test_a_variable_without_a_value_may_be_empty():
    text = ENV.replace("required = true", "")

    assert odd(text + step('condition = "!{{env}}"')) == {}


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        (
            step('waits_for = "all-children"'),
            "steps.a.waits_for",
            "needs nothing, so there are no children to wait for; write children-of(id)",
        ),
        (
            step() + "\n" + after('waits_for = "any-children"'),
            "steps.b.waits_for",
            "'a' has no children to wait for",
        ),
        (
            step('gate = {type = "gh:pr"}'),
            "steps.a.gate",
            "names no pull request, so only a person ever opens it; write await_id",
        ),
        (
            step('gate = {type = "approval"}'),
            "steps.a.gate",
            "only a person ever opens it: 'approval' is no gate that could be judged",
        ),
        (
            step('gate = {type = "conditional"}'),
            "steps.a.gate",
            "only a person ever opens it: there is no condition in await_id",
        ),
        (
            step('gate = {type = "conditional", await_id = "z.status == closed"}'),
            "steps.a.gate.await_id",
            "asks about 'z', and there is no such step",
        ),
        (
            step() + '\n[[template]]\nid = "x"\ntitle = "t"',
            "template",
            "a workflow makes nothing of it, so this never runs",
        ),
        (
            step() + '\n[[compose.map]]\nselect = "z*"\nwith = "e"',
            "compose.map[0].select",
            "'z*' meets no step",
        ),
        (
            step() + '\n[[advice]]\ntarget = "z*"\nbefore = [{id = "x", title = "t"}]',
            "advice[0].target",
            "'z*' meets no step",
        ),
        (
            step() + '\n[[pointcuts]]\nglob = "["',
            "pointcuts[0].glob",
            "'[' is not a pattern: [ at its character 1 is not ended",
        ),
    ],
)
def test_what_waits_or_acts_for_nothing(text: str, key: str, message: str):
    e = {"type": "expansion", "template": [{"id": "{target}.x", "title": "t"}]}

    assert odd(text, e=e) == {key: message}


@pytest.mark.parametrize(
    "line",
    [
        'children = [{id = "c", title = "t"}]',
        'on_complete = {for_each = "output.x", bond = "g"}',
        'loop = {count = 2, body = [{id = "c", title = "t"}]}',
    ],
)
def test_there_are_children_to_wait_for(line: str):
    text = step(line) + "\n" + after('waits_for = "all-children"')

    assert odd(text, g={"steps": [{"id": "x"}]}) == {}


def test_a_pointcut_of_a_label_or_type_that_no_step_has():
    flow = step('labels = ["cold", "{{x}}"]') + '\n[[pointcuts]]\nlabel = "hot"\ntype = "bug"\n'

    assert odd('vars.x = "y"\n' + flow) == {
        "pointcuts[0].type": "no step is of the type 'bug'",
    }
    assert odd(step('type = "bug"', 'labels = ["hot"]') + flow[flow.index("\n[[") :]) == {}
